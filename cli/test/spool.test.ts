// The offline promise: events that are sent while the server is away wait on disk, and are delivered once.

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SpanPage } from '@anthracite/protocol';
import { Spool } from '@anthracite/protocol';
import { quietPort, temporaryFolder } from '@anthracite/testing';
import { runHere, startServer } from './in-process';
import { serve } from './program';
import { at, listed } from './spooling';

const gone = 'http://127.0.0.1:2999';
let folder: string;
let spool: string;

beforeEach(() => {
  folder = temporaryFolder();
  spool = join(folder, 'spool');
});

const inSpool = (...args: readonly string[]) =>
  runHere([...args, '--spool', spool], { env: { ANTHRACITE_URL: gone } });
const flush = (url: string, ...args: readonly string[]) => at(url, 'flush', spool, ...args);
const linesOf = (path: string): string[] =>
  readdirSync(path)
    .sort()
    .map((name) => readFileSync(join(path, name), 'utf8'));

test.each([
  ['send', ['send', 'deploy_x', 'release 42', '-t', 'env=prod'], /^\d+\S* deploy_x;env=prod "release 42"\n$/],
  [
    'send --tcp',
    ['send', 'deploy_x', 'release 42', '--tcp', '127.0.0.1:9'],
    /^\d+\S* deploy_x "release 42"\n$/,
  ],
  [
    'start',
    ['start', 'incident', 'search is slow', '--key', 'k1'],
    /^\d+\S* incident_start;incident=k1 "search is slow"\n$/,
  ],
  ['detected', ['detected', 'k1', 'by an alert'], /"marking":"detected".*"words":\["k1","by an alert"\]/],
  ['resolve', ['resolve', 'k1', 'rolled', 'back'], /"marking":"resolved".*"words":\["k1","rolled","back"\]/],
])(
  'keeps the event of %s while the server is away, reports it in one line, and ends with 0',
  async (_name, args, kept) => {
    const ended = await inSpool(...args);
    expect(ended.exitCode).toBe(0);
    expect(ended.stderr).toMatch(
      /^anthracite: no answer from \S+ .*; kept in \S+\. To deliver: anthracite flush \S+.*\n$/,
    );
    expect(ended.stderr).toContain(`kept in ${spool}.`);
    expect(linesOf(spool)).toEqual([expect.stringMatching(kept)]);
  },
);

test('keeps nothing with --no-spool and ends with 4', async () => {
  for (const args of [
    ['send', 'a', 'x'],
    ['start', 'a', 'x'],
    ['resolve', 'a'],
  ]) {
    const ended = await runHere([...args, '--no-spool'], {
      env: { ANTHRACITE_URL: gone, XDG_STATE_HOME: folder },
    });
    expect(ended).toMatchObject({ exitCode: 4, stdout: '' });
  }
  expect(readdirSync(folder)).toEqual([]);
});

test('reports a waiting event with --json; start still prints its key', async () => {
  expect(JSON.parse((await inSpool('send', 'a', 'x', '--json')).stdout)).toEqual({ spooled: true });
  const started = await inSpool('start', 'incident', 'x', '--key', 'k1');
  expect(started.stdout).toBe(
    'started incident k1 (not delivered yet); end it with: anthracite resolve k1\n',
  );
});

test('delivers an incident that started and ended while the server was away with a flush', async () => {
  await inSpool('start', 'incident_sev2_checkout', 'nobody can pay', '--key', 'k1', '--at', '-30min');
  await inSpool('resolve', 'k1', 'rolled back', '--origin', 'self', '--at', '-10min');
  await inSpool('detected', 'k1', '--severity', '1', '--at', '-20min');
  const url = await startServer();
  expect(await flush(url)).toEqual({
    exitCode: 0,
    stdout: 'stored=3 duplicate=0 rejected=0\n',
    stderr: '',
  });
  const { spans } = (await (await fetch(`${url}/spans?from=-1d`)).json()) as SpanPage;
  expect(spans).toMatchObject([
    { type: 'incident_sev2_checkout', key: 'k1', severity: 1, isOpen: false, problems: [] },
  ]);
  expect(readdirSync(spool)).toEqual([]);
  expect(await flush(url)).toMatchObject({
    exitCode: 0,
    stdout: '',
    stderr: `no events waiting in ${spool}\n`,
  });
});

