// send, rejects and config, against a real server.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { temporaryFolder } from '@anthracite/testing';
import { processEnvironment } from '../src/environment';
import { createProgram } from '../src/program';
import { runHere } from './in-process';
import { type RunOptions, run, type Served, serve } from './program';

const folder = temporaryFolder();
let server: Served;

beforeAll(async () => {
  server = await serve(join(folder, 'anthracite.db'));
});

const withUrl = (options: RunOptions) => ({
  ...options,
  env: { ANTHRACITE_URL: server.url, ...options.env },
});
const ask = (args: readonly string[], options: RunOptions = {}) => runHere(args, withUrl(options));
/** The same in a separate process. */
const askByProcess = (args: readonly string[], options: RunOptions = {}) => run(args, withUrl(options));

async function get(path: string): Promise<unknown> {
  return (await fetch(server.url + path)).json();
}

interface Listed {
  readonly events: readonly {
    readonly time: number;
    readonly tags: readonly string[];
    readonly description: string;
  }[];
}

async function listed(type: string): Promise<Listed['events']> {
  return ((await get(`/events/json?type=${encodeURIComponent(type)}&from=0&until=20300101`)) as Listed)
    .events;
}

describe('send', () => {
  test('stores an event with its tags and its time', async () => {
    const sent = await ask([
      'send',
      'first',
      'release',
      '42',
      '--tag',
      'env=prod',
      '--tag',
      'x',
      '--at',
      '2020-01-02T03:04:05.678Z',
    ]);
    expect(sent).toEqual({
      exitCode: 0,
      stdout: expect.stringMatching(
        /^stored as \d+: 2020-01-02T03:04:05\.678Z first;env=prod;x release 42\n$/,
      ),
      stderr: '',
    });
    expect(await listed('first')).toEqual([
      expect.objectContaining({
        time: 1_577_934_245_678,
        tags: ['env=prod', 'x'],
        description: 'release 42',
      }),
    ]);
  });

  test('reports a repeated event as a duplicate', async () => {
    const args = ['send', 'again', 'x', '--at', '1467844481', '--json'];
    expect(JSON.parse((await ask(args)).stdout)).toEqual({ id: expect.any(Number), new: true });
    expect(JSON.parse((await ask(args)).stdout)).toEqual({ id: expect.any(Number), new: false });
  });

  test('names the line port that it has sent a line to', async () => {
    const port = `127.0.0.1:${server.tcpPort}`;
    const args = ['send', 'byline', 'x', '--at', '1467844481', '--tcp', port];
    expect((await ask(args)).stdout).toBe(`stored on ${port}: 2016-07-06T22:34:41Z byline x\n`);
    expect((await ask(args)).stdout).toBe(`duplicate on ${port}: 2016-07-06T22:34:41Z byline x\n`);
  });

  test('reports another event with the same key as a duplicate, whatever its text', async () => {
    const send = (...words: readonly string[]) =>
      ask(['send', 'keyed', ...words, '--key', 'pipeline:1', '--json']);
    const first = JSON.parse((await send('first')).stdout);
    expect(first).toEqual({ id: expect.any(Number), new: true });
    expect(JSON.parse((await send('again', '--at', '-1d')).stdout)).toEqual({ ...first, new: false });
    expect(await listed('keyed')).toMatchObject([{ description: 'first' }]);
  });

  test('reads a description of several lines from standard input', async () => {
    const sent = await askByProcess(['send', 'piped', '-', '--quiet'], { input: 'title\n\nbody é\n\n' });
    expect(sent).toEqual({ exitCode: 0, stdout: '', stderr: '' });
    expect(await listed('piped')).toMatchObject([{ description: 'title\n\nbody é' }]);
  });

  test('accepts tags after the type, as on a line', async () => {
    await ask(['send', 'series;a=1', 'x', '--tag', 'b=2']);
    expect(await listed('series')).toMatchObject([{ tags: ['a=1', 'b=2'] }]);
  });

  test('reads a local time in the requested time zone', async () => {
    const sent = await ask([
      'send',
      'zoned',
      'x',
      '--at',
      '2026-07-01 12:00',
      '--time-zone',
      'Europe/Amsterdam',
    ]);
    expect(sent.stdout).toContain('2026-07-01T12:00:00+02:00 zoned x');
    expect(await listed('zoned')).toMatchObject([{ time: Date.UTC(2026, 6, 1, 10) }]);
  });

  test('accepts a word that starts with a dash after --', async () => {
    expect((await ask(['send', 'dashed', '--', '-rf', '--force'])).exitCode).toBe(0);
    expect(await listed('dashed')).toMatchObject([{ description: '-rf --force' }]);
  });

  test.each([
    ['an invalid event', ['send', 'a b', 'x'], 2, 'the type "a b" contains white space'],
    ['an empty description', ['send', 'a', ''], 2, 'description is empty'],
    ['an invalid time', ['send', 'a', 'x', '--at', 'soon'], 2, '--at: the time "soon" is not valid'],
    ['an unknown zone', ['send', 'a', 'x', '--time-zone', 'Mars'], 2, 'unknown time zone "Mars"'],
    ['an empty key', ['send', 'a', 'x', '--key', ''], 2, '--key: the key is empty'],
    ['a key by TCP', ['send', 'a', 'x', '--key', 'k', '--tcp'], 2, '--key needs HTTP: lines have no key'],
    ['no description', ['send', 'a'], 2, "missing required argument 'description'"],
    ['a flag that is unknown', ['send', 'a', 'x', '--tags', 'b'], 2, 'Did you mean --tag?'],
    ['a command that is unknown', ['sent'], 2, 'Did you mean send?'],
    [
      'two servers',
      ['send', 'a', 'x', '--tcp', '--server', 'http://x'],
      2,
      '--tcp and --server cannot be combined',
    ],
    [
      'an invalid address',
      ['send', 'a', 'x', '--tcp', 'a:b'],
      2,
      'expected an address such as 127.0.0.1:2005',
    ],
    [
      'an invalid URL',
      ['send', 'a', 'x', '--server', 'ftp://x'],
      2,
      'expected an address such as http://127.0.0.1:2006',
    ],
    [
      'nobody there',
      ['send', 'a', 'x', '--no-spool', '--server', 'http://127.0.0.1:2999'],
      4,
      'no answer from http://127.0.0.1:2999',
    ],
  ])('refuses or accepts %s', async (_what, args, exitCode, sentence) => {
    const ended = await ask(args);
    expect(ended.exitCode).toBe(exitCode);
    expect(ended.stderr).toContain(sentence);
    expect(ended.stdout).toBe('');
  });

  test('refuses bytes on standard input that are not UTF-8', async () => {
    const ended = await askByProcess(['send', 'bytes', '-'], { input: Buffer.from([0x61, 0xff]) });
    expect(ended).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('not valid UTF-8') });
  });
});

