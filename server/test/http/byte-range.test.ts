// Files of events can be read by ranges of bytes, as polars does.

import { readByteRange } from '../../src/doors/http/answer/byte-range';
import { start, type TestServer } from '../start';

test.each([
  ['bytes=0-3', { first: 0, last: 3 }],
  ['bytes=5-', { first: 5, last: 9 }],
  ['bytes=-3', { first: 7, last: 9 }],
  ['bytes=-30', { first: 0, last: 9 }],
  ['bytes=2-999', { first: 2, last: 9 }],
  ['bytes=10-', 'unsatisfiable'],
  ['bytes=-0', 'unsatisfiable'],
  ['bytes=3-2', null],
  ['bytes=0-1,4-5', null],
  ['bytes=-', null],
  ['items=0-1', null],
  [undefined, null],
])('resolves %s of ten bytes to %j', (header, expected) => {
  expect(readByteRange(header, 10)).toEqual(expected);
});

let server: TestServer;
beforeAll(async () => {
  server = await start();
  await server.send('1467844481 deploy one\n1467844482 deploy two\n');
});

describe.each(['csv', 'ndjson'])('%s', (format) => {
  const path = `/events/${format}`;
  const range = (value: string, more: Record<string, string> = {}): Promise<Response> =>
    server.fetch(path, { headers: { range: value, 'accept-encoding': 'gzip', ...more } });

  test('reports the length and the support of ranges in the response to HEAD', async () => {
    const head = await server.fetch(path, { method: 'HEAD', headers: { 'accept-encoding': 'identity' } });
    expect(head.headers.get('accept-ranges')).toBe('bytes');
    const whole = await (await server.fetch(path)).arrayBuffer();
    expect(Number(head.headers.get('content-length'))).toBe(whole.byteLength);
  });

  test('answers one range with 206 and its bytes, never compressed', async () => {
    const whole = Buffer.from(await (await server.fetch(path)).arrayBuffer());
    const response = await range('bytes=4-11');
    expect(response.status).toBe(206);
    expect(response.headers.get('content-range')).toBe(`bytes 4-11/${whole.length}`);
    expect(response.headers.get('content-encoding')).toBeNull();
    expect(Buffer.from(await response.arrayBuffer())).toEqual(whole.subarray(4, 12));
  });

  test('answers a range after the end with 416, several ranges and If-Range with the whole body', async () => {
    expect((await range('bytes=100000-')).status).toBe(416);
    expect((await range('bytes=0-1,4-5')).status).toBe(200);
    expect((await range('bytes=0-1', { 'if-range': 'W/"x"' })).status).toBe(200);
  });
});
