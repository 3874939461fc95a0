// Jest's --filter: leaves out the suites that passed-suites.cjs has listed in the file in ANTHRACITE_TEST_PASSED.

const { readFileSync } = require('node:fs');

module.exports = async (paths) => {
  const passed = new Set(readFileSync(process.env.ANTHRACITE_TEST_PASSED, 'utf8').split('\n'));
  return { filtered: paths.filter((path) => !passed.has(path)) };
};
