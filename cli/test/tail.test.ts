// anthracite tail against a real server that restarts: no gap, no repetition.

import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { temporaryFolder, until } from '@anthracite/testing';
import { runHere } from './in-process';
import { type Begun, begin, type Served, serve } from './program';

let server: Served;
const begun = new Set<Begun>();
const relays = new Set<Server>();

beforeAll(async () => {
  server = await serve(join(temporaryFolder(), 'anthracite.db'));
});

afterEach(async () => {
  for (const tail of begun) {
    tail.kill('SIGKILL');
    await tail.ended;
  }
  begun.clear();
  for (const relay of relays) relay.close();
  relays.clear();
  // The next test counts only its own events.
  await until(async () => (await streams()) === 0, 'no stream is open', 60);
});

function tail(args: readonly string[], url = server.url): Begun {
  const started = begin(['tail', ...args], { env: { ANTHRACITE_URL: url } });
  begun.add(started);
  return started;
}

const linesOf = ({ stdout }: Begun): string[] => stdout().split('\n').slice(0, -1);
const shows = (started: Begun, text: string): Promise<void> =>
  until(() => started.stdout().includes(text), `${text} is shown`, 60);

async function idOf(type: string): Promise<number> {
  const { stdout } = await runHere(['list', '--json', '--type', type], {
    env: { ANTHRACITE_URL: server.url },
  });
  return (JSON.parse(stdout) as { events: { id: number }[] }).events[0]?.id ?? 0;
}

test('prints the last events first, then each new one, until it is interrupted', async () => {
  await server.send(
    Array.from({ length: 15 }, (_, i) => `${1_500_000_000 + i} begin before ${i}\n`).join(''),
  );
  const all = tail(['--type', 'begin']);
  const three = tail(['--type', 'begin', '-n', '3']);
  const since = tail(['--type', 'begin', '--since', '1500000013']);
  const none = tail(['--type', 'begin', '-n', '0', '--raw']);
  for (const one of [all, three, since]) await shows(one, 'before 14');
  await until(async () => (await streams()) === 4, 'four streams are open', 60);
  await server.send('1500000100 begin;a=b after\n1500000101 other x\n');
  for (const one of [all, three, since, none]) await shows(one, 'after');
  expect(linesOf(all)).toHaveLength(11);
  expect(linesOf(three)).toHaveLength(4);
  expect(linesOf(since)).toHaveLength(3);
  expect(none.stdout()).toBe('1500000100 begin;a=b "after"\n');
  expect(linesOf(all).at(-1)).toMatch(/^\d+ +2017-07-14T02:41:40Z +begin +a=b +after$/);
  all.kill('SIGINT');
  expect(await all.ended).toMatchObject({ exitCode: 0, stderr: '' });
  three.kill('SIGTERM');
  expect(await three.ended).toMatchObject({ exitCode: 143, stderr: '' });
});

test('prints edits, deletions and restorations', async () => {
  const table = tail(['--type', 'told', '-n', '0']);
  const json = tail(['--type', 'told', '-n', '0', '--json']);
  await until(async () => (await streams()) === 2, 'two streams are open', 60);
  await server.send('1500000200 told first\n');
  await shows(table, 'first');
  const id = await idOf('told');
  const env = { ANTHRACITE_URL: server.url };
  await runHere(['edit', String(id), '--description', 'second'], { env });
  await runHere(['delete', String(id)], { env });
  await runHere(['restore', String(id)], { env });
  for (const one of [table, json])
    await until(() => linesOf(one).length === 4, 'all changes are printed', 60);
  expect(linesOf(table).map((line) => line.split(/ {2,}/).at(-1))).toEqual([
    'first',
    'edited: second',
    'deleted: second',
    'restored: second',
  ]);
  expect(linesOf(json).map((line) => JSON.parse(line))).toMatchObject([
    { id, description: 'first', tags: [] },
    { id, before: { description: 'first' }, after: { description: 'second' } },
    { id, before: { description: 'second' }, after: null },
    { id, before: null, after: { description: 'second' } },
  ]);
});

test('escapes control characters in lines to a pipe', async () => {
  const raw = tail(['--type', 'hostile', '--raw', '-n', '0']);
  await until(async () => (await streams()) === 1, 'the stream is open', 60);
  await server.send('1500000300 hostile "a\\n1 fake x\\u001b[2J"\n');
  await shows(raw, 'fake');
  expect(raw.stdout()).toBe('1500000300 hostile "a\\n1 fake x\\u001b[2J"\n');
});

