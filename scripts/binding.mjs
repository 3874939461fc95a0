// SQLite's binding for this Node: the one that is there, one that was kept, a prebuilt one, or one that is compiled.

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

/** False where SQLite's binding is a file of its package, as it is for Node-API 10: nothing is downloaded or compiled for it. */
export const mustBuild = Number(process.versions.napi) < 10;

/** Text that differs when the file of the binding does. */
export function bindingState(root) {
  if (!existsSync(linkTo(root))) return 'no library';
  const { file } = findBinding(root);
  if (!existsSync(file)) return 'no binding';
  const { size, mtimeMs } = statSync(file);
  return `${size} bytes of ${mtimeMs}`;
}

/** Makes the binding fit this Node. Keeps it under `key` in `keptFolder`, for the next change of Node. Ends us when it fails. */
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

// In a process of its own: a damaged file may end whoever loads it.
function canLoad(library, file) {
  if (file !== undefined && !existsSync(file)) return false;
  const script = 'new (require(process.argv[1]))(":memory:", { nativeBinding: process.argv[2] }).close()';
  const args = file === undefined ? [library] : [library, file];
  return spawnSync(process.execPath, ['-e', script, ...args], { stdio: 'ignore' }).status === 0;
}

// By a rename: a server that runs goes on with the file that it has.
function copyInto(target, source) {
  mkdirSync(dirname(target), { recursive: true });
  copyFileSync(source, `${target}.new`);
  renameSync(`${target}.new`, target);
}
