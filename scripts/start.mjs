// npm start: prepares what must be prepared, and serves in this same process. Flags follow `--`: npm start -- --http :2006
// With --demo among them it serves a made-up quarter of events.

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