test('prints every event once over a connection that breaks again and again', async () => {
  const relay = await startRelay(server.httpPort);
  const cut = tail(['--type', 'cut', '--json', '-n', '0'], relay.url);
  await until(async () => (await streams()) === 1, 'the stream is open', 60);
  const expected: string[] = [];
  for (let round = 0; round < 5; round++) {
    for (let i = 0; i < 40; i++) {
      const description = `${round}/${i}`;
      expected.push(description);
      await server.send(`${1_500_000_400 + round * 40 + i} cut ${description}\n`);
      if (i === 20) relay.cut();
    }
    // Also while it is away.
    relay.cut();
  }
  await shows(cut, '"4/39"');
  const seen = linesOf(cut).map((line) => (JSON.parse(line) as { description: string }).description);
  expect(seen).toEqual(expected);
  expect(cut.stderr()).toContain('retrying');
  expect(cut.stderr()).toContain('reconnected');
  cut.kill('SIGINT');
  expect((await cut.ended).exitCode).toBe(0);
});

test('waits for a server that restarts', async () => {
  const database = join(temporaryFolder(), 'anthracite.db');
  const first = await serve(database);
  const waiting = tail(['--json', '-n', '0'], first.url);
  await until(async () => (await streams(first.url)) === 1, 'the stream is open', 60);
  await first.send('1500000500 again one\n');
  await shows(waiting, 'one');
  await first.stop();
  await until(() => waiting.stderr().includes('retrying'), 'the message says that the server is away', 60);
  const second = await serve(database, ['--http', `127.0.0.1:${first.httpPort}`]);
  await second.send('1500000501 again two\n');
  await shows(waiting, 'two');
  expect(linesOf(waiting)).toHaveLength(2);
});

test('reports a restored backup, and shows later events', async () => {
  const first = await serve(join(temporaryFolder(), 'anthracite.db'));
  const waiting = tail(['--json', '-n', '0'], first.url);
  await until(async () => (await streams(first.url)) === 1, 'the stream is open', 60);
  await first.send('1500000600 lost one\n1500000601 lost two\n');
  await shows(waiting, 'two');
  await first.stop();
  const restored = await serve(join(temporaryFolder(), 'older.db'), [
    '--http',
    `127.0.0.1:${first.httpPort}`,
  ]);
  await until(() => waiting.stderr().includes('was a backup restored?'), 'it is reported', 60);
  await restored.send('1500000602 kept three\n');
  await shows(waiting, 'three');
  expect(linesOf(waiting)).toHaveLength(3);
  expect(waiting.stderr().split('\n').slice(0, -1)).toEqual([
    expect.stringContaining('retrying'),
    'anthracite: reconnected',
    'anthracite: the server has no position 2.0 and continues from 0.0; was a backup restored?',
  ]);
});

test.each([
  [['--json', '--raw'], 2, '--json and --raw cannot be combined'],
  [['--since', '-1h', '-n', '3'], 2, '--since and --lines cannot be combined'],
  [['-n', '-3'], 2, '--lines is "-3"; expected a whole number of at least 0, or all'],
  [['--server', 'http://127.0.0.1:2999'], 4, 'no answer from http://127.0.0.1:2999'],
  [['--group', 'a b'], 2, "expected a tag's key"],
])('refuses %j', async (args, exitCode, sentence) => {
  const ended = await tail(args).ended;
  expect(ended).toMatchObject({ exitCode, stdout: '', stderr: expect.stringContaining(sentence) });
});

async function streams(url = server.url): Promise<number> {
  const metrics = await (await fetch(`${url}/metrics`)).text();
  return Number(/^anthracite_streams(?:_open)?(?:\{[^}]*\})? (\d+)$/m.exec(metrics)?.[1]);
}

/** Passes connections on to a port, and can cut them. */
async function startRelay(port: number): Promise<{ url: string; cut: () => void }> {
  const open = new Set<Socket>();
  const relay = createServer((socket) => {
    const other = connect({ port, host: '127.0.0.1' });
    socket.pipe(other).pipe(socket);
    for (const [one, another] of [
      [socket, other],
      [other, socket],
    ] as const) {
      one.on('error', () => {});
      one.on('close', () => another.destroy());
    }
    open.add(socket);
    socket.on('close', () => open.delete(socket));
  });
  relays.add(relay);
  relay.listen(0, '127.0.0.1');
  await once(relay, 'listening');
  return {
    url: `http://127.0.0.1:${(relay.address() as AddressInfo).port}`,
    cut: () => {
      for (const socket of open) socket.destroy();
    },
  };
}

test('waits for a server without a free place, and prints the reason', async () => {
  const own = await serve(join(temporaryFolder(), 'anthracite.db'), [
    '--max-http-connections-per-address',
    '2',
  ]);
  const first = tail(['-n', '0', '--raw'], own.url);
  const isFollowed = async (): Promise<boolean> =>
    /^anthracite_streams 1$/m.test(await (await fetch(`${own.url}/metrics`)).text());
  await until(isFollowed, 'the first one follows', 60);
  const second = tail(['-n', '0', '--raw'], own.url);
  const refusal = 'this address has 1 live streams and long answers open';
  await until(() => second.stderr().includes(refusal), 'the second one is refused', 60);
  first.kill('SIGKILL');
  await until(() => second.stderr().includes('reconnected'), 'it has got the place', 60);
  await own.send('1500000000 busy heard\n');
  await shows(second, 'heard');
  await own.stop();
});
