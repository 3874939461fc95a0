// Builds the assets for browsers: scripts, style sheets and the icon. File names change with the content.

import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { bundledPackages, noticesOf } from './artefacts/dependencies.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const sources = join(root, 'server', 'src', 'web');
const target = join(root, 'server', 'dist', 'assets');
// The libraries in the bundles, whose licences must be kept.
const libraries = new Set();
// Split off, because the drawing library is larger than all other code, and must load after the first requests are sent.
const inParts = join('client', 'timeline.ts');

async function outputsOf(entryPoints, splitting) {
  const { metafile } = await build({
    absWorkingDir: sources,
    entryPoints,
    outdir: target,
    entryNames: '[name].[hash]',
    assetNames: '[name].[hash]',
    chunkNames: '[name].[hash]',
    bundle: true,
    splitting,
    minify: true,
    metafile: true,
    format: 'esm',
    target: ['es2022'],
    legalComments: 'none',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    loader: { '.svg': 'copy' },
    logLevel: 'warning',
  });
  for (const folder of bundledPackages(metafile, sources)) libraries.add(folder);
  return Object.entries(metafile.outputs);
}

rmSync(target, { recursive: true, force: true });
mkdirSync(target, { recursive: true });
const scripts = readdirSync(join(sources, 'client'), { withFileTypes: true })
  .filter((file) => file.isFile() && /\.tsx?$/.test(file.name))
  .map(({ name }) => join('client', name))
  .filter((name) => name !== inParts);
const styles = ['page.css', 'timeline.css', 'icon.svg'].map((name) => join('style', name));
const outputs = [...(await outputsOf([...scripts, ...styles], false)), ...(await outputsOf([inParts], true))];

// By source name: the file, and its static and dynamic imports.
const manifest = Object.fromEntries(
  outputs.map(([path, { entryPoint, imports }]) => {
    const file = basename(path);
    const name = entryPoint === undefined ? file : file.replace(/\.[^.]+(\.[^.]+)$/, '$1');
    const filesOf = (wanted) =>
      imports.filter(({ kind }) => kind === wanted).map((one) => basename(one.path));
    return [name, { file, imports: filesOf('import-statement'), laterImports: filesOf('dynamic-import') }];
  }),
);
// Compressed at build time, so that the server does not compress during requests.
const brotli = { params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY } };
for (const { file } of Object.values(manifest)) {
  const bytes = readFileSync(join(target, file));
  writeFileSync(join(target, `${file}.br`), brotliCompressSync(bytes, brotli));
  writeFileSync(join(target, `${file}.gz`), gzipSync(bytes, { level: 9 }));
}
writeFileSync(join(target, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`);
writeFileSync(join(target, 'THIRD-PARTY-NOTICES.txt'), noticesOf([...libraries].sort()));
