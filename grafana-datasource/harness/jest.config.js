// The tests that drive the built plugin in a browser, and look at its package: they run in Node, from their source.

module.exports = {
  cacheDirectory: '<rootDir>/../node_modules/.cache/jest',
  displayName: 'grafana-harness',
  testEnvironment: 'node',
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  testTimeout: 120_000,
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { sourceMaps: 'inline', jsc: { parser: { syntax: 'typescript' }, target: 'es2022' } },
    ],
  },
};
