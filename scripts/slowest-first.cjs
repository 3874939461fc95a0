// The order of the suites: the slowest first, so that no worker is left with one at the end.

const { createRequire } = require('node:module');
const { plan } = require('./suite-weights.cjs');

// Jest's own sequencer knows how long each suite took in the last run here.
const core = createRequire(require.resolve('jest')).resolve('@jest/core');
const { default: Sequencer } = createRequire(core)('@jest/test-sequencer');

class SlowestFirst extends Sequencer {
  sort(tests) {
    return plan(super.sort(tests));
  }
}

module.exports = SlowestFirst;
