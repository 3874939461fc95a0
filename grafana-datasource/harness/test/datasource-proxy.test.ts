// The simulated proxy behaves like Grafana's.

import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import plugin from '../../src/plugin.json';
import { startAnthracite } from '../anthracite';
import {
  fillIn,
  type PluginRoute,
  type ProxiedRequest,
  type ProxyOptions,
  proxy,
  routeOf,
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
    ['/base/events/json', ''],
  ]);
});

test.each([
  ['without a token', {}, '/base/events/json', 'Basic dTpw'],
  ['instead of a token', { token: 'secret' }, '/base/events/json', 'Bearer secret'],
  ['where no route adds the token', { token: 'secret' }, '/base/types', 'Basic dTpw'],
])('sends basic authentication %s', async (_, secrets: Record<string, string>, url, expected) => {
  const basic = { ...datasource({ ...secrets, basicAuthPassword: 'p' }), basicAuthUser: 'u' };
  await proxy(basic, routes, request(url.slice('/base/'.length)));
  expect(seen.splice(0).map(({ url, headers }) => [url, headers.authorization])).toEqual([[url, expected]]);
});

test('names the address of the user as every proxy does', async () => {
  await proxy(datasource({}), routes, request('types'));
  expect(seen.splice(0)[0]?.headers['x-forwarded-for']).toBe('127.0.0.1');
});

const locked: readonly PluginRoute[] = [
  { path: 'events/counts', method: 'POST' },
  { path: 'events', method: 'POST', reqRole: 'Editor' },
  { path: '', method: 'POST', reqRole: 'Admin' },
];

test.each<[string, ProxyOptions, number]>([
  ['events/counts?by=type', {}, 200],
  ['events', {}, 403],
  ['./events/counts/../', { role: 'Viewer' }, 403],
  ['//events', {}, 403],
  ['events', { role: 'Editor' }, 200],
  ['spans/1/mark', { role: 'Editor' }, 403],
  ['spans/1/mark', { role: 'Admin' }, 200],
  ['spans/1/mark', { ignoresEmptyPaths: true }, 200],
])('answers POST %s with %j by %d', async (path, options, expected) => {
  const { status } = await proxy(datasource({}), locked, request(path, 'POST'), options);
  expect([status, seen.splice(0).length]).toEqual([expected, expected === 200 ? 1 : 0]);
});

describe('the routes of the plugin', () => {
  const own = plugin.routes as readonly PluginRoute[];
  const allowed = ['events/timeline', 'events/counts', 'report'];
  const older = { ignoresEmptyPaths: true };
  let changing: { method: string; path: string }[];

  beforeAll(async () => {
    const anthracite = await startAnthracite();
    const document = (await (await fetch(`${anthracite.url}/openapi.json`)).json()) as {
      paths: Record<string, Record<string, { security?: unknown; operationId?: string }>>;
    };
    await anthracite.stop();
    changing = Object.entries(document.paths).flatMap(([path, operations]) =>
      Object.keys(operations)
        .map((method) => method.toUpperCase())
        .filter((method) => ['POST', 'PUT', 'PATCH', 'DELETE'].includes(method))
        .map((method) => ({ method, path: path.slice(1).replace(/\{\w+\}/g, '7') })),
    );
    expect(changing.length).toBeGreaterThan(20);
  });

  const isRead = (path: string): boolean => /^(?:render|metrics|functions|tags)/.test(path);

  test('lock everything that is not read, for Viewers and Editors, by an empty path or by names', () => {
    for (const { method, path } of changing.filter(
      ({ path }) => !allowed.some((one) => path.startsWith(one)),
    )) {
      expect([path, routeOf(own, method, path)?.reqRole]).toEqual([path, 'Admin']);
      if (!isRead(path)) expect([path, routeOf(own, method, path, older)?.reqRole]).toEqual([path, 'Admin']);
    }
    expect(routeOf(own, 'POST', '//anything/else')?.reqRole).toBe('Admin');
  });

  test('allow long queries, with the token', () => {
    for (const path of allowed) {
      for (const options of [{}, older]) {
        expect(routeOf(own, 'POST', path, options)).toMatchObject({
          path,
          headers: [{ name: 'Authorization' }],
        });
      }
    }
  });

  test.each(['events/csv', 'events', 'eventsfoo', 'metrics', 'rejects', 'tokens', 'sign-in', 'health'])(
    'add the token not to GET %s',
    (path) => {
      expect(routeOf(own, 'GET', path)).toBeUndefined();
    },
  );

  test.each(['events/stream', 'events/42/followers', 'spans/42/suspects', 'types', 'tags/keys', 'report'])(
    'add the token to GET %s',
    (path) => {
      expect(routeOf(own, 'GET', path)?.headers).toHaveLength(1);
    },
  );
});

test('keeps a Viewer from writing to a real server, which also refuses what a proxy has passed on', async () => {
  const anthracite = await startAnthracite();
  const body = Buffer.from('{"type": "deploy_shop", "description": "by a viewer"}');
  const headers = { 'content-type': 'application/json' };
  const post = (options: ProxyOptions) =>
    proxy(
      { ...datasource({}), url: anthracite.url },
      plugin.routes as readonly PluginRoute[],
      { method: 'POST', path: 'events', headers, body },
      options,
    );
  const answers = await Promise.all([
    post({ role: 'Viewer' }),
    post({ role: 'Editor' }),
    post({ role: 'Admin' }),
  ]);
  await anthracite.stop();
  expect(answers.map(({ status, body }) => [status, JSON.parse(body.toString())])).toEqual([
    [403, { message: 'plugin proxy route access denied' }],
    [403, { message: 'plugin proxy route access denied' }],
    [403, expect.objectContaining({ code: 'PROXY_WITHOUT_TOKEN' })],
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
