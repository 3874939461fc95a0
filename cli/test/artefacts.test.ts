// The artefacts of a release: made by the release script, installed into empty folders, and used there.

import { cpSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { createGzip } from 'node:zlib';
import {
  atEnd,
  type Ended,
  hasChef,
  hasProgram,
  needs,
  runProgram,
  temporaryFolder,
} from '@anthracite/testing';
import { cleanEnvironment } from './program';
import { isBuiltForNode } from './sqlite';

jest.setTimeout(600_000);
const root = join(__dirname, '../../..');
const { version } = require('../../package.json') as { version: string };
const out = temporaryFolder();
const env = cleanEnvironment();

beforeAll(async () => {
  // Otherwise the installation on Node 20 would compile SQLite, without a network for minutes.
  if (isBuiltForNode) env['npm_config_better_sqlite3_binary_host'] = await serveBinding();
});

/** Serves the binding of this clone as the download of SQLite's installer. */
async function serveBinding(): Promise<string> {
  const library = dirname(require.resolve('better-sqlite3/package.json'));
  const fromLibrary = createRequire(join(library, 'package.json'));
  const fromInstaller = createRequire(fromLibrary.resolve('prebuild-install/package.json'));
  const { pack } = fromInstaller('tar-fs') as {
    pack(folder: string, options: { entries: string[] }): NodeJS.ReadableStream;
  };
  const host = createServer((_request, response) => {
    pack(library, { entries: ['build/Release/better_sqlite3.node'] })
      .pipe(createGzip())
      .pipe(response);
  });
  await new Promise<void>((resolve) => host.listen(0, '127.0.0.1', resolve));
  atEnd(async () => void host.close());
  return `http://127.0.0.1:${(host.address() as AddressInfo).port}`;
}

async function make(...names: string[]): Promise<void> {
  const args = [join(root, 'scripts/release.mjs'), '--out', out, '--only', names.join()];
  expect(await runProgram(process.execPath, args, { env })).toMatchObject({ exitCode: 0 });
}

/** Runs the trial of the artefacts, and expects a line for each. */
async function tryOut(...names: string[]): Promise<void> {
  const args = [join(root, 'scripts/try-artefacts.mjs'), out, names.join()];
  const { exitCode, stdout, stderr } = await runProgram(process.execPath, args, { env });
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  for (const name of names) expect(stdout).toMatch(new RegExp(`^${name}: .+ s\\)$`, 'm'));
}

describe('the packages for npm', () => {
  beforeAll(() => make('server', 'client'));

  test('install into empty folders, and send events', async () => {
    await tryOut('server', 'client', 'file');
  });

  test('have fixed names, and hashes in SHA256SUMS', () => {
    const files = [
      `anthracite-${version}.tgz`,
      `anthracite-client-${version}.cjs`,
      `anthracite-client-${version}.tgz`,
    ];
    for (const file of files) expect(readdirSync(out)).toContain(file);
    const sums = readFileSync(join(out, 'SHA256SUMS'), 'utf8').trim().split('\n');
    expect(sums.map((line) => line.replace(/^[0-9a-f]{64} {2}/, ''))).toEqual(files.toSorted());
  });

  test('say in one sentence that the client has no server', async () => {
    const folder = temporaryFolder();
    const file = join(folder, 'anthracite');
    cpSync(join(out, `anthracite-client-${version}.cjs`), file);
    const runFile = (...args: string[]): Promise<Ended> =>
      runProgram(process.execPath, [file, ...args], { cwd: folder, env });
    for (const args of [['serve'], ['demo'], ['check'], ['config']]) {
      expect(await runFile(...args)).toEqual({
        exitCode: 2,
        stdout: '',
        stderr:
          'anthracite: this is only the client; to run this command, install the package of the server (docs/install.md)\n',
      });
    }
    expect(await runFile('--version')).toEqual({ exitCode: 0, stdout: `${version}\n`, stderr: '' });
  });

  test('keep the licences of all libraries in the bundles', () => {
    const client = readFileSync(join(out, `anthracite-client-${version}.cjs`), 'utf8');
    const pages = readFileSync(join(root, 'server/dist/assets/THIRD-PARTY-NOTICES.txt'), 'utf8');
    for (const name of ['commander', 'luxon', 'sax', 'csv-parse']) expect(client).toMatch(noticeOf(name));
    for (const name of ['preact', 'vis-timeline', 'moment']) expect(pages).toMatch(noticeOf(name));
    for (const text of [client, pages]) expect(text).toContain('MIT License');
  });
});

const noticeOf = (name: string): RegExp => new RegExp(`^${name} \\d+\\.\\d+\\.\\d+ \\(`, 'm');

needs('puppet', hasProgram('puppet', '--version'))('installs the Puppet module of a release', async () => {
  await make('server', 'module');
  await tryOut('module');
});

needs("Chef's library", hasChef)('installs the gem and the cookbook of a release', async () => {
  await make('server', 'gem', 'cookbook');
  await tryOut('gem', 'cookbook');
});

test.each([
  ['an unknown artefact', ['--only', 'rpm']],
  ['an unknown option', ['--all']],
])('refuses %s', async (_name, args) => {
  const folder = join(out, 'nothing');
  const script = [join(root, 'scripts/release.mjs'), '--out', folder, ...args];
  expect(await runProgram(process.execPath, script, { env })).toEqual({
    exitCode: 2,
    stdout: '',
    stderr:
      'expected --out <folder>, and optionally --only with names of server, client, deb, plugin, module, gem, cookbook\n',
  });
  expect(existsSync(folder)).toBe(false);
});
