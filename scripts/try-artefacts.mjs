// Tries the artefacts of a release: installs each into an empty folder that has nothing of this repository, and sends or shows an
// event with it. Prints a line for each artefact, with sizes and times. Exits with 1 if one fails.
//
//   npm run release -- --out <folder>
//   node scripts/try-artefacts.mjs <folder> [names, such as server,client]
//
// The programs that artefacts run in (puppet, Chef's library, chromium) must be installed: bash scripts/peers.sh.

import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { clear, emptyFolder } from './trial/place.mjs';
import { installServer, ways } from './trial/ways.mjs';

/** The files of artefacts, by name. */
const patterns = {
  server: /^anthracite-\d[\d.]*\.tgz$/,
  client: /client.*\.tgz$/,
  file: /client.*\.cjs$/,
  deb: /\.deb$/,
  plugin: /\.zip$/,
  module: /^anthracite-anthracite-.*\.tar\.gz$/,
  gem: /\.gem$/,
  cookbook: /^anthracite_handler-.*\.tar\.gz$/,
};

const [folder, given] = process.argv.slice(2);
const names = given?.split(',') ?? Object.keys(ways);
if (folder === undefined || names.some((name) => !Object.hasOwn(ways, name))) {
  process.stderr.write(`expected a folder, and optionally names of ${Object.keys(ways).join(', ')}\n`);
  process.exit(2);
}

const artefacts = resolve(folder);
const timed = async (name, work) => {
  const began = performance.now();
  const result = await work();
  process.stdout.write(`${name}: ${result} (${((performance.now() - began) / 1_000).toFixed(1)} s)\n`);
};

try {
  await timed('SHA256SUMS', checkHashes);
  let server;
  // It receives the events of the others.
  await timed('installation of the server', async () => {
    server = await installServer(fileOf('server'), emptyFolder('for-all'));
    return server.size;
  });
  for (const name of names) await timed(name, () => ways[name](fileOf(name), emptyFolder(name), server));
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
} finally {
  await clear();
}

/** Checks the hashes as `sha256sum --check` does. */
function checkHashes() {
  const lines = readFileSync(join(artefacts, 'SHA256SUMS'), 'utf8').trim().split('\n');
  for (const line of lines) {
    const [hash, file] = line.split('  ');
    const found = createHash('sha256')
      .update(readFileSync(join(artefacts, file)))
      .digest('hex');
    if (found !== hash) throw new Error(`${file} has the hash ${found}; SHA256SUMS has ${hash}`);
  }
  return `${lines.length} files`;
}

function fileOf(name) {
  const file = readdirSync(artefacts).find((one) => patterns[name].test(one));
  if (file === undefined) throw new Error(`${folder} has no artefact ${name}`);
  return join(artefacts, file);
}
