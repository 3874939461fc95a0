// Holds the plugin against the packages of other versions of Grafana: its sources are checked and tested with them, and the
// one plugin that was built is loaded in pages made of them: npm run compat -- [version...]
//
// Each version gets a folder in the cache, installed once. ANTHRACITE_TEST_PEERS=required refuses to leave out the browser.

import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const plugin = join(dirname(fileURLToPath(import.meta.url)), '..');
const root = join(plugin, '..');
const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'anthracite-peers');
const read = (path) => JSON.parse(readFileSync(path, 'utf8'));

/** What goes with each version. The version that the plugin is built with is tested with everything else. */
const react18 = {
  react: '18.3.1',
  'react-dom': '18.3.1',
  '@types/react': '18.3.28',
  '@types/react-dom': '18.3.7',
};
const versions = {
  '11.6.14': { ...react18, rxjs: '7.8.1', '@grafana/i18n': null }, // there was no such package yet
  '12.4.10': react18,
  '13.1.1': react18,
  '13.2.2': {},
};

/** The tests in the browser that go through each of Grafana's widgets. The others are the same in all versions. */
const ofWidgets = 'good server|picked|points, regions|at first|error is told';

const asked = process.argv.slice(2);
for (const version of asked.length > 0 ? asked : Object.keys(versions)) {
  if (!(version in versions)) {
    process.stderr.write(`compat: ${version} is none of ${Object.keys(versions).join(', ')}\n`);
    process.exit(2);
  }
  hold(version);
}

function hold(version) {
  const folder = join(cache, `grafana-${version}`);
  mkdirSync(folder, { recursive: true });
  for (const part of ['src', 'test', 'harness', '.config', 'tsconfig.json', 'jest.config.js']) {
    rmSync(join(folder, part), { recursive: true, force: true });
    cpSync(join(plugin, part), join(folder, part), { recursive: true });
  }
  // Tests run the built command, and find it beside their own folder.
  for (const name of ['cli', 'protocol', 'testing']) {
    rmSync(join(cache, name), { force: true });
    symlinkSync(join(root, name), join(cache, name));
  }
  timed(version, 'installed', () => install(folder, version));
  const bin = (...path) => join(folder, 'node_modules', ...path);
  // Both remember by the content of files what they have read, and so the second time is quicker and no less strict.
  const memory = join(folder, 'node_modules', '.cache');
  const tsc = ['--noEmit', '--incremental', '--tsBuildInfoFile', join(memory, 'types.tsbuildinfo')];
  const options = ['--testTimeout=60000', `--cacheDirectory=${join(memory, 'jest')}`];
  const jest = (...args) => run(folder, bin('jest', 'bin', 'jest.js'), ...options, ...args);
  timed(version, 'types are right', () => run(folder, bin('typescript', 'bin', 'tsc'), ...tsc));
  timed(version, 'tests pass', () => jest());
  timed(version, 'the built plugin works in its page', () =>
    jest('-c', 'harness/jest.config.js', 'browser', '-t', ofWidgets),
  );
}

/** Installs the packages of a version, where they are not. */
function install(folder, version) {
  const manifest = JSON.stringify(manifestFor(version), null, 2);
  const file = join(folder, 'package.json');
  const isSame = existsSync(file) && readFileSync(file, 'utf8') === manifest;
  if (isSame && existsSync(join(folder, 'node_modules', '.installed'))) return;
  writeFileSync(file, manifest);
  writeFileSync(join(folder, 'pnpm-workspace.yaml'), workspace());
  const pnpm = ['exec', '--yes', '--', read(join(root, 'package.json')).packageManager];
  execFileSync('npm', [...pnpm, 'install', '--no-frozen-lockfile', '--prefer-offline', '--reporter=silent'], {
    cwd: folder,
    stdio: 'inherit',
  });
  writeFileSync(join(folder, 'node_modules', '.installed'), '');
}

/** The settings of our own workspace, without its packages, and with what older versions bring that would run a script. */
function workspace() {
  return readFileSync(join(root, 'pnpm-workspace.yaml'), 'utf8')
    .replace(/^packages:\n(?: .*\n)+/, '')
    .replace(/^allowBuilds:\n/m, '$&  core-js: false\n  protobufjs: false\n');
}

/** What tests and types need, in the version's own. */
function manifestFor(version) {
  const { dependencies, devDependencies, ...manifest } = read(join(plugin, 'package.json'));
  const own = versions[version];
  const isForBuildOnly = (name) =>
    /webpack|-loader$|^eslint|^glob$|^sass$|^ts-node$|plugin-e2e|^@playwright/.test(name);
  const all = Object.entries({ ...dependencies, ...devDependencies })
    .filter(([name]) => !isForBuildOnly(name) && own[name] !== null)
    .map(([name, pinned]) => {
      if (name === '@anthracite/protocol') return [name, 'link:../protocol'];
      if (pinned === devDependencies['@grafana/e2e-selectors'] && name.startsWith('@grafana/'))
        return [name, version];
      return [name, own[name] ?? pinned];
    });
  return { ...manifest, name: `with-grafana-${version}`, dependencies: Object.fromEntries(all) };
}

function timed(version, what, step) {
  const begin = performance.now();
  step();
  process.stdout.write(
    `compat: Grafana ${version}: ${what} (${((performance.now() - begin) / 1000).toFixed(1)} s)\n`,
  );
}

/** Runs a program of Node, and ends with its output when it fails. */
function run(cwd, ...args) {
  const env = {
    ...process.env,
    ANTHRACITE_PLUGIN_DIST: join(plugin, 'dist'),
  };
  try {
    execFileSync(process.execPath, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], maxBuffer: 2 ** 26 });
  } catch (error) {
    process.stderr.write(`${error.stdout}${error.stderr}compat: failed: ${args.join(' ')}\n`);
    process.exit(1);
  }
}
