// Tests run as they are compiled and shipped: no transform stands between the source and what is tested. Those of Grafana's
// plugin run as Grafana has them, see its own configuration.
const { useMemoryFolder } = require('./scripts/memory-folder.cjs');

useMemoryFolder();

module.exports = {
  projects: [
    {
      displayName: 'anthracite',
      testEnvironment: 'node',
      testMatch: ['<rootDir>/*/dist/test/**/*.test.js'],
      // While `npm run mutation` runs there are copies of all packages.
      modulePathIgnorePatterns: ['<rootDir>/coverage/'],
      transform: {},
      cacheDirectory: '<rootDir>/node_modules/.cache/jest',
    },
    '<rootDir>/grafana-datasource',
    '<rootDir>/grafana-datasource/harness',
  ],
  testTimeout: 120_000,
  // A worker that has been told to end may have half a second of work left on a busy machine. One that holds something open is still
  // ended by force, and named.
  workerGracefulExitTimeout: 10_000,
  // Most of the time a test waits for a program that it has started.
  maxWorkers: '100%',
  testSequencer: '<rootDir>/scripts/slowest-first.cjs',
  reporters: [
    '<rootDir>/scripts/test-progress.cjs',
    '<rootDir>/scripts/passed-suites.cjs',
    'summary',
    '<rootDir>/scripts/closing-line.cjs',
  ],
};
