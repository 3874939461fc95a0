// Every valid or invalid byte of a line, split anywhere, through every door: the same event, or the same reason.

import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { type Event, formatLine, formatTime, joinSeries } from '@anthracite/protocol';
import { temporaryFolder } from '@anthracite/testing';
import { runHere } from '../in-process';
import { run, type Served, serve } from '../program';
import { rounds } from './rounds';

interface Vector {
  readonly name: string;
  readonly text?: string;
  readonly hex?: string;
  readonly event?: Event;
  readonly code?: string;
  readonly skipped?: true;
}

const file = join(__dirname, '../../../../protocol/vectors/lines.json');
const vectors = JSON.parse(readFileSync(file, 'utf8')) as Vector[];
const bytesOf = ({ text, hex }: Vector): Buffer =>
  hex === undefined ? Buffer.from(text ?? '') : Buffer.from(hex, 'hex');
const events = vectors.flatMap(({ event }) => event ?? []);
const maxCutBytes = 400;
const before = Buffer.from('1 neighbour before\n');
const after = Buffer.from('\n1 neighbour after\n');

let server: Served;
beforeAll(async () => {
  server = await serve(join(temporaryFolder(), 'anthracite.db'), ['--max-rejects', '100000']);
});

/** Sends bytes in two segments, split at `at`. */
async function sendCut(bytes: Buffer, at: number): Promise<string> {
  const socket = connect({ port: server.tcpPort, host: '127.0.0.1', noDelay: true });
  let answer = '';
  socket.setEncoding('utf8').on('data', (text: string) => {
    answer += text;
  });
  await once(socket, 'connect');
  await new Promise<void>((resolve) => socket.write(bytes.subarray(0, at), () => resolve()));
  await new Promise(setImmediate);
  socket.end(bytes.subarray(at));
  await once(socket, 'close');
  return answer;
}

function countsOf(answer: string): { events: number; rejected: number } {
  const [stored = 0, duplicate = 0, rejected = 0] = (
    /^ok stored=(\d+) duplicate=(\d+) rejected=(\d+)\n/.exec(answer)?.slice(1) ?? []
  ).map(Number);
  return { events: stored + duplicate, rejected };
}

async function stored(): Promise<Event[]> {
  const found: Event[] = [];
  // From the year 1 on: some vectors are before the epoch, some far in the future.
  const range = 'from=0001-01-01&until=9999-12-31T23:59:59.999Z';
  const { events: all } = (await (await fetch(`${server.url}/events/json?limit=all&${range}`)).json()) as {
    events: (Event & { id: number })[];
  };
  for (const { time, type, tags, description } of all) found.push({ time, type, tags, description });
  return found;
}

const linesOf = (all: readonly Event[]): string[] => [...new Set(all.map(formatLine))].sort();

test.each(vectors)('reads $name on the line port, split at every byte', async (vector) => {
  const bytes = Buffer.concat([before, bytesOf(vector), after]);
  const last = bytesOf(vector).length > maxCutBytes ? 0 : bytes.length;
  const cuts = Array.from({ length: last + 1 }, (_, at) => at);
  const expected = { events: vector.event ? 3 : 2, rejected: vector.code ? 1 : 0 };
  for (let i = 0; i < cuts.length; i += 8) {
    const answers = await Promise.all(cuts.slice(i, i + 8).map((at) => sendCut(bytes, at)));
    for (const answer of answers) expect(countsOf(answer)).toEqual(expected);
  }
});

test('stores the same events and the same codes of rejects for all splits', async () => {
  const neighbours = ['before', 'after'].map((description) => ({
    time: 1_000,
    type: 'neighbour',
    tags: [],
    description,
  }));
  expect((await stored()).map(formatLine).sort()).toEqual(linesOf([...events, ...neighbours]));
  const codes = new Set<string>();
  const raw = await run(['rejects', '--json', '--server', server.url]);
  for (const line of raw.stdout.trimEnd().split('\n')) codes.add((JSON.parse(line) as { code: string }).code);
  expect([...codes].sort()).toEqual([...new Set(vectors.flatMap(({ code }) => code ?? []))].sort());
}, 600_000);

