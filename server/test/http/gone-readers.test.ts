// Readers that stop reading or disconnect cost no further pages and do not delay shutdown.

import { connect, type Socket } from 'node:net';
import { until } from '@anthracite/testing';
import { start, type TestServer } from '../start';

const readers = 40;
const pagesAtOnce = 4;

let server: TestServer;
let pagesRead = 0;
beforeEach(async () => {
  server = await start({ 'drain-ms': '200' });
  const { store } = server.app;
  const page = store.page.bind(store);
  store.page = async (...question) => {
    const answer = await page(...question);
    pagesRead++;
    return answer;
  };
  for (let block = 0; block < 12; block++) {
    const lines = Array.from({ length: 250 }, (_, i) => `${block * 250 + i} big ${'x'.repeat(10_000)}\n`);
    await server.send(lines.join(''));
  }
});

/** Requests all events and reads none of them. */
function ask(): Socket {
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
  socket.on('error', () => {});
  socket.write('GET /events/json?limit=all HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n');
  return socket.pause();
}

async function taken(): Promise<number> {
  const text = await (await server.fetch('/metrics')).text();
  return Number(/^anthracite_http_places_taken\{kind="request"\} (\d+)/m.exec(text)?.[1]);
}

test('reads no further page for readers that disconnected', async () => {
  const sockets = Array.from({ length: readers }, ask);
  await until(async () => (await taken()) > readers, 'all have asked');
  // Until here, each has as many pages as the buffers of its connection hold.
  const whileThere = pagesRead;
  for (const socket of sockets) socket.destroy();
  await until(async () => (await taken()) === 1, 'they are gone');
  const before = pagesRead;
  await server.json('/events/json?limit=2');
  expect(pagesRead - before).toBeLessThanOrEqual(pagesAtOnce + 1);
  // At most the page that each was waiting for.
  expect(before - whileThere).toBeLessThanOrEqual(readers);
});

test('cuts off readers that stopped when the drain time ends, and reads nothing for them', async () => {
  const sockets = Array.from({ length: readers }, ask);
  await until(() => pagesRead >= pagesAtOnce, 'the first pages are read');
  const closed = sockets.map((socket) => new Promise((resolve) => socket.once('close', resolve)));
  await server.stop();
  const read = pagesRead;
  for (const socket of sockets) socket.resume();
  await Promise.all(closed);
  expect(pagesRead).toBe(read);
});
