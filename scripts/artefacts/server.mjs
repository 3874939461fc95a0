// Makes the server: the command with everything that it runs, as a folder and as a package of npm. It contains its libraries in the
// versions of the lock file, except SQLite's library, which has native code.

import { copyFileSync, cpSync } from 'node:fs';
import { join } from 'node:path';
import { copyPackage, layoutOf, manifestOf } from './dependencies.mjs';
import { inNewFolder, packFolder, writeManifest } from './npm-package.mjs';

const parts = ['protocol', 'puppet-reporter', 'chef-handler', 'server'];
/** What programs read besides their compiled code. */
const data = { protocol: ['data'], server: ['dist/assets'] };
const ours = '@anthracite/';

/** Packs the server into `out`. Returns the name of the package. */
export function makeServer(root, out) {
  return inNewFolder((folder) => {
    stageServer(root, folder);
    copyFileSync(join(root, 'packaging/npm/server/README.md'), join(folder, 'README.md'));
    return [packFolder(folder, out)];
  });
}

/** Copies the built server and its libraries into a folder, without SQLite's library. */
export function stageServer(root, folder) {
  const layout = layoutOf(
    ['cli', ...parts].map((name) => join(root, name)),
    (name) => name.startsWith(ours) || name.startsWith('better-sqlite3'),
  );
  for (const { from, to } of layout) copyPackage(from, join(folder, to));
  for (const name of parts) {
    const target = join(folder, 'node_modules', ours, name);
    copyCode(join(root, name), target);
    for (const path of data[name] ?? [])
      cpSync(join(root, name, path), join(target, path), { recursive: true });
    const { name: fullName, version, license, main, exports } = manifestOf(join(root, name));
    writeManifest(target, { name: fullName, version, license, main, exports });
  }
  copyCode(join(root, 'cli'), folder);
  copyFileSync(join(root, 'LICENSE'), join(folder, 'LICENSE'));
  const libraries = layout.filter(({ to }) => !to.includes('node_modules', 1));
  writeManifest(folder, manifestOfServer(root, libraries));
}

function manifestOfServer(root, libraries) {
  const { version, license, engines, bin } = manifestOf(join(root, 'cli'));
  const { description } = manifestOf(root);
  const { 'better-sqlite3': forNode20, 'better-sqlite3-13': forOthers } = manifestOf(
    join(root, 'server'),
  ).dependencies;
  const bundled = {
    ...Object.fromEntries(parts.map((name) => [ours + name, version])),
    ...Object.fromEntries(libraries.map(({ from }) => [manifestOf(from).name, manifestOf(from).version])),
  };
  const bridge = (name) => `node_modules/${ours}${name}/dist/src/bridge/main.js`;
  return {
    name: 'anthracite',
    version,
    description,
    license,
    engines,
    bin: {
      ...bin,
      'anthracite-puppet-reporter': bridge('puppet-reporter'),
      'anthracite-chef-handler': bridge('chef-handler'),
    },
    dependencies: { ...bundled, 'better-sqlite3-13': forOthers },
    // Optional, because Node 22.14 and newer do without it, and its binding may have to be compiled.
    optionalDependencies: { 'better-sqlite3': forNode20 },
    bundleDependencies: Object.keys(bundled),
  };
}

function copyCode(from, to) {
  cpSync(join(from, 'dist/src'), join(to, 'dist/src'), {
    recursive: true,
    filter: (path) => !/\.(?:map|d\.ts)$/.test(path),
  });
}
