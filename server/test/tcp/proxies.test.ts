// Lines that come through a load balancer: allowed networks apply to the senders, not to the load balancer.

import { once } from 'node:events';
import { connect } from 'node:net';
import { until, withHaproxy } from '@anthracite/testing';
import { readProxyHeader } from '../../src/doors/tcp/proxy-header';
import { startHaproxy } from '../proxies';
import { start, type TestServer } from '../start';

const line = '1467844481 deploy through a proxy\n';
const signature = Buffer.from('\r\n\r\n\0\r\nQUIT\n');

/** A header of version 2: command and family in one byte each, then addresses and ports. */
function version2(command: number, family: number, rest: readonly number[]): Buffer {
  const fixed = Buffer.from([command, family, rest.length >> 8, rest.length & 255]);
  return Buffer.concat([signature, fixed, Buffer.from(rest)]);
}
const tcp4 = (address: readonly number[]): Buffer =>
  version2(0x21, 0x11, [...address, 127, 0, 0, 1, 0x30, 0x39, 7, 0xd5]);

describe('a header', () => {
  test.each<[string, Buffer, unknown]>([
    ['of version 1', Buffer.from('PROXY TCP4 192.0.2.1 192.0.2.2 12345 2005\r\n'), ['192.0.2.1', 12345]],
    ['of version 1 and IPv6', Buffer.from('PROXY TCP6 2001:db8::1 ::1 0 65535\r\n'), ['2001:db8::1', 0]],
    ['of version 2', tcp4([192, 0, 2, 1]), ['192.0.2.1', 12345]],
    [
      'of version 2 and IPv6',
      version2(0x21, 0x21, [
        0x20,
        1,
        0xd,
        0xb8,
        ...Array(11).fill(0),
        1,
        ...Array(16).fill(0),
        0x30,
        0x39,
        0,
        1,
      ]),
      ['2001:db8::1', 12345],
    ],
    [
      'with additional fields',
      version2(0x21, 0x11, [192, 0, 2, 1, 127, 0, 0, 1, 0x30, 0x39, 7, 0xd5, 4, 0, 1, 9]),
      ['192.0.2.1', 12345],
    ],
    ['of the proxy itself', version2(0x20, 0, []), null],
  ])('%s names the sender, whatever the split of its bytes', (_name, header, expected) => {
    for (let length = 0; length < header.length; length++) {
      expect(readProxyHeader(header.subarray(0, length))).toEqual({ kind: 'incomplete' });
    }
    const [address, port] = (expected ?? []) as [string, number];
    expect(readProxyHeader(Buffer.concat([header, Buffer.from(line)]))).toEqual({
      kind: 'header',
      length: header.length,
      sender: expected === null ? null : { address, port },
    });
  });

  test.each([
    line,
    'PROXY TCP4 192.0.2.1 192.0.2.2 12345\r\n',
    'PROXY TCP4 192.0.2.1 192.0.2.2 12345 2005 \r\n',
    'PROXY  TCP4 192.0.2.1 192.0.2.2 12345 2005\r\n',
    'PROXY TCP4 192.0.2.1 192.0.2.2 012 2005\r\n',
    'PROXY TCP4 192.0.2.1 192.0.2.2 65536 2005\r\n',
    'PROXY TCP4 192.0.2.01 192.0.2.2 1 2005\r\n',
    'PROXY TCP4 ::1 ::1 1 2\r\n',
    'PROXY TCP6 127.0.0.1 127.0.0.1 1 2\r\n',
    'PROXY TCP6 fe80::1%eth0 ::1 1 2\r\n',
    'PROXY UNKNOWN\r\n',
    'PROXY UNKNOWN 127.0.0.1 127.0.0.1 1 2\r\n',
    'PROXY UDP4 192.0.2.1 192.0.2.2 1 2\r\n',
    'PROXY constructor 192.0.2.1 192.0.2.2 1 2\r\n',
    `PROXY TCP4 ${'1'.repeat(100)}`,
    version2(0x22, 0x11, [127, 0, 0, 1, 127, 0, 0, 1, 0, 1, 0, 1]),
    version2(0x11, 0x11, [127, 0, 0, 1, 127, 0, 0, 1, 0, 1, 0, 1]),
    version2(0x21, 0x11, [127, 0, 0, 1]),
    version2(0x21, 0x00, []),
    version2(0x21, 0x31, Array(216).fill(0)),
    version2(0x21, 0x11, Array(4_000).fill(0)),
  ])('with a fault is refused: %j', (header) => {
    expect(readProxyHeader(Buffer.from(header)).kind).toBe('bad');
  });
});

/** Sends bytes from an address of this machine and returns the answer. */
async function sendFrom(localAddress: string, port: number, bytes: string | Buffer): Promise<string> {
  const socket = connect({ port, host: '127.0.0.1', localAddress, allowHalfOpen: true });
  let answer = '';
  socket.setEncoding('utf8').on('data', (text: string) => {
    answer += text;
  });
  const closed = new Promise((resolve) => socket.on('error', () => {}).on('close', resolve));
  socket.on('end', () => socket.end());
  await once(socket, 'connect');
  socket.end(bytes);
  await closed;
  return answer;
}

const secret = '0123456789abcdef';
const headers = { authorization: `Bearer ${secret}` };
const ANTHRACITE_TOKENS = `ops:admin:${secret}`;

