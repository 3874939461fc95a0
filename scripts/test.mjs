// npm test: installs and builds if necessary, lints, and runs all tests. Arguments are passed to jest: npm test -- protocol
//
// ANTHRACITE_TEST_PEERS=required makes a missing peer (python3, graphite-web, strace, ...) a failure;
// otherwise tests that need the peer are skipped with a message.

import { join } from 'node:path';
import { prepareAll, root, run } from './prepare.mjs';
import { beginStep, say } from './steps.mjs';

await prepareAll();
const args = process.argv.slice(2);
const bin = (name, file) => join(root, 'node_modules', name, 'bin', file);
if (args.length === 0) {
  const step = beginStep('linting');
  await run(process.execPath, [bin('@biomejs/biome', 'biome'), 'check', '.']);
  await run(process.execPath, [join(root, 'lint', 'layers.mjs')]);
  step.end('linted');
}
say('testing');
await run(process.execPath, [bin('jest', 'jest.js'), ...args]);
