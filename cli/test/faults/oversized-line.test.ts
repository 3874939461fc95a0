// Endless lines from many senders at once: memory stays small, others are served, and later lines are stored.

import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { temporaryFolder } from '@anthracite/testing';
import { type Served, serve } from '../program';
import { isLong, rounds } from './rounds';

const MiB = 1_048_576;
const clients = 8;
const lineMiB = 64;
const block = Buffer.alloc(MiB, 0x61);

let server: Served;
beforeAll(async () => {
  server = await serve(join(temporaryFolder(), 'anthracite.db'));
});

function memoryOf(pid: number, key: 'VmRSS' | 'VmHWM'): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(new RegExp(`^${key}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]) * 1024;
}

async function open(): Promise<Socket> {
  const socket = connect({ port: server.tcpPort, host: '127.0.0.1', noDelay: true });
  socket.setEncoding('utf8');
  await once(socket, 'connect');
  return socket;
}

async function write(socket: Socket, bytes: Uint8Array | string): Promise<void> {
  if (!socket.write(bytes)) await once(socket, 'drain');
}

async function finish(socket: Socket): Promise<string> {
  let answer = '';
  socket.on('data', (text: string) => {
    answer += text;
  });
  socket.end();
  await once(socket, 'close');
  return answer;
}

async function metric(pattern: RegExp): Promise<number> {
  return Number(pattern.exec(await (await fetch(`${server.url}/metrics`)).text())?.[1]);
}

/** The number of sequential requests that are answered during an activity. */
async function countServed(goesOn: () => boolean): Promise<number> {
  let count = 0;
  for (; goesOn(); count++) expect((await fetch(`${server.url}/health`)).status).toBe(200);
  return count;
}

test('survives eight concurrent lines of 64 MiB with little memory, serves others, and stores the good lines after them', async () => {
  await server.send('1 warm up\n');
  const idle = memoryOf(server.pid, 'VmRSS');
  await metric(/lag_max/); // a scrape starts a new measurement of the event loop's delay
  const sockets = await Promise.all(Array.from({ length: clients }, open));
  let isFlooded = true;
  const served = countServed(() => isFlooded);
  await Promise.all(
    sockets.map(async (socket, i) => {
      for (let n = 0; n < lineMiB; n++) await write(socket, block);
      await write(socket, `\n${i + 2} good after the long one\n`);
    }),
  );
  isFlooded = false;
  expect(await served).toBeGreaterThanOrEqual(5);
  const answers = await Promise.all(sockets.map(finish));
  for (const answer of answers) {
    expect(answer).toMatch(
      /^ok stored=1 duplicate=0 rejected=1\nline 1: the line is longer than 65536 bytes/,
    );
  }
  const lag = await metric(/^nodejs_eventloop_lag_max_seconds ([\d.e-]+)/m);
  // Next to other tests, the delay can come from the machine, and buffers that are read already wait longer for the collector.
  if (isLong) expect(lag).toBeLessThan(0.1);
  expect(memoryOf(server.pid, 'VmHWM') - idle).toBeLessThan((isLong ? 64 : 96) * MiB);
  const { rejects } = (await (await fetch(`${server.url}/rejects`)).json()) as {
    rejects: { code: string; peer: string; line: string }[];
  };
  expect(rejects).toHaveLength(clients);
  for (const { code, peer, line } of rejects) {
    expect(code).toBe('LINE_TOO_LONG');
    expect(peer).toMatch(/^127\.0\.0\.1:\d+$/);
    expect(line.length).toBeLessThanOrEqual(65_536);
  }
});

test('accepts a line that arrives byte by byte, and ignores empty lines', async () => {
  const socket = await open();
  const line = `100 trickled ${'x'.repeat(200)}\n`;
  const bytes = rounds(100_000, 1_000_000);
  for (let i = 0; i < bytes; i++) await write(socket, line.charAt(i % line.length));
  const whole = Math.floor(bytes / line.length);
  await write(socket, '\n');
  const answer = await finish(socket);
  const hasRest = bytes % line.length > 0;
  const counts = /^ok stored=(\d+) duplicate=(\d+) rejected=(\d+)\n/.exec(answer)?.slice(1).map(Number) ?? [];
  expect(counts.reduce((a, b) => a + b, 0)).toBe(whole + (hasRest ? 1 : 0));

  const stored = await metric(/^anthracite_events (\d+)/m);
  expect(await server.send('\n'.repeat(100_000))).toBe('ok stored=0 duplicate=0 rejected=0\n');
  expect(await metric(/^anthracite_events (\d+)/m)).toBe(stored);
  expect(await server.stop()).toBe(0);
});