/** Writing needs a token, so that only this machine may send lines; 127.0.0.1 is a proxy. */
let closed: TestServer;
let listed: TestServer;
beforeAll(async () => {
  closed = await start({ 'tcp-proxies': '127.0.0.1', 'tcp-line-ms': '300' }, Date.now, { ANTHRACITE_TOKENS });
  listed = await start({ 'tcp-proxies': '127.0.0.1', 'tcp-allow': '127.0.0.2, 192.0.2.0/24' });
});

describe('a connection of a proxy', () => {
  test.each([
    [
      'the sender may send',
      'PROXY TCP4 127.0.0.9 127.0.0.1 1 2005\r\n',
      /^ok stored=[01] duplicate=[01] rejected=0\n$/,
    ],
    [
      'the sender may send, in version 2',
      tcp4([127, 0, 0, 9]),
      /^ok stored=[01] duplicate=[01] rejected=0\n$/,
    ],
    [
      'the sender is a stranger',
      'PROXY TCP4 192.0.2.1 127.0.0.1 1 2005\r\n',
      /^failed .*closed: writing needs a token/s,
    ],
    [
      'the sender is a stranger, in version 2',
      tcp4([192, 0, 2, 1]),
      /^failed .*closed: writing needs a token/s,
    ],
    [
      'there is no header',
      '',
      /^failed .*closed: the connection does not start with a PROXY protocol header\n$/s,
    ],
    [
      'the sender is unknown',
      'PROXY UNKNOWN\r\n',
      /^failed .*closed: .*does not contain the address of the sender\n$/s,
    ],
    [
      'the connection sends HTTP after the header',
      `PROXY TCP4 127.0.0.9 127.0.0.1 1 2\r\nPOST / HTTP/1.1\r\n`,
      /^HTTP\/1\.1 400 /,
    ],
    [
      'there are two headers',
      'PROXY TCP4 127.0.0.9 127.0.0.1 1 2\r\nPROXY TCP4 127.0.0.9 127.0.0.1 1 2\r\n',
      /^failed .*tcp-proxies/s,
    ],
  ])('when %s', async (_when, header, answer) => {
    expect(
      await sendFrom('127.0.0.1', closed.tcpPort, Buffer.concat([Buffer.from(header), Buffer.from(line)])),
    ).toMatch(answer);
  });

  test('counts as its sender for tcp-allow', async () => {
    const send = (address: string): Promise<string> =>
      sendFrom('127.0.0.1', listed.tcpPort, `PROXY TCP4 ${address} 127.0.0.1 1 2005\r\n${line}`);
    expect(await send('192.0.2.7')).toBe('ok stored=1 duplicate=0 rejected=0\n');
    expect(await send('198.51.100.1')).toBe('');
    // The proxy itself is not on the list.
    expect(await send('127.0.0.1')).toBe('');
  });

  test('names the sender in the rejected lines', async () => {
    await sendFrom('127.0.0.1', listed.tcpPort, 'PROXY TCP4 192.0.2.7 127.0.0.1 4711 2005\r\nno line\n');
    expect(await listed.json('/rejects')).toMatchObject({ rejects: [{ peer: '192.0.2.7:4711' }] });
  });

  test('is closed when its header does not arrive in time', async () => {
    const socket = connect({ port: closed.tcpPort, host: '127.0.0.1' }).on('error', () => {});
    const [answer] = await once(socket.setEncoding('utf8'), 'data');
    expect(answer).toMatch(/^failed .*closed: the header of the PROXY protocol took too long\n$/s);
    socket.destroy();
  });
});

test('accepts lines but no header from an address that is not a proxy', async () => {
  expect(await sendFrom('127.0.0.2', closed.tcpPort, line)).toMatch(/^ok /);
  const forged = await sendFrom('127.0.0.2', closed.tcpPort, `PROXY TCP4 127.0.0.1 127.0.0.1 1 2\r\n${line}`);
  expect(forged).toMatch(/^failed .*closed: .*tcp-proxies/s);
  const forged2 = await sendFrom('127.0.0.2', closed.tcpPort, tcp4([127, 0, 0, 1]));
  expect(forged2).toMatch(/^failed .*closed: .*tcp-proxies/s);
});

test('stops while a proxy has not sent its header', async () => {
  const server = await start({ 'tcp-proxies': '127.0.0.1' });
  const socket = connect({ port: server.tcpPort, host: '127.0.0.1' }).on('error', () => {});
  await once(socket, 'connect');
  const gone = once(socket, 'close');
  await server.stop();
  await gone;
});

withHaproxy('a real haproxy passes the address of the sender on, in both versions', async () => {
  for (const version of ['send-proxy', 'send-proxy-v2']) {
    const port = await startHaproxy(listed.tcpPort, version);
    expect(await sendFrom('127.0.0.2', port, line)).toMatch(/^ok stored=[01] duplicate=[01] rejected=0\n$/);
    expect(await sendFrom('127.0.0.3', port, line)).toBe('');
  }
});

withHaproxy('ignores the health checks of a real haproxy', async () => {
  await startHaproxy(closed.tcpPort, 'send-proxy-v2 check inter 50');
  const refused = async (): Promise<string> => (await closed.fetch('/metrics', { headers })).text();
  await until(
    async () => /tcp_connections_closed_total\{end="(finished|reset)"\} [3-9]/.test(await refused()),
    'checks came',
  );
  expect(await closed.json('/rejects', { headers })).toMatchObject({ total: 0 });
});
