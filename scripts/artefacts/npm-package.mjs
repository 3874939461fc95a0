// Packs a folder as a package of npm.

import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Calls `fill` with a new folder, and removes the folder afterwards. Returns the result of `fill`. */
export async function inNewFolder(fill) {
  const folder = mkdtempSync(join(tmpdir(), 'anthracite-artefacts-'));
  try {
    return await fill(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Writes the manifest of the package in a folder. */
export function writeManifest(folder, manifest) {
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
}

/** Packs a folder with its manifest into a tarball in `out`. Returns the name of the tarball. */
export function packFolder(folder, out) {
  mkdirSync(out, { recursive: true });
  const args = ['pack', '--silent', '--ignore-scripts', '--pack-destination', out];
  return runQuietly('npm', args, folder).trim().split('\n').at(-1);
}

/** Runs a program, and returns its output. Throws with its messages on failure. */
export function runQuietly(program, args, cwd, env = process.env) {
  const { status, error, stdout, stderr } = spawnSync(program, args, {
    cwd,
    env,
    encoding: 'utf8',
    maxBuffer: 100 * 1024 * 1024,
  });
  if (error?.code === 'ENOENT') throw new Error(`the program ${program} is missing; install it`);
  if (error !== undefined) throw error;
  if (status !== 0)
    throw new Error(`${program} ${args[0]} failed (exit code ${status}):\n${stderr}${stdout}`);
  return stdout;
}
