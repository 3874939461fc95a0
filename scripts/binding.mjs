// Provides SQLite's binding for this Node: the installed binding, a kept one, a prebuilt one, or a compiled one.

import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  statSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { runNpm } from './packages.mjs';
import { say } from './steps.mjs';

/** False if the binding is part of SQLite's package, as for Node-API 10: then nothing is downloaded or compiled. */
export const mustBuild = Number(process.versions.napi) < 10;

/** A text that changes with the file of the binding. */
export function bindingState(root) {
  if (!existsSync(linkTo(root))) return 'no library';
  const { file } = findBinding(root);
  if (!existsSync(file)) return 'no binding';
  const { size, mtimeMs } = statSync(file);
  return `${size} bytes of ${mtimeMs}`;
}

/** Provides the binding for this Node. Keeps a copy under `key` in `keptFolder`, for the next change of Node. Exits on failure. */
export async function prepareBinding(root, keptFolder, key) {
  const { library, file, version } = findBinding(root);
  const kept = join(keptFolder, `${version}-${key}.node`);
  if (!mustBuild && canLoad(library)) return;
  if (canLoad(library, file)) return copyInto(kept, file);
  if (canLoad(library, kept)) return copyInto(file, kept);
  await runNpm(root, {
    args: ['run', mustBuild ? 'install' : 'build-release', '--prefix', library],
    text: `getting SQLite's binding for Node ${process.versions.node}`,
    done: "SQLite's binding is there",
    failed: "SQLite's binding could not be built",
  });
  if (canLoad(library, file)) return copyInto(kept, file);
  say(`SQLite's binding was built, and Node ${process.versions.node} cannot load it: ${file}`);
  process.exit(1);
}

function findBinding(root) {
  const library = realpathSync(linkTo(root));
  const { version } = JSON.parse(readFileSync(join(library, 'package.json'), 'utf8'));
  return { library, version, file: join(library, 'build', 'Release', 'better_sqlite3.node') };
}

function linkTo(root) {
  return join(root, 'server', 'node_modules', mustBuild ? 'better-sqlite3' : 'better-sqlite3-13');
}

// In a separate process, because a damaged file can crash the process that loads it.
function canLoad(library, file) {
  if (file !== undefined && !existsSync(file)) return false;
  const script = 'new (require(process.argv[1]))(":memory:", { nativeBinding: process.argv[2] }).close()';
  const args = file === undefined ? [library] : [library, file];
  return spawnSync(process.execPath, ['-e', script, ...args], { stdio: 'ignore' }).status === 0;
}

// By a rename: a running server keeps its open file.
function copyInto(target, source) {
  mkdirSync(dirname(target), { recursive: true });
  copyFileSync(source, `${target}.new`);
  renameSync(`${target}.new`, target);
}
