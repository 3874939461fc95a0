// Unlike those of the other packages these tests run from their source and in a stand-in for a browser (jsdom), as
// Grafana's own packages are made to be tested.

process.env.TZ = 'UTC';

/** Packages that bring ES modules only. */
const esModules = [
  '@grafana/schema',
  '@react-hookz/web',
  '@ver0/deep-equal',
  '@wojtekmaj/date-utils',
  'd3(-[a-z]+)*',
  'delaunator',
  'get-user-locale',
  'internmap',
  'marked',
  'memoize',
  'mimic-function',
  'ol',
  'react-calendar',
  'react-colorful',
  'robust-predicates',
  'rxjs',
  'uuid',
];

module.exports = {
  cacheDirectory: '<rootDir>/node_modules/.cache/jest',
  displayName: 'grafana-datasource',
  testTimeout: 30_000,
  testEnvironment: 'jest-environment-jsdom',
  // The packages of d3 then come as scripts, where they would come as modules that are not transformed.
  testEnvironmentOptions: { customExportConditions: ['umd', 'browser'] },
  testMatch: ['<rootDir>/test/**/*.test.{ts,tsx}'],
  setupFilesAfterEnv: ['<rootDir>/test/setup.ts'],
  moduleNameMapper: {
    '\\.(css|svg)$': 'identity-obj-proxy',
    'react-inlinesvg': '<rootDir>/test/inline-svg.tsx',
  },
  transform: {
    '^.+\\.[tj]sx?$': [
      '@swc/jest',
      { sourceMaps: 'inline', jsc: { parser: { syntax: 'typescript', tsx: true }, target: 'es2022' } },
    ],
  },
  transformIgnorePatterns: [
    `node_modules/(?!\\.pnpm/)(?!.*(${esModules.join('|')})/)`,
    `node_modules/\\.pnpm/(?!.*node_modules/(${esModules.join('|')})/)`,
  ],
};