test('assigns a mark to the span that was open at its time, whatever started or ended since', async () => {
  const url = await startServer();
  await at(url, 'start', 'incident', 'the intended one', '--key', 'a', '--at', '-60min');
  await inSpool('resolve', '--at', '-30min');
  await at(url, 'resolve', 'a', '--at', '-20min');
  await at(url, 'start', 'incident', 'a later one', '--key', 'b', '--at', '-10min');
  expect((await flush(url)).stdout).toBe('stored=1 duplicate=0 rejected=0\n');
  const lines = await listed(url);
  expect(lines.filter((line) => line.includes('incident=a'))).toHaveLength(3);
  expect(lines.filter((line) => line.includes('incident=b'))).toHaveLength(1);
});

test('sends a mark without its span to the rejected lines, where it can be corrected', async () => {
  await inSpool('resolve', 'nosuch', 'rolled back', '-t', 'env=prod');
  const url = await startServer();
  const flushed = await flush(url);
  expect(flushed).toMatchObject({ exitCode: 1, stdout: 'stored=0 duplicate=0 rejected=1\n' });
  expect(flushed.stderr).toBe('rejected: no span is open\n');
  const { stdout } = await at(url, 'rejects', '--json');
  expect(JSON.parse(stdout)).toMatchObject({
    code: 'EMPTY_TYPE',
    error: expect.stringContaining('no span was found'),
  });
  const line = JSON.parse(JSON.parse(stdout).line);
  expect(line).toMatchObject({ type: '', tags: ['env=prod'], description: 'resolved: nosuch rolled back' });
  expect(readdirSync(spool)).toEqual([]);
});

test('sends a file that is not a mark to the rejected lines, and delivers the others', async () => {
  const marks = await Spool.open(spool, 100, '.mark');
  for (const text of ['', 'null', '{"marking":"resolved"}', '\u001b[2J']) await marks.add(text, 1);
  await inSpool('send', 'a', 'x');
  const url = await startServer();
  const flushed = await flush(url);
  expect(flushed).toMatchObject({ exitCode: 1, stdout: 'stored=1 duplicate=0 rejected=4\n' });
  expect(flushed.stderr).not.toContain('\u001b');
  expect(readdirSync(spool)).toEqual([]);
});

test('keeps the key of an event in the spool, also before 1980', async () => {
  const url = await startServer();
  for (const [key, when] of [
    ['one', '-1h'],
    ['old', '1970-01-02T00:00:00Z'],
  ] as const) {
    await at(url, 'send', 'keyed', 'first', '--key', key, '--at', when);
    await inSpool('send', 'keyed', 'again', '--key', key, '--at', when);
  }
  await inSpool('send', 'keyed', 'new', '--key', 'two', '--at', '1970-01-03T00:00:00Z');
  await inSpool('send', 'keyed', 'later', '--key', 'two');
  expect(readdirSync(spool)).toEqual(Array(4).fill(expect.stringMatching(/^\d.*\.event$/)));
  const byTcp = await runHere(['flush', spool, '--tcp', '127.0.0.1:9']);
  expect(byTcp).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('omit --tcp') });
  expect(await flush(url)).toMatchObject({ exitCode: 0, stdout: 'stored=1 duplicate=3 rejected=0\n' });
  expect(await listed(url)).toEqual([
    '86400 keyed "first"',
    '172800 keyed "new"',
    expect.stringMatching(/^\d{10}\S* keyed "first"$/),
  ]);
});

test('sends a file that is not an event to the rejected lines, and delivers the others', async () => {
  const events = await Spool.open(spool, 100, '.event');
  const bad = '{"type":"a b","description":"x","time":1500000000000,"key":"k"}';
  for (const text of ['', 'null', '{"type":"a"}', bad]) await events.add(text, 1);
  await inSpool('send', 'a', 'x', '--key', 'k');
  const url = await startServer();
  expect(await flush(url)).toMatchObject({ exitCode: 1, stdout: 'stored=1 duplicate=0 rejected=4\n' });
  expect(readdirSync(spool)).toEqual([]);
});

test('delivers waiting events with the next command that reaches the server, and reports it', async () => {
  const env = { XDG_STATE_HOME: folder };
  const port = await quietPort();
  const url = `http://127.0.0.1:${port}`;
  expect(await runHere(['send', 'early', 'x', '--server', url], { env })).toMatchObject({ exitCode: 0 });
  const server = await serve(join(folder, 'anthracite.db'), ['--http', `127.0.0.1:${port}`]);
  const ended = await runHere(['send', 'late', 'x', '--server', url], { env });
  expect(ended).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^stored as \d+: /) });
  expect(ended.stderr).toMatch(/^delivered earlier events from \S+: 1\n$/);
  expect((await listed(url)).map((line) => line.split(' ')[1])).toEqual(['early', 'late']);
  await server.stop();
});

