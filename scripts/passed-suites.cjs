// Appends the paths of suites that passed without a skipped test to the file in ANTHRACITE_TEST_PASSED, one on each line.
// These suites need no peer: remaining-suites.cjs leaves them out of a second run.

const { appendFileSync } = require('node:fs');

class PassedSuites {
  #list = process.env.ANTHRACITE_TEST_PASSED;

  onTestResult({ path }, { numFailingTests, numPendingTests, testExecError }) {
    if (!this.#list || numFailingTests > 0 || numPendingTests > 0 || testExecError !== undefined) return;
    appendFileSync(this.#list, `${path}\n`);
  }
}

module.exports = PassedSuites;
