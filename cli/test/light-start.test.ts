// Commands that are not servers load no server code, because users and scripts run them all day.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@anthracite/testing';
import { run, serve } from './program';

const folder = temporaryFolder();
const database = join(folder, 'anthracite.db');
const listFile = join(folder, 'loaded.txt');
const hook = join(folder, 'list-modules.cjs');

beforeAll(() => {
  const list = `Object.keys(require.cache).join('\\n')`;
  writeFileSync(
    hook,
    `process.on('exit', () => require('node:fs').writeFileSync(${JSON.stringify(listFile)}, ${list}));`,
  );
});

/** The files that a command has loaded when it ends. */
async function filesLoadedBy(args: readonly string[]): Promise<string[]> {
  writeFileSync(listFile, '');
  const { exitCode, stderr } = await run(args, { env: { NODE_OPTIONS: `--require ${hook}` } });
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  return readFileSync(listFile, 'utf8').split('\n');
}

const heavy =
  /node_modules\/(?:fastify|better-sqlite3|pino|prom-client|re2js|yaml)\/|server\/dist\/src\/app\.js/;

test('loads no server, database or log for the version and for an event', async () => {
  const server = await serve(database);
  const send = ['send', 'deploy_shop', 'release 42', '--server', server.url];
  for (const args of [['--version'], send, ['list', '--server', server.url]]) {
    const files = await filesLoadedBy(args);
    expect(files.filter((file) => file.includes('commander')).length).toBeGreaterThan(0);
    expect(files.filter((file) => heavy.test(file))).toEqual([]);
  }
  await server.stop();
});

test('loads the file of a command only when the command is used', async () => {
  const server = await serve(database);
  const commandsIn = (files: readonly string[]): string[] =>
    files.flatMap((file) => /\/commands\/([a-z]+)\.js$/.exec(file)?.[1] ?? []).sort();
  const listed = await filesLoadedBy(['list', '--server', server.url]);
  expect(commandsIn(listed)).toEqual(['help', 'list']);
  expect(commandsIn(await filesLoadedBy(['--help'])).length).toBeGreaterThan(20);
  await server.stop();
});

test('finds these files for a command that is a server', async () => {
  const config = join(folder, 'anthracite.yaml');
  writeFileSync(config, 'readers: 1\n');
  const files = await filesLoadedBy(['config', '--config', config]);
  for (const name of ['fastify', 'better-sqlite3', 'pino', 'prom-client', 're2js', 'yaml']) {
    expect(files.some((file) => file.includes(`node_modules/${name}/`))).toBe(true);
  }
});
