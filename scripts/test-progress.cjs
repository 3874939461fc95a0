// Says how far a run of the tests is: a line for each suite that has ended, with how many there are, how long it has taken so far,
// and how long it may take still. What failed is shown at once.

const { relative } = require('node:path');
const { totalWeight, weightOf } = require('./suite-weights.cjs');

// Before so much is done there is no telling how long the rest takes.
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

/** Tests run compiled, and are known by their sources. */
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
