// The areas for mutation tests: pure code, and its tests, which run in one process and need no server.

/** By area name of `npm run mutation`. Paths are relative to the root; tests are compiled files. */
export const areas = {
  protocol: {
    source: 'protocol/src',
    target: 'protocol/dist/src',
    mutate: ['protocol/src/*.ts'],
    tests: ['protocol/dist/test/*.test.js', 'protocol/dist/test/span/*.test.js'],
  },
  span: {
    source: 'protocol/src',
    target: 'protocol/dist/src',
    mutate: ['protocol/src/span/*.ts'],
    tests: ['protocol/dist/test/span/*.test.js'],
  },
  change: {
    source: 'protocol/src',
    target: 'protocol/dist/src',
    mutate: ['protocol/src/change/*.ts'],
    tests: ['protocol/dist/test/change/*.test.js'],
  },
  query: {
    source: 'server/src/query',
    target: 'server/dist/src/query',
    mutate: ['server/src/query/*.ts'],
    tests: ['server/dist/test/query/*.test.js'],
  },
  report: {
    source: 'server/src/report',
    target: 'server/dist/src/report',
    mutate: ['server/src/report/*.ts'],
    tests: ['server/dist/test/report/*.test.js'],
  },
  suspects: {
    source: 'server/src/suspects',
    target: 'server/dist/src/suspects',
    mutate: ['server/src/suspects/*.ts'],
    // Without the ranking of whole histories, which takes a minute.
    tests: ['server/dist/test/suspects/!(ranking|store).test.js'],
  },
};
