// Runs the slowest suites first, so that no worker is still busy with a slow suite at the end.

const { createRequire } = require('node:module');
const { plan } = require('./suite-weights.cjs');

// Jest's own sequencer has the durations of the last run.
const core = createRequire(require.resolve('jest')).resolve('@jest/core');
const { default: Sequencer } = createRequire(core)('@jest/test-sequencer');

class SlowestFirst extends Sequencer {
  sort(tests) {
    return plan(super.sort(tests));
  }
}

module.exports = SlowestFirst;
