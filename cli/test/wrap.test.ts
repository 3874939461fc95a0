// anthracite wrap: the command is as if it ran alone, and its marks arrive, now or when the server is back.

import { once } from 'node:events';
import { readdirSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import type { SpanPage } from '@anthracite/protocol';
import { type Ended, temporaryFolder, until } from '@anthracite/testing';
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

test('input, output and exit code are those of the command, and its marks say how it went', async () => {
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

test('without --, options behind the command are its own; a text and tags of choice', async () => {
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
  expect(span).toMatchObject({ title: 'nightly', key: null, tags: ['env=prod', 'exit=0'] });
});

test('a command that cannot be run ends as in a shell', async () => {
  const missing = await wrap('job_missing', ['/nowhere/to/be/found', 'x']);
  expect(missing).toMatchObject({
    exitCode: 127,
    stderr: 'anthracite: /nowhere/to/be/found: command not found\n',
  });
  expect(await wrap('job_folder', [folder])).toMatchObject({ exitCode: 126 });
  expect((await spanOf('job_missing'))[0]).toMatchObject({ isOpen: false });
});

test('a signal that ends the command is its end, and is told', async () => {
  expect(await wrap('job_killed', ['sh', '-c', 'kill -9 $$'])).toMatchObject({ exitCode: 137 });
  expect((await spanOf('job_killed'))[0]?.tags).toEqual(
    expect.arrayContaining(['exit=137', 'signal=SIGKILL']),
  );
});

test.each(['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGUSR1'] as const)(
  '%s goes on to the command',
  async (signal) => {
    const script = `trap 'echo got it; exit 5' ${signal.slice(3)}; echo ready; while :; do sleep 0.05; done`;
    const wrapped = begin(wrapArgs(`job_${signal}`, ['sh', '-c', script], newSpool()));
    await until(() => wrapped.stdout().includes('ready'), 'the command runs', 30);
    wrapped.kill(signal);
    expect(await wrapped.ended).toEqual({ exitCode: 5, stdout: 'ready\ngot it\n', stderr: '' });
    expect((await spanOf(`job_${signal}`))[0]).toMatchObject({ isOpen: false });
  },
);

test('the server is away: the command runs, and its marks go with the next one', async () => {
  const spool = newSpool();
  const nobody = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
  await once(nobody, 'listening');
  const { port } = nobody.address() as AddressInfo;
  const away = await run(
    wrapArgs('job_away', ['sh', '-c', 'echo done; exit 4'], spool, `http://127.0.0.1:${port}`),
  );
  nobody.close();
  expect(away).toMatchObject({ exitCode: 4, stdout: 'done\n' });
  expect(away.stderr).toMatch(
    /^anthracite: no answer from .*; the marks wait for the next anthracite wrap\n$/,
  );
  expect(readdirSync(spool)).toHaveLength(2);
  expect(await run(wrapArgs('job_next', ['true'], spool))).toEqual({ exitCode: 0, stdout: '', stderr: '' });
  expect(readdirSync(spool)).toEqual([]);
  expect((await spanOf('job_away'))[0]).toMatchObject({ isOpen: false, problems: [] });
});

test('neither a token that is gone nor a spool that cannot be made keeps the command from running', async () => {
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
  expect(ended.stderr).toMatch(/cannot be read: .*; the marks wait for the next anthracite wrap\n$/);
  const file = join(folder, 'file');
  writeFileSync(file, '');
  const noSpool = await run(wrapArgs('job_direct', ['echo', 'done'], join(file, 'spool')));
  expect(noSpool).toMatchObject({ exitCode: 0, stdout: 'done\n' });
  expect(noSpool.stderr).toMatch(/^anthracite: there is no spool, /);
  expect((await spanOf('job_direct'))[0]).toMatchObject({ isOpen: false });
});

test('what is wrong with the marks is told before anything runs', async () => {
  const marker = join(folder, 'ran');
  const ended = await run(wrapArgs('two words', ['touch', marker], newSpool()));
  expect(ended).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('white space') });
  expect(readdirSync(folder)).not.toContain('ran');
});