describe('rejects', () => {
  test('are shown, corrected, submitted again, and deleted', async () => {
    expect((await ask(['rejects'])).stderr).toBe('no rejected lines\n');
    await server.send(Buffer.from('bad\n12 empty \n1\u001b x y\n\xff\xfe\n', 'latin1'));
    const shown = await ask(['rejects']);
    expect(shown.stdout.match(/MISSING_FIELD|EMPTY_DESCRIPTION|BAD_TIMESTAMP|NOT_UTF8/g)).toEqual([
      'NOT_UTF8',
      'BAD_TIMESTAMP',
      'EMPTY_DESCRIPTION',
      'MISSING_FIELD',
    ]);
    expect(shown.stdout).not.toContain('\u001b');
    const entries = (await ask(['rejects', '--json'])).stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(entries[0]).toMatchObject({ code: 'NOT_UTF8', lineBase64: '//4=' });
    const ids = entries.map((entry) => String(entry.id)).reverse();
    const corrected = await ask(['rejects', '--resubmit', ids[0] ?? '', '--line', '12 corrected by hand']);
    expect(corrected).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^\d+: stored as \d+\n$/) });
    const again = await ask(['rejects', '--resubmit']);
    expect(again.exitCode).toBe(1);
    expect(again.stderr.trimEnd().split('\n')).toHaveLength(3);
    expect((await ask(['rejects', '--delete', ids[1] ?? ''])).stdout).toBe(`${ids[1]}: deleted\n`);
    expect((await ask(['rejects', '--delete', ids[1] ?? ''])).exitCode).toBe(1);
    expect(await ask(['rejects', '--delete'])).toMatchObject({
      exitCode: 2,
      stderr: 'anthracite: Delete all 2 rejected lines? This is not a terminal: use --yes to confirm\n',
    });
    expect((await ask(['rejects', '--delete', '--yes'])).stdout.trimEnd().split('\n')).toHaveLength(2);
    expect((await ask(['rejects'])).stdout).toBe('');
    expect(await listed('corrected')).toHaveLength(1);
  });

  test.each([
    [['rejects', '--resubmit', '1', '--delete', '2'], 'cannot be combined'],
    [['rejects', '--line', '1 a b'], '--line needs --resubmit'],
    [['rejects', '--resubmit', '1', '2', '--line', '1 a b'], '--line needs --resubmit'],
    [['rejects', '--resubmit', 'x'], '"x" is not an id'],
  ])('refuse %p', async (args, sentence) => {
    expect(await ask(args)).toMatchObject({ exitCode: 2, stderr: expect.stringContaining(sentence) });
  });
});

