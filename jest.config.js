// Tests run as they are compiled and shipped: no transform stands between the source and what is tested. Those of Grafana's
// plugin run as Grafana has them, see its own configuration.
module.exports = {
  projects: [
    {
      displayName: 'anthracite',
      testEnvironment: 'node',
      testMatch: ['<rootDir>/*/dist/test/**/*.test.js'],
      transform: {},
    },
    '<rootDir>/grafana-datasource',
    '<rootDir>/grafana-datasource/harness',
  ],
  testTimeout: 120_000,
  // Most of the time a test waits for a program that it has started.
  maxWorkers: '100%',
  reporters: ['default', '<rootDir>/scripts/closing-line.cjs'],
};
