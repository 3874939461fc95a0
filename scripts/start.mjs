// npm start: prepares what must be prepared, and serves in this same process. Flags follow `--`: npm start -- --http :2006

import { createRequire } from 'node:module';
import { join } from 'node:path';
import { prepare, root } from './prepare.mjs';

prepare();
const main = join(root, 'cli', 'dist', 'src', 'main.js');
process.argv.splice(1, process.argv.length - 1, main, 'serve', ...process.argv.slice(2));
createRequire(import.meta.url)(main);
