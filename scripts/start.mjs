// npm start: installs and builds if necessary, and serves in this process. Options follow `--`: npm start -- --http :2006
// With --demo it serves three months of sample events.

import { createRequire } from 'node:module';
import { join } from 'node:path';
import { endWithParent } from './parent.mjs';
import { prepare, root } from './prepare.mjs';

endWithParent();
await prepare();
const main = join(root, 'cli', 'dist', 'src', 'main.js');
const flags = process.argv.slice(2);
const command = flags.includes('--demo') ? 'demo' : 'serve';
const others = flags.filter((flag) => flag !== '--demo');
process.argv.splice(1, process.argv.length - 1, main, command, ...others);
createRequire(import.meta.url)(main);
