// Ends the output of the tests with one line of counts, for readers and programs that only read the end.

class ClosingLine {
  onRunComplete(_contexts, { numPassedTests, numFailedTests, numPendingTests, numRuntimeErrorTestSuites }) {
    const failed = numFailedTests + numRuntimeErrorTestSuites;
    const line = `${numPassedTests} passed, ${failed} failed, ${numPendingTests} skipped\n`;
    process.on('exit', () => process.stdout.write(line)); // after the output of the other reporters
  }
}

module.exports = ClosingLine;
