// The messages of "Save & test".

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Served, serve } from '../../cli/dist/test/program';
import { temporaryFolder } from '../../testing/dist/src';
import { join } from './datasource';

const folder = temporaryFolder();
let open: Served;
beforeAll(async () => {
  open = await serve(`${folder}/open.db`);
});

async function health(url: string, token = ''): Promise<string> {
  const { status, message } = await join(url, { token }).datasource.testDatasource();
  return `${status}: ${message}`;
}

/** A server with the same response for every request. */
async function standIn(status: number, body: string): Promise<string> {
  const server = createServer((_request, response) => response.writeHead(status).end(body));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
const closing: (() => void)[] = [];
afterAll(() => {
  for (const close of closing) close();
});

test('reports the version and the number of events of a good server', async () => {
  expect(await health(open.url)).toMatch(
    /^success: Anthracite \d+\.\d+\.\d+ is reachable\. It has no events yet\.$/,
  );
  await open.send('1700000000 deploy_a a\n1700000001 deploy_b b\n1700000002 deploy_b c\n');
  expect(await health(open.url)).toMatch(/It has 3 events of 2 types\.$/);
});

test('reports a server that is away', async () => {
  const url = await standIn(200, '');
  closing.pop()?.();
  expect(await health(url)).toMatch(
    /^error: Grafana cannot reach Anthracite\. Check that it is running and that the URL/,
  );
});

test('checks tokens: none, a wrong one, one that cannot read, and the right one', async () => {
  const secrets = { read: 'r'.repeat(20), write: 'w'.repeat(20), admin: 'a'.repeat(20) };
  const tokens = Object.entries(secrets).map(([role, secret]) => `${role}:${role}:${secret}`);
  const closed = await serve(`${folder}/closed.db`, [], { env: { ANTHRACITE_TOKENS: tokens.join(' ') } });
  const refused =
    /^error: Anthracite \S+ is reachable, but refused the request: Anthracite rejected the token, or needs one/;
  expect(await health(closed.url)).toMatch(refused);
  expect(await health(closed.url, 'x'.repeat(20))).toMatch(refused);
  expect(await health(closed.url, secrets.write)).toMatch(
    /^error: Anthracite \S+ is reachable, but the token has no read access: the token write has only write/,
  );
  expect(await health(closed.url, secrets.read)).toMatch(/^success: /);
});

test.each([
  [200, '<html>a web page</html>'],
  [200, '{"status":"ok"}'],
  [200, '{"database":"ok","version":"12.4.0","commit":"x"}'],
  [404, 'not found'],
])('reports a server that is not Anthracite: %d %j', async (status, body) => {
  expect(await health(await standIn(status, body))).toMatch(
    /^error: The server at this URL is not Anthracite\./,
  );
});

test('reports a server that is older than the plugin', async () => {
  const server = createServer((request, response) => {
    const isHealth = request.url === '/health';
    response
      .writeHead(isHealth ? 200 : 404)
      .end(
        isHealth ? '{"status":"ok","version":"0.0.1"}' : '{"error":"there is nothing","code":"NOT_FOUND"}',
      );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  expect(await health(url)).toBe(
    'error: Anthracite 0.0.1 is too old for this plugin: it has no /events/timeline. Install a newer version.',
  );
});

test('reports a server that cannot store', async () => {
  const server = createServer((request, response) => {
    const isHealth = request.url === '/health';
    const body = isHealth
      ? { status: 'failing', version: '0.1.0', error: 'the disk is full' }
      : { events: [], spans: [] };
    response.writeHead(isHealth ? 503 : 200).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  expect(await health(url)).toBe('error: Anthracite 0.1.0 is reachable, but failing: the disk is full');
});

test('reports a damaged database, and not a foreign server', async () => {
  const server = createServer((request, response) => {
    const body =
      request.url === '/health' ? { status: 'damaged', version: '0.1.0' } : { events: [], spans: [] };
    response.writeHead(200).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  expect(await health(url)).toBe('error: Anthracite 0.1.0 is reachable, but damaged: see its log');
});
