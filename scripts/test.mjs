// npm test: installs and builds what is needed, lints, and runs all tests. Arguments go to jest: npm test -- protocol
//
// ANTHRACITE_TEST_PEERS=required makes a missing peer (python3, graphite-web, strace, ...) a failure;
// otherwise a test that needs one is skipped, and says so.

import { join } from 'node:path';
import { prepareAll, root, run } from './prepare.mjs';
import { beginStep, say } from './steps.mjs';

await prepareAll();
const args = process.argv.slice(2);
const bin = (name, file) => join(root, 'node_modules', name, 'bin', file);
if (args.length === 0) {
  const step = beginStep('linting');
  await run(process.execPath, [bin('@biomejs/biome', 'biome'), 'check', '.']);
  step.end('linted');
}
say('testing');
await run(process.execPath, [bin('jest', 'jest.js'), ...args]);
