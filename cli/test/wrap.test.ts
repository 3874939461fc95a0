// anthracite wrap: the command behaves as without it, and its marks arrive, now or when the server returns.

import { readdirSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { SpanPage } from '@anthracite/protocol';
import { type Ended, quietPort, temporaryFolder, until } from '@anthracite/testing';
import { begin, run, type Served, serve } from './program';

const folder = temporaryFolder();
let server: Served;
let spools = 0;

beforeAll(async () => {
  server = await serve(join(folder, 'anthracite.db'));
});

const newSpool = (): string => join(folder, `spool-${++spools}`);
const wrapArgs = (stem: string, command: readonly string[], spool: string, url = server.url) => [
  ...['wrap', '--server', url, '--spool', spool, '--stem', stem, '--', ...command],
];

function wrap(stem: string, command: readonly string[], input = ''): Promise<Ended> {
  return run(wrapArgs(stem, command, newSpool()), { input });
}

async function spanOf(stem: string): Promise<SpanPage['spans']> {
  const answer = await fetch(`${server.url}/spans?from=0&until=%2B1d&type=${stem}`);
  return ((await answer.json()) as SpanPage).spans;
}

test('passes on input, output and exit code of the command, and reports its result in the marks', async () => {
  const ended = await wrap('job_cat', ['sh', '-c', 'cat; echo no >&2; exit 3'], 'hello\n');
  expect(ended).toEqual({ exitCode: 3, stdout: 'hello\n', stderr: 'no\n' });
  const [span] = await spanOf('job_cat');
  expect(span).toMatchObject({ isOpen: false, title: 'sh', key: expect.any(String), problems: [] });
  expect(span?.tags).toEqual([`span=${span?.key}`, expect.stringMatching(/^host=/), 'exit=3']);
  const end = await fetch(`${server.url}/events/${span?.marks[1]?.id}`, {
    headers: { accept: 'application/json' },
  });
  expect(((await end.json()) as { what: string }).what).toMatch(/^sh failed with exit code 3 after /);
});

test('leaves options after the command to it without --; accepts a text, and tags besides its host', async () => {
  const args = [
    '--server',
    server.url,
    '--spool',
    newSpool(),
    '--text',
    'nightly',
    '-t',
    'env=prod',
    '--no-key',
  ];
  expect(await run(['wrap', ...args, 'sh', '-c', 'exit 0'])).toEqual({ exitCode: 0, stdout: '', stderr: '' });
  const [span] = await spanOf('sh');
  const host = `host=${hostname()}`;
  expect(span).toMatchObject({ title: 'nightly', key: null, tags: [host, 'env=prod', 'exit=0'] });
  expect(await run(['wrap', ...args, '-t', 'host=db1', '--stem', 'job_on', 'true'])).toMatchObject({
    exitCode: 0,
  });
  expect((await spanOf('job_on'))[0]?.tags).toEqual(['env=prod', 'host=db1', 'exit=0']);
});

test('keeps nothing with --no-spool: unsent marks are lost with a message', async () => {
  const args = ['wrap', '--server', 'http://127.0.0.1:2999', '--no-spool', '--stem', 'job_none', 'true'];
  const state = temporaryFolder();
  const ended = await run(args, { env: { XDG_STATE_HOME: state } });
  expect(ended.exitCode).toBe(0);
  expect(ended.stderr).toMatch(/^anthracite: no answer from .*; the marks are lost\n$/);
  expect(readdirSync(state)).toEqual([]);
});

test('ends like a shell for a command that cannot be run', async () => {
  const missing = await wrap('job_missing', ['/nowhere/to/be/found', 'x']);
  expect(missing).toMatchObject({
    exitCode: 127,
    stderr: 'anthracite: /nowhere/to/be/found: command not found\n',
  });
  expect(await wrap('job_folder', [folder])).toMatchObject({ exitCode: 126 });
  expect((await spanOf('job_missing'))[0]).toMatchObject({ isOpen: false });
});

test('ends with the signal that ends the command, and reports it', async () => {
  expect(await wrap('job_killed', ['sh', '-c', 'kill -9 $$'])).toMatchObject({ exitCode: 137 });
  expect((await spanOf('job_killed'))[0]?.tags).toEqual(
    expect.arrayContaining(['exit=137', 'signal=SIGKILL']),
  );
});

test.each(['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGUSR1'] as const)(
  'passes %s on to the command',
  async (signal) => {
    const script = `trap 'echo got it; exit 5' ${signal.slice(3)}; echo ready; while :; do sleep 0.05; done`;
    const wrapped = begin(wrapArgs(`job_${signal}`, ['sh', '-c', script], newSpool()));
    await until(() => wrapped.stdout().includes('ready'), 'the command runs', 30);
    wrapped.kill(signal);
    expect(await wrapped.ended).toEqual({ exitCode: 5, stdout: 'ready\ngot it\n', stderr: '' });
    expect((await spanOf(`job_${signal}`))[0]).toMatchObject({ isOpen: false });
  },
);

test('runs the command while the server is away, and sends its marks with the next one', async () => {
  const spool = newSpool();
  const nobody = `http://127.0.0.1:${await quietPort()}`;
  const away = await run(wrapArgs('job_away', ['sh', '-c', 'echo done; exit 4'], spool, nobody));
  expect(away).toMatchObject({ exitCode: 4, stdout: 'done\n' });
  expect(away.stderr).toMatch(
    /^anthracite: no answer from .*; kept in \S+\. To deliver: anthracite flush \S+ --server \S+\n$/,
  );
  expect(readdirSync(spool)).toHaveLength(2);
  expect(await run(wrapArgs('job_next', ['true'], spool))).toEqual({ exitCode: 0, stdout: '', stderr: '' });
  expect(readdirSync(spool)).toEqual([]);
  expect((await spanOf('job_away'))[0]).toMatchObject({ isOpen: false, problems: [] });
});

test('runs the command without its token or spool', async () => {
  const noToken = [
    'wrap',
    '--server',
    server.url,
    '--token-file',
    join(folder, 'gone'),
    '--spool',
    newSpool(),
  ];
  const ended = await run([...noToken, '--', 'echo', 'done']);
  expect(ended).toMatchObject({ exitCode: 0, stdout: 'done\n' });
  expect(ended.stderr).toMatch(/cannot be read: .*; kept in \S+\. To deliver: anthracite flush /);
  const file = join(folder, 'file');
  writeFileSync(file, '');
  const noSpool = await run(wrapArgs('job_direct', ['echo', 'done'], join(file, 'spool')));
  expect(noSpool).toMatchObject({ exitCode: 0, stdout: 'done\n' });
  expect(noSpool.stderr).toMatch(/^anthracite: the spool cannot be opened, /);
  expect((await spanOf('job_direct'))[0]).toMatchObject({ isOpen: false });
});

test('reports faults of the marks before it runs anything', async () => {
  const marker = join(folder, 'ran');
  const ended = await run(wrapArgs('two words', ['touch', marker], newSpool()));
  expect(ended).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('white space') });
  expect(readdirSync(folder)).not.toContain('ran');
});
