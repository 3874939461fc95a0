// The sender of a body above the limit gets the reason, even if it reads nothing before it has sent everything.

import { once } from 'node:events';
import { connect } from 'node:net';
import { start, type TestServer } from '../start';

// An unread rest would block its sender for all this time.
const patient = { 'http-request-ms': '3600000' };
let server: TestServer;
let roomy: TestServer;
beforeAll(async () => {
  server = await start(patient);
  roomy = await start({
    ...patient,
    'max-body-bytes': String(32 * 1_048_576),
    'max-chef-message-bytes': String(16 * 1_048_576),
  });
});

/** Sends a whole request before it reads, as many HTTP clients do; returns the response. */
async function sendBeforeReading(head: string, parts: Iterable<string>, { url } = server): Promise<string> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
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
    if (answer.endsWith('}')) socket.end();
  });
  socket.resume();
  await Promise.race([once(socket, 'close'), failed]);
  return answer;
}

function* megabytes(count: number, wrap: (part: string) => string = (part) => part): Generator<string> {
  for (let i = 0; i < count; i++) yield wrap('x'.repeat(1_048_576));
}

const lengthOf = (count: number): string => `Content-Length: ${count * 1_048_576}`;

test.each([
  ['with a length', lengthOf(20), () => megabytes(20)],
  [
    'in chunks',
    'Transfer-Encoding: chunked',
    function* () {
      yield* megabytes(20, (part) => `100000\r\n${part}\r\n`);
      yield '0\r\n\r\n';
    },
  ],
])('answers a client that reads only after sending, %s', async (_name, header, body) => {
  const head = `POST /events/ HTTP/1.1\r\nHost: localhost\r\n${header}\r\n\r\n`;
  const answer = await sendBeforeReading(head, body());
  expect(answer).toMatch(/^HTTP\/1\.1 413 /);
  expect(answer).toContain('BODY_TOO_LARGE');
});

describe.each(['keep-alive', 'close'])('with Connection: %s', (connection) => {
  test.each([
    ['a report of Puppet that is too large', '/puppet/reports', '', 413, 'BODY_TOO_LARGE'],
    ['a message of Chef that is too large', '/chef/data-collector', '', 413, 'BODY_TOO_LARGE'],
    ['a body that cannot be decoded', '/events/', 'Content-Encoding: gzip', 400, 'BODY_NOT_DECODED'],
    ['an encoding that is unknown', '/events/', 'Content-Encoding: zstd', 415, 'UNSUPPORTED_ENCODING'],
    ['a body to an unknown path', '/nowhere', '', 404, 'NOT_FOUND'],
    ['a page of another site', '/events/', 'Origin: http://evil.example', 403, 'FOREIGN_ORIGIN'],
  ])('answers the sender of %s', async (_what, path, header, status, code) => {
    const headers = [`Connection: ${connection}`, lengthOf(20), ...(header === '' ? [] : [header])];
    const head = `POST ${path} HTTP/1.1\r\nHost: localhost\r\n${headers.join('\r\n')}\r\n\r\n`;
    const answer = await sendBeforeReading(head, megabytes(20), roomy);
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(answer).toContain(code);
  });
});

test('answers a client on a kept connection before it has sent everything, and accepts its next request', async () => {
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
  const head = `POST /puppet/reports HTTP/1.1\r\nHost: localhost\r\n${lengthOf(20)}\r\n\r\n`;
  socket.write(`${head}--- !ruby/object:Puppet::Transaction::Report\n`);
  let [answer] = await once(socket.setEncoding('latin1'), 'data');
  expect(answer).toMatch(/^HTTP\/1\.1 413 /);
  socket.write('x'.repeat(20 * 1_048_576 - 45));
  socket.write('GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n');
  [answer] = await once(socket, 'data');
  expect(answer).toMatch(/^HTTP\/1\.1 200 /);
  socket.destroy();
});

test.each(['/events/', '/puppet/reports'])(
  'cuts off an endless body to %s and serves other requests',
  async (path) => {
    const head = `POST ${path} HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n`;
    const endless = sendBeforeReading(
      head,
      megabytes(10_000, (part) => `100000\r\n${part}\r\n`),
    );
    // Cut off while it sends: by a reset, or after the response.
    await endless.catch((error: NodeJS.ErrnoException) => expect(error.code).toMatch(/EPIPE|ECONNRESET/));
    expect(await server.json('/health')).toMatchObject({ status: 'ok' });
  },
);
