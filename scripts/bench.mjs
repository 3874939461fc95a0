// npm run bench: builds, then runs the benchmarks. Arguments are passed on: npm run bench -- --list

import { join } from 'node:path';
import { prepare, root, run } from './prepare.mjs';

await prepare();
await run(process.execPath, [join(root, 'bench', 'dist', 'src', 'main.js'), ...process.argv.slice(2)]);
