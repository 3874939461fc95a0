// Finds the packages that a package needs at run time, copies their files, and collects their licences.

import { cpSync, existsSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** Folders and files of packages that no program loads. */
const unused =
  /^(?:tests?|docs|examples|integration|benchmarks?|\.github|\.husky)$|\.(?:map|md|d\.[cm]?ts|ts)$/;
const licence = /^(?:licen[cs]e|copying|notice)/i;

/** The manifest of the package in a folder. */
export function manifestOf(folder) {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
}

/**
 * Where to copy the libraries that packages need at run time, directly or not: `{ from, to }`, from the folder of a library to a
 * path such as `node_modules/ajv`. A library that is needed in two versions is nested in the package that needs the second one.
 * `isLeftOut` leaves out a library by its name.
 */
export function layoutOf(folders, isLeftOut) {
  const placed = new Map();
  const queue = folders.map((folder) => ({ folder, at: '' }));
  for (const { folder, at } of queue) {
    for (const name of Object.keys(manifestOf(folder).dependencies ?? {})) {
      if (isLeftOut(name)) continue;
      const from = findPackage(name, folder);
      const inReach = placesFrom(at, name).find((path) => placed.has(path));
      if (inReach !== undefined && placed.get(inReach) === from) continue;
      const to = join(inReach === undefined ? '' : at, 'node_modules', name);
      placed.set(to, from);
      queue.push({ folder: from, at: to });
    }
  }
  return [...placed].map(([to, from]) => ({ from, to }));
}

/** The places in which Node looks for a library from a place of the layout, nearest first. */
function placesFrom(at, name) {
  const parts = at === '' ? [] : at.split(/[\\/](?=node_modules[\\/])/);
  return [...parts.keys()]
    .map((index) => join(...parts.slice(0, parts.length - index), 'node_modules', name))
    .concat(join('node_modules', name));
}

/** The folder of a package as Node finds it from another folder. */
export function findPackage(name, from) {
  const folder = join(from, 'node_modules', name);
  if (existsSync(folder)) return realpathSync(folder);
  if (dirname(from) === from) throw new Error(`the package ${name} is not installed`);
  return findPackage(name, dirname(from));
}

/** Copies the files of a package that a program can load, and its licences. */
export function copyPackage(from, to) {
  cpSync(from, to, {
    recursive: true,
    dereference: true,
    filter: (path) => {
      const name = basename(path);
      if (path === from || licence.test(name)) return true;
      return name !== 'node_modules' && !unused.test(name);
    },
  });
}

/** The packages whose files are the inputs of a bundle by esbuild, by folder. */
export function bundledPackages(metafile, folder) {
  const folders = Object.keys(metafile.inputs).flatMap((input) => {
    const path = join(folder, input);
    const [, owner] =
      /^(.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+)[\\/]/.exec(realpathSync(path)) ?? [];
    return owner === undefined ? [] : [owner];
  });
  return [...new Set(folders)].sort();
}

/** The licences of packages as one text. Throws for a package without a licence. */
export function noticesOf(folders) {
  return folders
    .map((folder) => {
      const { name, version, license, author } = manifestOf(folder);
      const files = readdirSync(folder).filter(
        (file) => licence.test(file) && statSync(join(folder, file)).isFile(),
      );
      if (files.length === 0 && typeof license !== 'string') throw new Error(`${name} has no licence`);
      const texts = files.map((file) => readFileSync(join(folder, file), 'utf8').trim());
      const by = typeof author === 'string' ? author : (author?.name ?? '');
      return `${name} ${version} (${license})\n\n${texts.join('\n\n') || `License: ${license}. Author: ${by}`}\n`;
    })
    .join(`\n${'-'.repeat(80)}\n\n`);
}
