// Installs and builds what is not installed or built yet. Needs Node and npm, and nothing else on the PATH.

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The project's root. */
export const root = join(dirname(fileURLToPath(import.meta.url)), '..');

const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const packages = ['protocol', 'puppet-reporter', 'chef-handler', 'server', 'cli', 'bench'];
const stampsFolder = join(root, 'node_modules', '.anthracite');

/** Brings `node_modules` and `dist` up to date, and does nothing where they are. */
export function prepare() {
  refuseOldNode();
  // A binding that was built for another Node, or another machine, is built anew.
  const install = fingerprint(
    [
      'pnpm-lock.yaml',
      'pnpm-workspace.yaml',
      'package.json',
      ...packages.map((name) => `${name}/package.json`),
    ],
    [process.versions.modules, process.platform, process.arch],
  );
  const isInstalled = isUpToDate('install', install);
  if (!isInstalled) {
    say('installing (the first time SQLite may be compiled, which takes a minute) ...');
    run('npm', [
      'exec',
      '--yes',
      '--',
      manifest.packageManager,
      'install',
      '--frozen-lockfile',
      '--reporter=silent',
    ]);
    stamp('install', install);
  }
  const sources = [
    'tsconfig.json',
    'tsconfig.base.json',
    'scripts/assets.mjs',
    ...packages.flatMap((name) => [`${name}/tsconfig.json`, ...sourcesOf(name)]),
  ];
  const build = fingerprint(sources, [install]);
  if (!isInstalled || !isUpToDate('build', build)) {
    say('building ...');
    run('npm', ['run', '--silent', 'build']);
    stamp('build', build);
  }
}

/** Runs a program in the root with our output, and ends with its exit code when it fails. */
export function run(program, args, environment = process.env) {
  try {
    execFileSync(program, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'], env: environment });
  } catch (error) {
    if (error.status === null || error.status === undefined) throw error;
    process.exit(error.status);
  }
}

function refuseOldNode() {
  const major = Number(process.versions.node.split('.')[0]);
  if (major >= 20) return;
  process.stderr.write(`Anthracite needs Node 20 or newer; this is Node ${process.versions.node}.\n`);
  process.exit(1);
}

function say(text) {
  process.stderr.write(`anthracite: ${text}\n`);
}

function sourcesOf(name) {
  const folders = ['src', 'test'].filter((folder) => existsSync(join(root, name, folder)));
  return folders.flatMap((folder) =>
    readdirSync(join(root, name, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /\.(tsx?|css|svg)$|^tsconfig\.json$/.test(entry.name))
      .map((entry) => relative(root, join(entry.parentPath ?? entry.path, entry.name)))
      .sort(),
  );
}

function fingerprint(files, words) {
  const hash = createHash('sha256').update(words.join('\n'));
  for (const file of files) hash.update(`\n${file}\n`).update(readFileSync(join(root, file)));
  return hash.digest('hex');
}

function isUpToDate(name, value) {
  const file = join(stampsFolder, name);
  return existsSync(file) && readFileSync(file, 'utf8') === value;
}

function stamp(name, value) {
  mkdirSync(stampsFolder, { recursive: true });
  writeFileSync(join(stampsFolder, name), value);
}
