// Shows the progress of a test run: one line per finished suite with the number of suites, the elapsed time and the estimated
// remaining time. Failures are shown at once.

const { relative } = require('node:path');
const { totalWeight, weightOf } = require('./suite-weights.cjs');

// With less progress the remaining time cannot be estimated.
const leastShareDone = 0.05;

class Progress {
  #startedAt = Date.now();
  #rootFolder;
  #doneWeight = 0;

  constructor({ rootDir }) {
    this.#rootFolder = rootDir;
  }

  onRunStart({ numTotalTestSuites }) {
    this.#startedAt = Date.now();
    print(`${numTotalTestSuites} suites, the slowest first`);
  }

  onTestResult({ path }, result, { numTotalTestSuites, ...counts }) {
    this.#doneWeight += weightOf(path);
    const done = counts.numPassedTestSuites + counts.numFailedTestSuites + counts.numPendingTestSuites;
    const { perfStats, numPassingTests, numFailingTests, numPendingTests, testExecError } = result;
    const hasFailed = numFailingTests > 0 || testExecError !== undefined;
    const tests = [
      `${numPassingTests} passed`,
      ...(numFailingTests > 0 ? [`${numFailingTests} failed`] : []),
      ...(numPendingTests > 0 ? [`${numPendingTests} skipped`] : []),
    ];
    const parts = [
      `${done}/${numTotalTestSuites}`.padStart(7),
      minutes(Date.now() - this.#startedAt).padStart(6),
      hasFailed ? 'FAIL' : 'ok  ',
      `${nameOf(relative(this.#rootFolder, path))}: ${tests.join(', ')} in ${seconds(perfStats)} s${this.#left()}`,
    ];
    print(parts.join('  '));
    if (numTotalTestSuites === 1) printTests(result.testResults);
    for (const { message, origin } of result.console ?? []) print(`${message}\n${origin}`);
    if (hasFailed) print(`\n${result.failureMessage}`);
  }

  #left() {
    const share = this.#doneWeight / totalWeight();
    if (!(share >= leastShareDone && share < 1)) return '';
    const leftMs = ((Date.now() - this.#startedAt) * (1 - share)) / share;
    return `; about ${minutes(leftMs)} left`;
  }
}

function printTests(tests) {
  for (const { status, fullName, duration } of tests) {
    const sign = { passed: 'ok  ', failed: 'FAIL' }[status] ?? 'skip';
    print(`  ${sign}  ${fullName}${duration ? ` (${duration} ms)` : ''}`);
  }
}

/** Tests run compiled, but are listed by source. */
const nameOf = (path) => path.replace('/dist/test/', '/test/').replace(/\.test\.(?:js|tsx?)$/, '');

const seconds = ({ start, end }) => ((end - start) / 1_000).toFixed(1);

function minutes(milliseconds) {
  const all = Math.round(milliseconds / 1_000);
  return `${Math.floor(all / 60)}:${String(all % 60).padStart(2, '0')}`;
}

function print(text) {
  process.stdout.write(`${text}\n`);
}

module.exports = Progress;
