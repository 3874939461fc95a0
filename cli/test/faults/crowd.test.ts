// Many live streams and slow downloads from one address: others are served normally, and SIGTERM ends everything in time.

import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { atEnd, temporaryFolder } from '@anthracite/testing';
import { type Served, serve } from '../program';
import { isLong, rounds } from './rounds';

const ofEachKind = rounds(60, 1_000);
const questions = rounds(5, 200);
const drainMs = rounds(500, 4_000);

/** Sends a request on a separate connection from an address of this machine; milliseconds until the response. */
async function ask(server: Served, method: string, path: string, body = ''): Promise<number> {
  const begin = performance.now();
  const options = { host: '127.0.0.1', port: server.httpPort, localAddress: '127.0.0.2', agent: false };
  const asked = request({ ...options, method, path });
  asked.end(body);
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  await response.resume().toArray();
  expect([200, 201]).toContain(response.statusCode);
  return performance.now() - begin;
}

let posted = 0;
async function medians(server: Served): Promise<{ health: number; post: number }> {
  const health: number[] = [];
  const post: number[] = [];
  for (let n = 0; n < questions; n++) {
    health.push(await ask(server, 'GET', '/health'));
    const event = { type: 'posted', description: String(posted++) };
    post.push(await ask(server, 'POST', '/events', JSON.stringify(event)));
  }
  const middle = (times: number[]): number => times.sort((a, b) => a - b)[times.length >> 1] ?? 0;
  return { health: middle(health), post: middle(post) };
}

/** Opens a path and reads 2 kB of its response every two seconds. Resolves with the first line of the response. */
async function sip(server: Served, path: string): Promise<string> {
  const socket: Socket = connect({ host: '127.0.0.1', port: server.httpPort });
  socket.on('error', () => {});
  socket.write(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`);
  const first = await new Promise<string>((resolve) => {
    socket.once('readable', () => resolve(String(socket.read(15) ?? '')));
    socket.once('close', () => resolve('closed'));
  });
  const sipping = setInterval(() => socket.read(2_048), 2_000);
  atEnd(() => {
    clearInterval(sipping);
    socket.destroy();
  });
  return first;
}

test('serves others and ends in time during the streams and slow downloads of one address', async () => {
  const settings = isLong ? [] : ['--max-http-connections', '80', '--max-http-connections-per-address', '40'];
  const database = join(temporaryFolder(), 'anthracite.db');
  const server = await serve(database, [...settings, '--drain-ms', String(drainMs)]);
  for (let block = 0; block < 10; block++) {
    const lines = Array.from({ length: 200 }, (_, i) => `${block * 200 + i} big ${'x'.repeat(10_000)}\n`);
    await server.send(lines.join(''));
  }
  const rest = await medians(server);
  const streams = await Promise.all(Array.from({ length: ofEachKind }, () => sip(server, '/events/stream')));
  const downloads = await Promise.all(
    Array.from({ length: ofEachKind }, () => sip(server, '/events/json?limit=all')),
  );
  // As many as one address can have; the others got a refusal, not a reset.
  const places = isLong ? 125 : 10;
  const all = [...streams, ...downloads];
  expect(all.filter((answer) => answer === 'HTTP/1.1 200 OK')).toHaveLength(places);
  expect(all.filter((answer) => answer === 'HTTP/1.1 503 Se')).toHaveLength(2 * ofEachKind - places);
  const crowd = await medians(server);
  if (isLong) {
    expect(crowd.health / rest.health).toBeLessThan(2);
    expect(crowd.post / rest.post).toBeLessThan(2);
  }
  const begin = Date.now();
  server.kill('SIGTERM');
  const ended = await server.ended;
  // On a busy machine a thread can need longer than its limit.
  if (ended.signal !== 'SIGTERM') expect(ended).toEqual({ exitCode: 0, signal: null });
  if (isLong) expect(Date.now() - begin).toBeLessThan(drainMs + 1_000);
  const again = await serve(database);
  const text = await (await fetch(`${again.url}/events/raw?limit=all&type=posted`)).text();
  expect(text.trimEnd().split('\n')).toHaveLength(posted);
  expect(await again.stop()).toBe(0);
}, 600_000);
