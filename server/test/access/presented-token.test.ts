// Clients can present a token in several headers. It is checked before the body is read.

import { once } from 'node:events';
import { connect } from 'node:net';
import { start, type TestServer } from '../start';
import { basic, bearer, status } from './asking';

describe('a token is presented', () => {
  const secret = '100%25 sure it/is:good'.replaceAll(' ', '+');
  let server: TestServer;
  beforeAll(async () => {
    server = await start({}, Date.now, { ANTHRACITE_TOKENS: `puppet:read,write:${secret}` });
  });

  test.each<[string, Record<string, string>, number]>([
    ['as Bearer', bearer(secret), 200],
    ['in other letter case', { authorization: `bEARER  ${secret}` }, 200],
    ['as a password', basic(secret), 200],
    ['as a password, still percent-encoded', basic(encodeURIComponent(secret)), 200],
    ["as Chef's", { 'x-data-collector-token': secret }, 200],
    [
      "as Chef's, next to a password for a proxy",
      { ...basic('for-the-proxy'), 'x-data-collector-token': secret },
      200,
    ],
    ['truncated', bearer(secret.slice(0, -1)), 401],
    ['decoded once too often', basic(decodeURIComponent(secret)), 401],
    ['with no password', { authorization: `Basic ${Buffer.from(secret).toString('base64')}` }, 401],
    ['as a user', { authorization: `Basic ${Buffer.from(`${secret}:`).toString('base64')}` }, 401],
    ['with a percent sign that decodes to nothing', basic('%zz'), 401],
    ['in a scheme that we do not know', { authorization: `Digest ${secret}` }, 401],
    ['without a scheme', { authorization: secret }, 401],
    ['empty', { authorization: 'Bearer ' }, 401],
    [
      'in bytes that are not text',
      { authorization: `Basic ${Buffer.from([255, 58, 254]).toString('base64')}` },
      401,
    ],
  ])('%s', async (_how, headers, told) => {
    expect(await status(server, '/events/json', headers)).toBe(told);
  });

  test('refuses a token in the query string', async () => {
    expect(await status(server, `/version?token=${encodeURIComponent(secret)}`, {})).toBe(401);
  });
});

test('refuses a request before its body is read', async () => {
  const server = await start({}, Date.now, { ANTHRACITE_TOKENS: 'ops:admin:0123456789abcdef' });
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
  socket.write('POST /events HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\n');
  const [answer] = (await once(socket, 'data')) as [Buffer];
  socket.destroy();
  expect(answer.toString()).toMatch(/^HTTP\/1\.1 401 /);
  expect(answer.toString()).toMatch(/www-authenticate: Bearer realm="anthracite"\r\n/i);
  expect(answer.toString()).toMatch(/www-authenticate: Basic realm="anthracite", charset="UTF-8"\r\n/i);
});
