// Ends the tests' output with one plain line of counts, for people and machines that read only the end.

class ClosingLine {
  onRunComplete(_contexts, { numPassedTests, numFailedTests, numPendingTests, numRuntimeErrorTestSuites }) {
    const failed = numFailedTests + numRuntimeErrorTestSuites;
    const line = `${numPassedTests} passed, ${failed} failed, ${numPendingTests} skipped\n`;
    process.on('exit', () => process.stdout.write(line)); // behind what the other reporters still say
  }
}

module.exports = ClosingLine;
