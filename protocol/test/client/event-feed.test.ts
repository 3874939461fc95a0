// The reader of the stream against servers that disconnect, stall, refuse and send invalid messages.

import { quietPort } from '@anthracite/testing';
import { HttpClient, type StreamMessage } from '../../src';
import { createMessageReader } from '../../src/client/server-messages';
import { failureOf, httpServer } from './sockets';

const once = { limit: 0, firstPauseMs: 1, maxPauseMs: 1, jitter: 0 };
const fast = { ...once, limit: Number.POSITIVE_INFINITY };
const stream = { 'content-type': 'text/event-stream; charset=utf-8' };
const event = (id: number): string =>
  `event: event\nid: ${id}.0\ndata: {"id":${id},"time":0,"type":"x","tags":[],"description":"x"}\n\n`;

/** The first messages of a stream. */
async function take(messages: AsyncGenerator<StreamMessage>, count: number): Promise<StreamMessage[]> {
  const taken: StreamMessage[] = [];
  for await (const message of messages) {
    taken.push(message);
    if (taken.length === count) break;
  }
  return taken;
}

describe('messages', () => {
  const all =
    'retry: 2000\nid: 1.0\n\n: a comment\nevent: event\r\nid: 2.0\r\ndata: {"a":\ndata:1}\r\n\r\nid: 3.0\n\n';
  const expected = [
    { event: '', id: '1.0', data: '' },
    { event: 'event', id: '2.0', data: '{"a":\n1}' },
    { event: '', id: '3.0', data: '' },
  ];

  test('are the same for any split of the stream', () => {
    for (let size = 1; size <= all.length; size++) {
      const read = createMessageReader();
      const messages = [];
      for (let at = 0; at < all.length; at += size) messages.push(...read(all.slice(at, at + size)));
      expect(messages).toEqual(expected);
    }
  });

  test('are abandoned when they never end', () => {
    const read = createMessageReader();
    const piece = 'x'.repeat(1_048_576);
    expect(() => {
      for (let i = 0; i < 80; i++) read(i % 2 === 0 ? `data: ${piece}` : '\n');
    }).toThrow('has no end');
  });
});

test('continue after the last message, including one without data', async () => {
  const asked: (string | undefined)[] = [];
  const url = await httpServer((request, response) => {
    asked.push(request.headers['last-event-id'] as string | undefined);
    response.writeHead(200, stream);
    if (asked.length === 1) response.end('id: 4.0\n\n');
    else if (asked.length === 2) response.end(`${event(5)}id: 9.1\n\n`);
    else if (asked.length === 3)
      response.write(`${event(10)}event: event\nid: 11.0\ndata: {"half`, () => response.destroy());
    else response.write(event(11));
  });
  const lost: string[] = [];
  const messages = new HttpClient(url).follow({}, { retry: fast, onLost: ({ code }) => lost.push(code) });
  const taken = await take(messages, 5);
  expect(taken.map(({ kind, position }) => `${kind} ${position}`)).toEqual([
    'position 4.0',
    'event 5.0',
    'position 9.1',
    'event 10.0',
    'event 11.0',
  ]);
  expect(asked).toEqual([undefined, '4.0', '9.1', '10.0']);
  expect(lost).toEqual(['CUT_SHORT', 'CUT_SHORT', 'CUT_SHORT']);
});

test('resume after a server that is silent, failing, away or behind a proxy with errors', async () => {
  let asked = 0;
  const url = await httpServer((_request, response) => {
    asked++;
    if (asked === 1)
      response.writeHead(200, stream).write('id: 1.0\n\n'); // and no more
    else if (asked === 2) response.writeHead(503).end('{"error":"stopping","code":"STORE_CLOSED"}');
    else if (asked === 3) response.writeHead(502).end('<html>Bad Gateway</html>');
    else if (asked === 4) response.destroy();
    else response.writeHead(200, stream).write(event(2));
  });
  let lost = 0;
  let found = 0;
  const messages = new HttpClient(url, { retry: once }).follow(
    {},
    { retry: fast, idleMs: 200, onLost: () => lost++, onFound: () => found++ },
  );
  expect((await take(messages, 2)).map(({ kind }) => kind)).toEqual(['position', 'event']);
  expect([lost, found]).toEqual([1, 1]);
});

test.each([
  [400, stream, '{"error":"the parameter q is bad","code":"BAD_PARAMETER"}', 'REFUSED'],
  [401, stream, '{"error":"a token","code":"TOKEN_NEEDED"}', 'NO_ACCESS'],
  [200, { 'content-type': 'text/html' }, '<html>hello</html>', 'NOT_ANTHRACITE'],
  [200, stream, 'data: no json\n\n', 'NOT_ANTHRACITE'],
])('rejects a stream that cannot start with an error: %d', async (status, headers, body, code) => {
  const url = await httpServer((_request, response) => response.writeHead(status, headers).end(body));
  const begun = take(new HttpClient(url, { retry: once }).follow({}, { retry: fast }), 1);
  expect((await failureOf(begun)).code).toBe(code);
});

test('reports an error when nothing listens', async () => {
  const client = new HttpClient(`127.0.0.1:${await quietPort()}`, { retry: once });
  expect((await failureOf(take(client.follow({}, { retry: fast }), 1))).code).toBe('UNREACHABLE');
});

test('ignores unknown messages of a newer server', async () => {
  const url = await httpServer((_request, response) => {
    response.writeHead(200, stream).write(`event: weather\nid: 1.0\ndata: {"a":1}\n\n${event(2)}`);
  });
  const taken = await take(new HttpClient(url).follow({}, { retry: fast }), 2);
  expect(taken.map(({ kind }) => kind)).toEqual(['position', 'event']);
});

test('ends on an aborted signal, while it waits for a message and while it waits to connect', async () => {
  let asked = 0;
  const url = await httpServer((_request, response) => {
    if (++asked === 1) response.writeHead(200, stream).write('id: 1.0\n\n');
  });
  for (const position of [undefined, '1.0']) {
    const ending = new AbortController();
    const followed = new HttpClient(url).follow({}, { signal: ending.signal, ...(position && { position }) });
    const next = followed.next();
    if (position === undefined) {
      expect(await next).toMatchObject({ value: { kind: 'position' } });
      setImmediate(() => ending.abort());
      expect((await followed.next()).done).toBe(true);
    } else {
      setImmediate(() => ending.abort());
      expect((await next).done).toBe(true);
    }
  }
});
