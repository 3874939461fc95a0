// Installs and builds everything that is missing or outdated. Needs only Node and npm on the PATH.

import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bindingState, mustBuild, prepareBinding } from './binding.mjs';
import { runChild } from './children.mjs';
import { installPackages } from './packages.mjs';
import { beginStep, say } from './steps.mjs';

/** The project's root. */
export const root = join(dirname(fileURLToPath(import.meta.url)), '..');

const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const packages = ['testing', 'protocol', 'puppet-reporter', 'chef-handler', 'server', 'cli', 'bench'];
const plugin = 'grafana-datasource';
const assetScripts = ['scripts/assets.mjs', 'scripts/artefacts/dependencies.mjs'];
const stampsFolder = join(root, 'node_modules', '.anthracite');

/** Updates `node_modules` and `dist` for a server, if they are outdated. */
export async function prepare() {
  refuseOldNode();
  const install = installFingerprint();
  if (!isUpToDate('install', install)) {
    // Grafana's packages are large; only the build and the tests of the plugin need them.
    await installAs('installing packages', '--filter', `!./${plugin}`);
    stamp('install', install);
  }
  await fitBinding();
  const sources = packages.flatMap((name) => sourcesOf(name, ['tsconfig.json', 'src', 'test']));
  const build = fingerprint(['tsconfig.json', 'tsconfig.base.json', ...assetScripts, ...sources], [install]);
  if (isUpToDate('build', build)) return;
  const step = beginStep('building');
  await run('npm', ['run', '--silent', 'build']);
  step.end('built');
  stamp('build', build);
}

/** The same for Grafana's plugin and everything else. */
export async function prepareAll() {
  refuseOldNode();
  const install = installFingerprint();
  if (!isUpToDate('install-all', install)) {
    await installAs("installing packages, Grafana's too");
    stamp('install', install);
    stamp('install-all', install);
  }
  await prepare();
  const files = ['.config', '.cprc.json', 'CHANGELOG.md', 'LICENSE', 'tsconfig.json', 'webpack.config.ts'];
  const build = fingerprint(sourcesOf(plugin, [...files, 'src', 'test', 'harness', 'e2e']), [install]);
  if (isUpToDate('plugin', build)) return;
  const step = beginStep("building Grafana's plugin");
  const cwd = join(root, plugin);
  const bin = (...path) => join(cwd, 'node_modules', ...path);
  await run(process.execPath, [bin('typescript', 'bin', 'tsc'), '--noEmit'], { cwd });
  const webpack = [bin('webpack-cli', 'bin', 'cli.js'), '-c', 'webpack.config.ts', '--env', 'production'];
  await run(process.execPath, [...webpack, '--stats', 'errors-warnings'], { cwd });
  step.end("built Grafana's plugin");
  stamp('plugin', build);
}

/** Runs a program with our output; exits with its exit code on failure. The default folder is the root. */
export async function run(program, args, { env = process.env, cwd = root } = {}) {
  const exitCode = await runChild(program, args, { cwd, env });
  if (exitCode !== 0) process.exit(exitCode);
}

// Only the package with a binding to build may run an install script.
function installAs(text, ...args) {
  return installPackages(
    root,
    manifest.packageManager,
    text,
    mustBuild ? args : ['--ignore-scripts', ...args],
  );
}

// A binding fits one version of Node's interface. Bindings for other versions are kept for the next change of Node.
async function fitBinding() {
  const key = [process.platform, process.arch, libcOf(), process.versions.modules].join('-');
  const state = () => fingerprint([], [key, bindingState(root)]);
  if (isUpToDate('binding', state())) return;
  await prepareBinding(root, join(stampsFolder, 'bindings'), key);
  stamp('binding', state());
}

function libcOf() {
  if (process.platform !== 'linux') return 'system';
  process.report.excludeNetwork = true;
  return process.report.getReport().header.glibcVersionRuntime === undefined ? 'musl' : 'glibc';
}

// Some packages have different files per platform.
function installFingerprint() {
  const manifests = [...packages, plugin].map((name) => `${name}/package.json`);
  return fingerprint(
    ['pnpm-lock.yaml', 'pnpm-workspace.yaml', 'package.json', ...manifests],
    [process.platform, process.arch, libcOf()],
  );
}

function refuseOldNode() {
  const major = Number(process.versions.node.split('.')[0]);
  if (major >= 20) return;
  say(`Node 20 or newer is needed; this is Node ${process.versions.node}.`);
  process.exit(1);
}

/** The files of a package, as paths from the root: named files, and all files in named folders. */
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
