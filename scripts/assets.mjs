// Builds what browsers load: scripts, style sheets and the icon, each under a name that changes with its content.

import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const sources = join(root, 'server', 'src', 'web');
const target = join(root, 'server', 'dist', 'assets');
const namesOf = (folder, pattern) => readdirSync(join(sources, folder)).filter((name) => pattern.test(name));

const result = await build({
  entryPoints: [
    ...namesOf('client', /\.tsx?$/).map((name) => join(sources, 'client', name)),
    ...['page.css', 'timeline.css', 'icon.svg'].map((name) => join(sources, 'style', name)),
  ],
  outdir: target,
  outbase: sources,
  entryNames: '[name]',
  bundle: true,
  minify: true,
  write: false,
  format: 'esm',
  target: ['es2022'],
  legalComments: 'none',
  jsx: 'automatic',
  jsxImportSource: 'preact',
  loader: { '.svg': 'copy' },
  logLevel: 'warning',
});

rmSync(target, { recursive: true, force: true });
mkdirSync(target, { recursive: true });
const manifest = {};
for (const { path, contents } of result.outputFiles) {
  const extension = extname(path);
  const name = basename(path, extension);
  const hash = createHash('sha256').update(contents).digest('hex').slice(0, 12);
  manifest[name + extension] = `${name}.${hash}${extension}`;
  writeFileSync(join(target, `${name}.${hash}${extension}`), contents);
}
writeFileSync(join(target, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`);
