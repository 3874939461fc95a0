// Many events of the maximum size: the server answers or refuses every query, none of its threads dies, and its memory
// stays below 1 GB. Takes hours and 40 GB of disk, so it runs only in the long form; `server/test/little-memory` is the quick one.

import { once } from 'node:events';
import { readFileSync, rmSync } from 'node:fs';
import { get } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { needs, temporaryFolder } from '@anthracite/testing';
import { type Served, serve } from '../program';
import { isLong } from './rounds';

const MiB = 1_048_576;
const maxMemory = 1_000 * MiB;
/** With a character beyond Latin-1, which takes twice the memory. */
const longText = (n: number): string => `✔ ${n} ${'x'.repeat(1_048_000)}`;
const json = { 'content-type': 'application/json' };

/** The data of a server, and how often it is sent. */
interface Load {
  readonly what: string;
  readonly count: number;
  fill(server: Served, count: number): Promise<void>;
}

async function submit(server: Served, method: string, path: string, body: unknown): Promise<void> {
  const response = await fetch(server.url + path, { method, headers: json, body: JSON.stringify(body) });
  expect([200, 201]).toContain(response.status);
  await response.arrayBuffer();
}

async function sendLines(server: Served, lines: Iterable<string>): Promise<void> {
  const socket = connect(server.tcpPort, '127.0.0.1');
  let answer = '';
  socket.setEncoding('utf8').on('data', (text: string) => {
    answer += text;
  });
  const closed = once(socket, 'close');
  for (const line of lines) if (!socket.write(line)) await Promise.race([once(socket, 'drain'), closed]);
  socket.end();
  await closed;
  expect(answer).toMatch(/^ok stored=\d+ duplicate=0 rejected=0\n/);
}

function* longMarks(count: number): Generator<string> {
  for (let n = 0; n < count; n++) {
    const tags = Array.from({ length: 60 }, (_, i) => `t${i}=${n}✔${'x'.repeat(980)}`).join(';');
    yield `${1_500_000_000 + n * 60} incident_sev1_start;incident=${n};${tags} begun\n`;
  }
}

function* longTags(count: number): Generator<string> {
  const [one, other] = ['y'.repeat(460), 'z'.repeat(460)];
  for (let n = 0; n < count; n++) {
    yield `${1_500_000_000 + (n >> 4)} deploy_x;a=${n};b=${n}${one};host=h${n}${other};trace=${n} event ${n}\n`;
  }
}

const loads: readonly Load[] = [
  {
    what: 'events of 1 MB',
    count: 2_000,
    fill: async (server, count) => {
      for (let n = 0; n < count; n++) {
        const fields = {
          type: n % 3 === 0 ? 'deploy_x' : 'y',
          tags: [`host=h${n % 7}`, `version=${n % 50}`],
        };
        const time = 1_500_000_000_000 + n * 1_000;
        await submit(server, 'POST', '/events', { ...fields, time, description: longText(n) });
      }
    },
  },
  {
    what: 'spans with 60 KB of tags',
    count: 100_000,
    fill: (server, count) => sendLines(server, longMarks(count)),
  },
  {
    what: 'lines with 1 KB of tags of their own',
    count: 1_000_000,
    fill: (server, count) => sendLines(server, longTags(count)),
  },
  {
    what: 'edits of a text of 1 MB',
    count: 1_000,
    fill: async (server, count) => {
      const event = { time: 1_500_000_000_000, type: 'y', tags: [] };
      await submit(server, 'POST', '/events', { ...event, description: longText(0) });
      for (let n = 1; n <= count; n++) {
        await submit(server, 'PATCH', '/events/1', { description: longText(n) });
      }
    },
  },
];

