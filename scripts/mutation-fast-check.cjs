// Replaces fast-check in mutation tests: tries each property only a few times, because the tests run once per mutant.

const { realpathSync } = require('node:fs');
const { join } = require('node:path');

const maxRuns = 40;
// By file, because the package name resolves to this file.
const fastCheck = require(
  join(
    realpathSync(join(__dirname, '..', 'protocol', 'node_modules', 'fast-check')),
    'lib',
    'cjs',
    'fast-check.js',
  ),
);

function assert(property, { numRuns = maxRuns, ...others } = {}) {
  return fastCheck.assert(property, { ...others, numRuns: Math.min(numRuns, maxRuns) });
}

const few = { ...fastCheck, assert };
module.exports = { ...few, default: few, __esModule: true };
