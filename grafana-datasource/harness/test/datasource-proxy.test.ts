// The simulated proxy behaves like Grafana's.

import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  fillIn,
  type PluginRoute,
  type ProxiedRequest,
  proxy,
  type StoredDatasource,
} from '../datasource-proxy';

const bearer = '{{ if .SecureJsonData.token }}Bearer {{ .SecureJsonData.token }}{{ end }}';
const routes: readonly PluginRoute[] = [
  { path: 'events', method: 'GET', headers: [{ name: 'Authorization', content: bearer }] },
];
const seen: IncomingMessage[] = [];
const server = createServer((request, response) => {
  seen.push(request);
  response
    .writeHead(request.url === '/base/refused' ? 401 : 200, { 'content-type': 'application/json' })
    .end('{}');
});
let url = '';

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/base/`;
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

const datasource = (secureJsonData: Record<string, string>): StoredDatasource => ({
  id: 1,
  uid: 'x',
  name: 'x',
  type: 'x',
  url,
  jsonData: {},
  secureJsonData,
});
const request = (path: string, method = 'GET'): ProxiedRequest => ({
  method,
  path,
  headers: {
    cookie: 'session=1',
    origin: 'http://grafana',
    authorization: 'Basic x',
    accept: 'application/json',
  },
  body: Buffer.alloc(0),
});

test('sends the token with requests of the routes, and with no others', async () => {
  const withToken = datasource({ token: 'secret' });
  await proxy(withToken, routes, request('events/json?limit=1'));
  await proxy(withToken, routes, request('events', 'POST'));
  await proxy(withToken, routes, request('types'));
  await proxy(datasource({}), routes, request('events/json'));
  expect(seen.splice(0).map(({ url, headers }) => [url, headers.authorization])).toEqual([
    ['/base/events/json?limit=1', 'Bearer secret'],
    ['/base/events', undefined],
    ['/base/types', undefined],
    ['/base/events/json', undefined],
  ]);
});

test('keeps cookies and the origin of the page in Grafana', async () => {
  await proxy(datasource({}), routes, request('types'));
  const [{ headers } = {}] = seen.splice(0);
  expect(headers).toMatchObject({
    accept: 'application/json',
    'user-agent': expect.stringMatching(/^Grafana/),
  });
  expect(headers).not.toHaveProperty('cookie');
  expect(headers).not.toHaveProperty('origin');
});

test('turns a 401 into a 400, and answers 502 for a server that is away', async () => {
  expect(await proxy(datasource({}), routes, request('refused'))).toMatchObject({
    status: 400,
    body: Buffer.from('Authentication to data source failed'),
  });
  const away = { ...datasource({}), url: 'http://127.0.0.1:1' };
  expect((await proxy(away, routes, request('types'))).status).toBe(502);
});

test.each([
  [bearer, { token: 'x' }, 'Bearer x'],
  [bearer, {}, ''],
  ['Bearer {{ .SecureJsonData.token }}', {}, 'Bearer <no value>'],
])('fills in %s with %j as %j', (template, secrets, expected) => {
  expect(fillIn(template, secrets as Record<string, string>)).toBe(expected);
});

test('reports a template that it cannot read instead of sending a wrong header', () => {
  expect(() => fillIn('{{ range .JsonData.x }}', {})).toThrow('cannot read');
});