describe('config', () => {
  test('shows every setting, its value, and its origin', async () => {
    const { exitCode, stdout } = await run(['config', '--json', '--readers', '3'], {
      env: { ANTHRACITE_MAX_LINE_BYTES: '4096' },
    });
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toEqual(
      expect.arrayContaining([
        { name: 'readers', value: '3', origin: 'flag --readers' },
        { name: 'max-line-bytes', value: '4096', origin: 'variable ANTHRACITE_MAX_LINE_BYTES' },
        { name: 'tcp', value: '127.0.0.1:2005', origin: 'default' },
        { name: 'url', value: 'http://127.0.0.1:2006', origin: 'default' },
      ]),
    );
    expect((await run(['config'])).stdout).toMatch(/^tcp-allow +\(empty\) +default$/m);
  });

  test('shows hooks and targets without their secrets', async () => {
    const home = temporaryFolder();
    writeFileSync(join(home, 'github.secret'), 'the-secret-of-github\n');
    const file = join(home, 'anthracite.yaml');
    writeFileSync(
      file,
      [
        'hooks:',
        `  github: { secret-file: ${home}/github.secret }`,
        '  alertmanager: {}',
        'send:',
        '  - { name: chat, as: slack, url: "https://chat.example.com/the-secret-path?token=abc" }',
        '',
      ].join('\n'),
    );
    const { exitCode, stdout } = await run(['config', '--config', file]);
    expect(exitCode).toBe(0);
    expect(stdout).toContain(`github, secret in ${home}/github.secret`);
    expect(stdout).toMatch(/^hook alertmanager +alertmanager, needs a token with the role write +file /m);
    expect(stdout).toMatch(/^target chat +slack to https:\/\/chat\.example\.com +file /m);
    expect(stdout).not.toMatch(/the-secret|abc/);
  });

  test.each([
    [
      ['config', '--readers', '0'],
      {},
      'flag --readers: readers is "0"; expected a whole number of threads from 1 to 64',
    ],
    [
      ['config'],
      { ANTHRACITE_REDERS: '3' },
      'unknown setting ANTHRACITE_REDERS; did you mean ANTHRACITE_READERS?',
    ],
    [['config', '--config', '/none.yaml'], {}, 'file /none.yaml cannot be read'],
  ])('refuses %p %p', async (args, env, sentence) => {
    expect(await runHere(args, { env })).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining(sentence),
    });
  });
});

test('has help with examples for every command', async () => {
  const out: string[] = [];
  const stdout = new Writable({
    write: (piece: Buffer, _encoding, done) => {
      out.push(piece.toString());
      done();
    },
  });
  const { commands } = createProgram({ ...processEnvironment(), stdout }, () => {});
  for (const command of commands.flatMap((one) => (one.commands.length === 0 ? one : []))) {
    command.outputHelp();
    expect(out.join('')).toMatch(new RegExp(`\\$ .*anthracite ${command.name()}`));
    out.length = 0;
  }
  expect((await run(['--help'])).exitCode).toBe(0);
  expect((await run(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  expect((await run([])).exitCode).toBe(2);
});
