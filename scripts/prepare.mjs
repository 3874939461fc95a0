// Installs and builds what is not installed or built yet. Needs Node and npm, and nothing else on the PATH.

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The project's root. */
export const root = join(dirname(fileURLToPath(import.meta.url)), '..');

const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const packages = ['testing', 'protocol', 'puppet-reporter', 'chef-handler', 'server', 'cli', 'bench'];
const plugin = 'grafana-datasource';
const stampsFolder = join(root, 'node_modules', '.anthracite');

/** Brings `node_modules` and `dist` up to date, and does nothing where they are: of all that a server needs. */
export function prepare() {
  refuseOldNode();
  const install = installFingerprint();
  if (!isUpToDate('install', install)) {
    say('installing (the first time SQLite may be compiled, which takes a minute) ...');
    // Grafana's packages are large, and only the plugin's build and its tests need them.
    runInstall('--filter', `!./${plugin}`);
    stamp('install', install);
  }
  const sources = packages.flatMap((name) => sourcesOf(name, ['tsconfig.json', 'src', 'test']));
  const build = fingerprint(
    ['tsconfig.json', 'tsconfig.base.json', 'scripts/assets.mjs', ...sources],
    [install],
  );
  if (isUpToDate('build', build)) return;
  say('building ...');
  run('npm', ['run', '--silent', 'build']);
  stamp('build', build);
}

/** The same of Grafana's plugin, and of all else. */
export function prepareAll() {
  refuseOldNode();
  const install = installFingerprint();
  if (!isUpToDate('install-all', install)) {
    say("installing all, Grafana's packages too (the first time this takes a minute or two) ...");
    runInstall();
    stamp('install', install);
    stamp('install-all', install);
  }
  prepare();
  const files = ['.config', '.cprc.json', 'CHANGELOG.md', 'LICENSE', 'tsconfig.json', 'webpack.config.ts'];
  const build = fingerprint(sourcesOf(plugin, [...files, 'src', 'test', 'harness', 'e2e']), [install]);
  if (isUpToDate('plugin', build)) return;
  say("building Grafana's plugin ...");
  const cwd = join(root, plugin);
  const bin = (...path) => join(cwd, 'node_modules', ...path);
  run(process.execPath, [bin('typescript', 'bin', 'tsc'), '--noEmit'], { cwd });
  const webpack = [bin('webpack-cli', 'bin', 'cli.js'), '-c', 'webpack.config.ts', '--env', 'production'];
  run(process.execPath, [...webpack, '--stats', 'errors-warnings'], { cwd });
  stamp('plugin', build);
}

/** Runs a program with our output, and ends with its exit code when it fails. In the root unless said otherwise. */
export function run(program, args, { env = process.env, cwd = root } = {}) {
  try {
    execFileSync(program, args, { cwd, stdio: ['ignore', 'inherit', 'inherit'], env });
  } catch (error) {
    if (error.status === null || error.status === undefined) throw error;
    process.exit(error.status);
  }
}

// A binding that was built for another Node, or another machine, is built anew.
function installFingerprint() {
  const manifests = [...packages, plugin].map((name) => `${name}/package.json`);
  return fingerprint(
    ['pnpm-lock.yaml', 'pnpm-workspace.yaml', 'package.json', ...manifests],
    [process.versions.modules, process.platform, process.arch],
  );
}

function runInstall(...args) {
  const pnpm = ['exec', '--yes', '--', manifest.packageManager];
  run('npm', [...pnpm, 'install', '--frozen-lockfile', '--reporter=silent', ...args]);
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

/** The files of a package, by their paths from the root: what is named, and all that is in the folders that are. */
function sourcesOf(name, parts) {
  return parts
    .map((part) => join(root, name, part))
    .filter((path) => existsSync(path))
    .flatMap((path) => (statSync(path).isDirectory() ? filesIn(path) : [path]))
    .map((file) => relative(root, file));
}

function filesIn(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort();
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
