// flush and other commands with a spool when something is wrong: a token, an address, a folder, a server that hangs.

import { once } from 'node:events';
import { chmodSync, mkdirSync, readdirSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { Spool } from '@anthracite/protocol';
import { atEnd, temporaryFolder } from '@anthracite/testing';
import { openFolder } from './faults/open-folder';
import { runHere, startServer } from './in-process';
import { run } from './program';

const away = 'http://127.0.0.1:2999';
const state = 'anthracite/spool';
let folder: string;
let spool: string;

beforeEach(() => {
  folder = temporaryFolder();
  spool = join(folder, 'spool');
});

const count = (text: string, part: string): number => text.split(part).length - 1;

test('keeps a mark in the spool when the token cannot write, and delivers it with one that can', async () => {
  const url = await startServer();
  const token = (await runHere(['token', 'create', 'all', '--role', 'admin', '--server', url])).stdout.trim();
  const ask = (args: readonly string[], presented = token) =>
    runHere([...args, '--server', url], { env: { ANTHRACITE_TOKEN: presented } });
  const reader = (await ask(['token', 'create', 'reader', '--role', 'read'])).stdout.trim();
  await ask(['start', 'incident', 'x', '--key', 'k', '--at', '-1h']);
  await runHere(['resolve', 'k', '--spool', spool, '--server', away]);
  const refused = await ask(['flush', spool], reader);
  expect(refused).toEqual({
    exitCode: 1,
    stdout: 'stored=0 duplicate=0 rejected=0\n',
    stderr: `1 event waiting in ${spool}\nanthracite: the token reader has only read; this request needs write\n`,
  });
  expect(readdirSync(spool)).toEqual([expect.stringMatching(/^\d.*\.mark$/)]);
  expect((await ask(['flush', spool])).stdout).toBe('stored=1 duplicate=0 rejected=0\n');
  expect(readdirSync(spool)).toEqual([]);
});

test('delivers the others after a mark that is longer than the server accepts', async () => {
  const marks = await Spool.open(spool, 100, '.mark');
  const time = Date.now() - 60_000;
  for (const [i, text] of ['y'.repeat(6_000), 'x'].entries())
    await marks.add(JSON.stringify({ marking: 'detected', time, words: ['k', text], options: {} }), i);
  const url = await startServer({ 'max-body-bytes': '4096' });
  await runHere(['start', 'incident', 'x', '--key', 'k', '--at', '-1h', '--server', url]);
  const flushed = await runHere(['flush', spool, '--server', url]);
  expect(flushed).toMatchObject({ exitCode: 1, stdout: 'stored=1 duplicate=0 rejected=1\n' });
  expect(flushed.stderr).toMatch(/^rejected: the body is larger .*; kept in \S+\.mark\.refused\n$/);
  expect(readdirSync(spool)).toEqual([expect.stringMatching(/\.mark\.refused$/)]);
});

test('uses one spool for each server, for any spelling of its URL', async () => {
  const env = { XDG_STATE_HOME: folder };
  for (const url of ['http://localhost:2999', 'LOCALHOST:2999/', 'HTTP://localhost:2999//'])
    expect(await runHere(['send', 'a', 'x', '--server', url], { env })).toMatchObject({ exitCode: 0 });
  for (const address of ['localhost:9', 'tcp://LOCALHOST:9/'])
    expect(await runHere(['send', 'a', 'x', '--tcp', address], { env })).toMatchObject({ exitCode: 0 });
  expect(readdirSync(join(folder, state)).sort()).toEqual(['http%3A%2F%2Flocalhost%3A2999', 'localhost%3A9']);
});

test.each([
  ['http://[', 'invalid server address "http://["'],
  ['ftp://x', 'invalid server address "ftp://x"'],
])('refuses --tcp without an address with the server %s as wrong usage', async (url, sentence) => {
  for (const args of [
    ['send', 'a', 'x', '--tcp'],
    ['flush', '--tcp'],
  ]) {
    const ended = await runHere(args, { env: { ANTHRACITE_URL: url } });
    expect(ended).toMatchObject({ exitCode: 2, stderr: expect.stringContaining(sentence) });
  }
});

test('quotes the command that delivers for a shell', async () => {
  const ended = await runHere(['send', 'a', 'x', '--spool', join(folder, "Ann's spool"), '--server', away]);
  expect(ended.stderr).toContain(`anthracite flush '${folder}/Ann'\\''s spool' --server ${away}\n`);
});

test('names an unreadable folder of another server, and counts the events of the others', async () => {
  const open = openFolder(0o755);
  for (const name of ['', '/spool', '/spool/closed', '/spool/localhost%3A9'])
    mkdirSync(join(open, `anthracite${name}`));
  await (await Spool.open(join(open, 'anthracite/spool/localhost%3A9'), 9)).add('1467844481 a x', 1);
  const closed = join(open, 'anthracite/spool/closed');
  chmodSync(closed, 0);
  // No folder is closed to root.
  const uid = process.getuid?.() === 0 ? { uid: 65_534 } : {};
  const { exitCode, stderr } = await run(['flush'], { env: { XDG_STATE_HOME: open }, ...uid });
  chmodSync(closed, 0o755);
  expect(stderr).toContain(`${closed} cannot be read: EACCES`);
  expect(stderr).toContain('1 event waiting for localhost:9: anthracite flush --tcp localhost:9\n');
  expect(exitCode).toBe(0);
});

test('reports delivered events before an unreadable folder', async () => {
  const url = await startServer();
  const lines = await Spool.open(spool, 100);
  await lines.add('1467844481 a x', 1);
  mkdirSync(join(spool, '999999999999999-000000-ffffffffffff.mark'));
  const ended = await runHere(['flush', spool, '--server', url]);
  expect(ended).toMatchObject({ exitCode: 2, stdout: 'stored=1 duplicate=0 rejected=0\n' });
  expect(ended.stderr).toMatch(/^1 event waiting in \S+\nanthracite: the spool \S+ cannot be used: EISDIR/);
});

test('sends waiting events once in a run', async () => {
  const url = await startServer();
  await runHere(['start', 'incident', 'x', '--key', 'k', '--server', url]);
  mkdirSync(join(spool, '000000000000001-000000-ffffffffffff.line'), { recursive: true });
  const ended = await runHere(['resolve', 'k', '--spool', spool, '--server', url]);
  expect(ended).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^resolved incident k/) });
  expect(count(ended.stderr, 'earlier events still wait')).toBe(1);
});

test('gives up on a server that hangs within ten seconds, and keeps the event', async () => {
  const hanging = createServer(() => {}).listen(0, '127.0.0.1');
  atEnd(() => void hanging.close());
  await once(hanging, 'listening');
  const address = `127.0.0.1:${(hanging.address() as AddressInfo).port}`;
  const start = performance.now();
  const commands = [
    ['send', 'a', 'x', '--server', address],
    ['send', 'a', 'x', '--tcp', address],
    ['start', 'backup', 'x', '--no-key', '--server', address],
    ['resolve', 'k', '--server', address],
    ['wrap', '--server', address, 'true'],
  ];
  const ended = await Promise.all(
    commands.map(([name = '', ...args], i) => run([name, '--spool', join(folder, `${i}`), ...args])),
  );
  const tookMs = performance.now() - start;
  for (const { exitCode, stderr } of ended) {
    expect(exitCode).toBe(0);
    expect(stderr).toMatch(/did not answer within 5 s; kept in /);
  }
  expect(commands.map((_args, i) => readdirSync(join(folder, `${i}`)).length)).toEqual([1, 1, 1, 1, 2]);
  // wrap sends twice: at the start and at the end of its command. Processes take a moment to start.
  expect(tookMs).toBeLessThan(15_000);
});
