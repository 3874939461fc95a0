// SIGTERM under a load of lines: the server ends normally, in time, and has stored all accepted lines.

import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';
import { temporaryFolder, until } from '@anthracite/testing';
import { serve } from '../program';

const linesPerTick = 500;
const tickMs = 10;

test('exits with 0 within five seconds at 50,000 lines a second, and stores every received line', async () => {
  const database = join(temporaryFolder(), 'anthracite.db');
  const server = await serve(database);
  const acknowledged = await server.send(
    Array.from({ length: 1_000 }, (_, i) => `${1_400_000_000 + i} early "event ${i}"\n`).join(''),
  );
  expect(acknowledged).toBe('ok stored=1000 duplicate=0 rejected=0\n');

  const socket = connect({ port: server.tcpPort, host: '127.0.0.1' });
  let answer = '';
  socket.setEncoding('utf8').on('data', (text: string) => {
    answer += text;
  });
  socket.on('error', () => {});
  await once(socket, 'connect');
  let sent = 0;
  const pour = setInterval(() => {
    if (!socket.writable) return;
    let block = '';
    for (let i = 0; i < linesPerTick; i++) block += `${1_500_000_000 + sent++} flood "event ${sent}"\n`;
    socket.write(block);
  }, tickMs);

  const countOf = async (): Promise<number> => {
    const text = await (await fetch(`${server.url}/metrics`)).text();
    return Number(/^anthracite_events_stored_total\{door="tcp"\} (\d+)/m.exec(text)?.[1] ?? 0);
  };
  await until(async () => (await countOf()) > 50_000, 'the flood has arrived');
  const begin = Date.now();
  server.kill('SIGTERM');
  expect(await server.ended).toEqual({ exitCode: 0, signal: null });
  expect(Date.now() - begin).toBeLessThan(5_000);
  clearInterval(pour);
  if (!socket.closed) await once(socket, 'close');

  // The end can truncate the last line: then it is a rejected line, not an event.
  const match =
    /^ok stored=(\d+) duplicate=0 rejected=([01])\n(?:.*\n)*closed: the server is stopping\n$/.exec(answer);
  expect(answer).toMatch(/^ok stored=\d+ duplicate=0 rejected=[01]\n/);
  const received = Number(match?.[1]);
  expect(received).toBeGreaterThan(49_000);

  const again = await serve(database);
  const lines = (await (await fetch(`${again.url}/events/raw?limit=all&type=flood`)).text())
    .trimEnd()
    .split('\n');
  expect(lines).toHaveLength(received);
  expect(lines.at(-1)).toContain(`"event ${received}"`); // all lines up to the last one, without a gap
  const early = (await (await fetch(`${again.url}/events/raw?limit=all&type=early`)).text())
    .trimEnd()
    .split('\n');
  expect(early).toHaveLength(1_000);
  expect(await again.stop()).toBe(0);
});