test('reads the same events and reasons by HTTP, as lines and as JSON', async () => {
  for (const vector of vectors) {
    const response = await fetch(`${server.url}/events`, {
      method: 'POST',
      headers: { 'content-type': 'text/plain' },
      body: Buffer.concat([before, bytesOf(vector), after]),
    });
    const { stored: fresh, problems } = (await response.json()) as {
      stored: number;
      problems: { code: string }[];
    };
    expect(fresh).toBe(0); // all are duplicates of events from the line port
    expect(problems.map(({ code }) => code)).toEqual(vector.code ? [vector.code] : []);
  }
  for (const event of events) {
    // A number before 1980 is taken for seconds and refused.
    const body = JSON.stringify({ ...event, time: new Date(event.time).toISOString() });
    const response = await fetch(`${server.url}/events`, { method: 'POST', body });
    expect(await response.json()).toMatchObject({ new: false });
  }
});

test('reads the same events by the command', async () => {
  const sent = events.filter(({ description }) => !description.endsWith('\n'));
  for (const [i, event] of sent.entries()) {
    const args = [
      'send',
      joinSeries(event.type, event.tags),
      '-',
      '--at',
      formatTime(event.time, 'UTC'),
      '--json',
    ];
    // Some in a separate process whose standard input is a pipe.
    const send = i % 8 === 0 ? run : runHere;
    const { stdout, stderr } = await send([...args, '--server', server.url], { input: event.description });
    expect({ event, stderr, ...JSON.parse(stdout) }).toMatchObject({ new: false, stderr: '' });
  }
}, 600_000);

test('writes them completely in every format', async () => {
  const range = 'from=-62135596800&until=253402300799';
  const list = (await (
    await fetch(`${server.url}/events/get_data?from=10000101&until=99991231`)
  ).json()) as unknown[];
  expect(list.length).toBeGreaterThan(20);
  const lines = await (
    await fetch(`${server.url}/events/raw?limit=all&${range.replace('-62135596800', '0001-01-01')}`)
  ).text();
  expect(await server.send(lines)).toMatch(/^ok stored=0 duplicate=\d+ rejected=0\n$/);
});

test('rejects noise line by line, with little memory, and keeps the lines around it', async () => {
  const memory = (): number =>
    Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${server.pid}/status`, 'utf8'))?.[1]) / 1024;
  const pieces = events.map((event) => Buffer.from(formatLine(event)));
  const noise = (lines: number): Buffer =>
    Buffer.concat(
      Array.from({ length: lines }, (_, i) => {
        const line = Buffer.from(pieces[i % pieces.length] ?? []);
        for (let n = 0; n < 1 + (i % 4); n++) {
          const at = Math.floor(Math.random() * line.length);
          const byte = Math.floor(Math.random() * 256);
          line[at] = byte === 10 || byte === 13 ? 0x20 : byte;
        }
        return Buffer.concat([line, Buffer.from('\n')]);
      }),
    );
  await server.send(noise(20_000));
  const warm = memory();
  let taken = 0;
  const batches = rounds(5, 50);
  for (let batch = 0; batch < batches; batch++) {
    const { events: kept, rejected } = countsOf(await server.send(noise(20_000)));
    taken += kept + rejected;
  }
  // A first byte of # makes a line a comment, which is skipped.
  expect(taken).toBeGreaterThan(batches * 20_000 * 0.98);
  // The writer's caches of pages and series can grow up to their limits; nothing else can grow.
  expect(memory() - warm).toBeLessThan(64);
  expect(await server.send('2 good neighbour\n')).toBe('ok stored=1 duplicate=0 rejected=0\n');
  expect(await server.stop()).toBe(0);
}, 600_000);