test('delivers a waiting start before it searches for its end', async () => {
  const url = await startServer();
  await inSpool('start', 'incident', 'x', '--key', 'k');
  const ended = await at(url, 'resolve', 'k', '--spool', spool);
  expect(ended).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^resolved incident k after /) });
  expect(ended.stderr).toBe(`delivered earlier events from ${spool}: 1\n`);
});

test('uses a separate spool for each server: no event goes to another one', async () => {
  const env = { XDG_STATE_HOME: folder };
  await runHere(['send', 'a', 'x', '--server', gone], { env });
  await runHere(['send', 'a', 'x', '--tcp', 'localhost:9'], { env });
  const url = await startServer();
  const flushed = await runHere(['flush', '--server', url], { env });
  expect(flushed).toMatchObject({ exitCode: 0, stdout: '' });
  expect(flushed.stderr.split('\n').sort().slice(1)).toEqual([
    `1 event waiting for ${gone}: anthracite flush --server ${gone}`,
    '1 event waiting for localhost:9: anthracite flush --tcp localhost:9',
    expect.stringMatching(/^no events waiting in /),
  ]);
  expect(await listed(url)).toEqual([]);
});

test('keeps no event that the server refuses or wants a token for', async () => {
  const url = await startServer();
  const { stdout } = await at(url, 'token', 'create', 'all', '--role', 'admin');
  for (const [token, code] of [
    ['', 1],
    ['wrong', 1],
    [stdout.trim(), 0],
  ] as const) {
    const ended = await runHere(['send', 'a', 'x', '--spool', spool], {
      env: { ANTHRACITE_URL: url, ANTHRACITE_TOKEN: token },
    });
    expect(ended.exitCode).toBe(code);
  }
  expect(await inSpool('send', 'a b', 'x')).toMatchObject({ exitCode: 2 });
  expect(await inSpool('resolve', 'k', 'x', '-t', 'a b')).toMatchObject({ exitCode: 2 });
  expect(readdirSync(folder)).toEqual([]);
});

test('reports an event that can be neither sent nor kept, and ends with 4', async () => {
  writeFileSync(spool, '');
  const ended = await inSpool('send', 'a', 'x');
  expect(ended).toMatchObject({ exitCode: 4, stdout: '' });
  expect(ended.stderr).toMatch(/the event cannot be spooled either and is lost: EEXIST/);
});

test('ends a flush to a server that is away with 4, reports the number of waiting events, and loses none', async () => {
  await inSpool('send', 'a', 'x');
  await inSpool('resolve', 'k');
  const ended = await flush(gone, '--json');
  expect(ended.exitCode).toBe(4);
  expect(JSON.parse(ended.stdout)).toEqual({ stored: 0, duplicate: 0, rejected: 0, waiting: 2 });
  expect(ended.stderr).toContain(`2 events waiting in ${spool}\n`);
  expect(readdirSync(spool)).toHaveLength(2);
});

test('has nothing to flush in a missing folder, and refuses a file as wrong usage', async () => {
  expect(await flush(gone)).toMatchObject({ exitCode: 0, stderr: `no events waiting in ${spool}\n` });
  writeFileSync(spool, '');
  expect(await flush(gone)).toMatchObject({ exitCode: 2 });
});

test('delivers the others after a line that a server with a small limit can never accept', async () => {
  const lines = await Spool.open(spool, 100);
  for (const [i, text] of ['x', 'y'.repeat(6_000), 'z'].entries())
    await lines.add(`${1_467_844_481 + i} a ${text}`, i);
  const url = await startServer({ 'max-body-bytes': '4096' });
  const flushed = await flush(url);
  expect(flushed).toMatchObject({ exitCode: 1, stdout: 'stored=2 duplicate=0 rejected=1\n' });
  expect(flushed.stderr).toMatch(
    /^rejected: the body is larger than 4096 bytes.*; kept in \S+\.line\.refused\n$/,
  );
  expect(readdirSync(spool)).toEqual([expect.stringMatching(/\.line\.refused$/)]);
});
