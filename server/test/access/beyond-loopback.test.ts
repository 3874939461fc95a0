// Clients that connect from an address other than loopback: their access before and after the first token.

import { networkInterfaces } from 'node:os';
import { exchange, needs } from '@anthracite/testing';
import { start, type TestServer } from '../start';

const address = Object.values(networkInterfaces())
  .flatMap((addresses) => addresses ?? [])
  .find(({ family, internal }) => family === 'IPv4' && !internal)?.address;
const host = address ?? '';
const fromOutside = needs('an address beyond loopback', address !== undefined, 'optional');

const everywhere = { http: '0.0.0.0:0', tcp: '[::]:0' };
const secret = '0123456789abcdef';
const line = '1467844481 deploy release 42\n';
const stored = 'ok stored=1 duplicate=0 rejected=0\n';

const sendTo = (server: TestServer, to: string): Promise<string> => exchange(server.tcpPort, line, to);

const makeFirst = (server: TestServer, at: string): Promise<Response> =>
  fetch(`${server.url.replace('127.0.0.1', at)}/tokens`, {
    method: 'POST',
    body: '{"name":"ops","roles":["admin"]}',
  });

async function refusedConnections(server: TestServer, headers: Record<string, string> = {}): Promise<string> {
  const metrics = await (await server.fetch('/metrics', { headers })).text();
  return metrics.split('\n').find((one) => one.startsWith('anthracite_tcp_connections_refused_total{')) ?? '';
}

fromOutside('they may send lines until the first token is made, and cannot make it', async () => {
  const server = await start(everywhere);
  expect(await sendTo(server, host)).toBe(stored);
  const outside = await makeFirst(server, host);
  expect(outside.status).toBe(403);
  expect(await outside.json()).toMatchObject({ code: 'FIRST_TOKEN_ELSEWHERE' });
  const made = await makeFirst(server, '127.0.0.1');
  expect(made.status).toBe(201);
  const { token } = (await made.json()) as { token: string };
  expect(await sendTo(server, host)).toMatch(
    /^failed stored=0 duplicate=0 rejected=0\nclosed: writing needs a token, .*\n$/,
  );
  expect(await sendTo(server, '127.0.0.1')).toBe('ok stored=0 duplicate=1 rejected=0\n');
  expect(await refusedConnections(server, { authorization: `Bearer ${token}` })).toBe(
    'anthracite_tcp_connections_refused_total{reason="token"} 1',
  );
});

fromOutside('a list of networks lets them send lines without a token', async () => {
  const server = await start({ ...everywhere, 'tcp-allow': `${host}/32` }, Date.now, {
    ANTHRACITE_TOKENS: `ops:admin:${secret}`,
  });
  expect(await sendTo(server, host)).toBe(stored);
  // The list is complete: it does not contain loopback.
  expect(await sendTo(server, '127.0.0.1')).toBe('');
});

fromOutside('accepts lines without a token when writing is open, even if reading needs a token', async () => {
  const server = await start({ ...everywhere, 'write-access': 'open' }, Date.now, {
    ANTHRACITE_TOKENS: `ops:admin:${secret}`,
  });
  expect(await sendTo(server, host)).toBe(stored);
  expect((await fetch(`${server.url.replace('127.0.0.1', host)}/events/json`)).status).toBe(401);
});