const everything = 'from=2017-01-01&until=2030-01-01';
const programs = [
  ...['json', 'raw', 'ndjson', 'csv', 'xml', 'atom', 'ics', 'html'].map(
    (format) => `/events/${format}?limit=all`,
  ),
  '/events/sqlite',
  '/events/get_data?from=0',
  '/events/json?q=xxx*',
  '/events/json?q=nowhere',
  '/events/json?type=deploy_*',
  '/events/json?group=version&window=24h',
  '/events/json?group=trace&window=1h',
  '/events/counts?by=type',
  '/events/counts?interval=1y&by=b',
  '/events/counts?interval=1y&by=host',
  `/events/timeline?${everything}&limit=10000`,
  '/types',
  '/tags?limit=100000',
  '/tags?limit=100000&counts=0',
  '/tags/keys?limit=100000',
  `/spans?${everything}&limit=10000`,
  `/spans?${everything}&all=incident%3D7`,
  '/spans/ics',
  '/spans/1',
  '/spans/1/suspects?window=168h&limit=100&type=*',
  '/events/1/followers?window=168h&limit=100',
  '/events/1/history',
  `/report?${everything}&period=year`,
  `/report/csv?${everything}&period=year`,
  '/rejects?limit=1000',
  '/metrics',
  '/health',
];
const pages = [
  '/events/?limit=1000',
  '/events/1',
  '/spans',
  '/spans/1',
  `/report?${everything}&period=year`,
  '/timeline',
];
const streams = ['/events/stream?last_event_id=0.0', '/spans/stream?last_event_id=0.0'];

/** Requests a path, reads at most the given number of bytes of the response, or of a stream until it is idle, and resolves with its status. */
function ask(
  server: Served,
  path: string,
  accept = 'application/json',
  maxBytes = 64 * MiB,
): Promise<number> {
  return new Promise((resolve, reject) => {
    const request = get(server.url + path, { headers: { accept }, agent: false }, (response) => {
      let bytes = 0;
      const done = (): void => resolve(response.statusCode ?? 0);
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        const isHeartbeat = chunk.length < 100 && /^id: \S+\n\n$/.test(chunk.toString());
        if (bytes > maxBytes || isHeartbeat) request.destroy();
      });
      response.on('close', done);
    });
    request.on('error', reject);
  });
}

const answered: readonly (number | string)[] = [200, 303, 400, 404, 507];

/** The responses to a path, for the figures that the test prints. */
interface Answer {
  readonly path: string;
  readonly status: number | string;
  readonly ms: number;
}

async function timed(path: string, asked: Promise<number>): Promise<Answer> {
  const begin = performance.now();
  const status = await asked.catch((error: Error) => error.message);
  return { path, status, ms: performance.now() - begin };
}

const mebibytes = (bytes: number): number => Math.round(bytes / MiB);

function peakMemory({ pid }: Served): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1]) * 1_024;
}

needs('the long form', isLong, 'optional').each(loads)(
  'answers or refuses every query about $count $what, in less than 1 GB',
  async ({ what, count, fill }) => {
    const folder = temporaryFolder();
    const server = await serve(join(folder, 'anthracite.db'), ['--stream-heartbeat-ms', '200']);
    await fill(server, count);
    const filled = `memory: ${count} ${what}, ${mebibytes(peakMemory(server))} MiB when filled`;
    process.stderr.write(`${filled}\n`);
    const answers: Answer[] = [];
    for (const path of programs) answers.push(await timed(path, ask(server, path)));
    for (const path of pages) answers.push(await timed(`page ${path}`, ask(server, path, 'text/html')));
    for (const path of streams)
      answers.push(await timed(path, ask(server, path, 'text/event-stream', 4 * MiB)));
    process.stderr.write(`memory: ${mebibytes(peakMemory(server))} MiB at most; the slowest answers:\n`);
    for (const { path, status, ms } of [...answers].sort((a, b) => b.ms - a.ms).slice(0, 8))
      process.stderr.write(`  ${Math.round(ms)} ms ${status} ${path}\n`);
    expect(answers.filter(({ status }) => !answered.includes(status))).toEqual([]);
    expect(server.log()).not.toContain('a thread of the store died');
    expect(peakMemory(server)).toBeLessThan(maxMemory);
    await server.stop();
    rmSync(folder, { recursive: true });
  },
  7_200_000,
);
