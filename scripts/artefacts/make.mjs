// Makes the artefacts of a release, and their hashes.

import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { prepare, prepareAll, root } from '../prepare.mjs';
import { beginStep, say } from '../steps.mjs';
import { makeClient } from './client.mjs';
import { makeDebianPackage } from './debian.mjs';
import { manifestOf } from './dependencies.mjs';
import { makePlugin } from './plugin.mjs';
import { makeCookbook, makeGem, makePuppetModule } from './ruby.mjs';
import { makeServer } from './server.mjs';

/** All artefacts by name. Each function writes files into a folder, and returns their names. */
const artefacts = {
  server: makeServer,
  client: makeClient,
  deb: makeDebianPackage,
  plugin: makePlugin,
  module: makePuppetModule,
  gem: makeGem,
  cookbook: makeCookbook,
};

export const artefactNames = Object.keys(artefacts);

/** Installs and builds what is needed, makes the named artefacts in a folder, and prints their paths. Exits on failure. */
export async function makeArtefacts(folder, names = artefactNames) {
  const out = resolve(folder);
  mkdirSync(out, { recursive: true });
  if (names.includes('plugin')) await prepareAll();
  else await prepare();
  const { version } = manifestOf(root);
  const files = [];
  for (const name of names) {
    const step = beginStep(`making ${name}`);
    try {
      files.push(...(await artefacts[name](root, out, version)));
    } catch (error) {
      step.end();
      say(`${name} could not be made: ${error.message}`);
      process.exit(1);
    }
    step.end(`made ${name}`);
  }
  const sums = files.sort().map((file) => `${sha256(join(out, file))}  ${file}\n`);
  if (names.length > 1) writeFileSync(join(out, 'SHA256SUMS'), sums.join(''));
  for (const file of files) process.stdout.write(`${join(out, file)}\n`);
}

const sha256 = (file) => createHash('sha256').update(readFileSync(file)).digest('hex');
