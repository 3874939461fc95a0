// Compiles a folder of TypeScript as the build does, without type checks: node scripts/mutation-build.mjs <source> <target>

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

const [source, target] = process.argv.slice(2);
const entryPoints = readdirSync(source, { recursive: true })
  .filter((name) => /\.tsx?$/.test(name))
  .map((name) => join(source, name));
await build({
  entryPoints,
  outdir: target,
  outbase: source,
  format: 'cjs',
  platform: 'node',
  target: 'node20',
});
