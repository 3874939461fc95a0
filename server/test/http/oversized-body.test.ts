// A body beyond the limit: its sender is told so, even one that reads nothing before all is sent.

import { once } from 'node:events';
import { connect } from 'node:net';
import { start, type TestServer } from '../start';

let server: TestServer;
beforeAll(async () => {
  server = await start();
});

/** Sends a request to its end, and only then begins to read, as many HTTP clients do. */
async function sendBeforeReading(head: string, parts: Iterable<string>): Promise<string> {
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
  await once(socket, 'connect');
  socket.pause();
  const failed = new Promise<never>((_resolve, reject) => socket.on('error', reject));
  failed.catch(() => {});
  socket.write(head);
  for (const part of parts) {
    if (!socket.write(part)) await Promise.race([once(socket, 'drain'), failed]);
  }
  let answer = '';
  socket.setEncoding('latin1').on('data', (text: string) => {
    answer += text;
  });
  socket.resume();
  await Promise.race([once(socket, 'close'), failed]);
  return answer;
}

function* megabytes(count: number, wrap: (part: string) => string = (part) => part): Generator<string> {
  for (let i = 0; i < count; i++) yield wrap('x'.repeat(1_048_576));
}

test.each([
  ['with a length', `Content-Length: ${20 * 1_048_576}`, () => megabytes(20)],
  [
    'in chunks',
    'Transfer-Encoding: chunked',
    function* () {
      yield* megabytes(20, (part) => `100000\r\n${part}\r\n`);
      yield '0\r\n\r\n';
    },
  ],
])('a client that reads only after sending is told why, %s', async (_name, header, body) => {
  const head = `POST /events/ HTTP/1.1\r\nHost: localhost\r\n${header}\r\n\r\n`;
  const answer = await sendBeforeReading(head, body());
  expect(answer).toMatch(/^HTTP\/1\.1 413 /);
  expect(answer).toContain('BODY_TOO_LARGE');
});

test('an endless body is cut off, and the server serves on', async () => {
  const head = 'POST /events/ HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n';
  const endless = sendBeforeReading(
    head,
    megabytes(10_000, (part) => `100000\r\n${part}\r\n`),
  );
  // Cut off in the middle of its sending: by a reset, or after the answer.
  await endless.catch((error: NodeJS.ErrnoException) => expect(error.code).toMatch(/EPIPE|ECONNRESET/));
  expect(await server.json('/health')).toMatchObject({ status: 'ok' });
});
