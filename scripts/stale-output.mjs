// Removes compiled files without a source: otherwise a renamed test would run twice, and a removed test would still run.

import { existsSync, readdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = process.argv[2] ?? join(dirname(fileURLToPath(import.meta.url)), '..');
const compiled = /\.(?:js|js\.map|d\.ts|d\.ts\.map)$/;

for (const entry of readdirSync(root, { withFileTypes: true })) {
  for (const part of ['src', 'test']) {
    const output = join(root, entry.name, 'dist', part);
    if (entry.isDirectory() && existsSync(output)) clean(output, join(root, entry.name, part));
  }
}

function clean(output, sources) {
  for (const name of readdirSync(output, { recursive: true })) {
    if (!compiled.test(name)) continue;
    const source = join(sources, name.replace(compiled, ''));
    if (!['.ts', '.tsx', '.js'].some((extension) => existsSync(source + extension)))
      rmSync(join(output, name));
  }
}
