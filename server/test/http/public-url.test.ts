// A proxy serves the server under a path: responses contain the public URLs.

import { loadConfig } from '../../src/config';
import { ownPaths } from '../../src/own-paths';
import { start, type TestServer } from '../start';

const publicUrl = 'https://events.example.com/anthracite';

let server: TestServer;
beforeAll(async () => {
  server = await start({ 'public-url': `${publicUrl}/` });
  await server.send('1467844481 deploy_web release 1\n1467844482 deploy_web release 2\n');
});

const text = async (path: string): Promise<string> => (await server.fetch(path)).text();
const locationOf = async (path: string, init: RequestInit = {}): Promise<string | null> =>
  (await server.fetch(path, { redirect: 'manual', ...init })).headers.get('location');

test('answers a path with and without the prefix of the proxy, and no other', async () => {
  for (const path of ['/events/json', '/anthracite/events/json?', '/anthracite/events/json?limit=1']) {
    expect((await server.fetch(path)).status).toBe(200);
  }
  for (const path of [
    '/anthracitex/events/json',
    '/anthracite/anthracite/events/json',
    '/x/anthracite/events/json',
  ]) {
    expect((await server.fetch(path)).status).toBe(404);
  }
});

test('redirects to URLs below the prefix', async () => {
  for (const path of ['/', '/anthracite', '/anthracite/']) {
    expect(await locationOf(path)).toBe('/anthracite/events/');
  }
  const headers = { accept: 'text/html' };
  expect(await locationOf('/report?from=', { headers })).toBe('/anthracite/report');
  expect(await locationOf('/sign-out', { method: 'POST' })).toBe('/anthracite/sign-in');
});

test('links the next page of a list below the prefix', async () => {
  const { headers } = await server.fetch('/anthracite/events/json?limit=1&from=20160101');
  const [, next = ''] = /^<(.*)>; rel="next"$/.exec(headers.get('link') ?? '') ?? [];
  expect(next).toMatch(/^\/anthracite\/events\/json\?limit=1&from=20160101&after=/);
  expect(await server.json(next)).toMatchObject({ events: [{ description: 'release 2' }] });
});

test('names absolute URLs in a feed', async () => {
  const feed = await text('/events/atom?from=20160101&limit=1');
  expect(feed).toContain(`xml:base="${publicUrl}/"`);
  expect(feed).toContain(`<id>${publicUrl}/events/atom?from=20160101&amp;limit=1</id>`);
  const hrefs = [...feed.matchAll(/<link [^>]*href="([^"]*)"/g)].map(([, href = '']) =>
    new URL(href.replaceAll('&amp;', '&'), `${publicUrl}/`).href.replace(/after=.*/, 'after='),
  );
  expect(hrefs).toEqual([
    `${publicUrl}/events/atom?from=20160101&limit=1`,
    `${publicUrl}/events/`,
    `${publicUrl}/events/atom?from=20160101&limit=1&after=`,
    expect.stringMatching(`^${publicUrl}/events/\\d+$`),
  ]);
});

test.each(['/events/html?from=20160101', '/events/', '/events'])(
  'keeps the links of the table %s below the prefix',
  async (path) => {
    const page = await text(path);
    expect(page).toContain('<base href="/anthracite/">');
    for (const [, href] of page.matchAll(/<a href="([^"]*)"/g)) expect(href).toMatch(/^events\/\d+$/);
  },
);

test('names the server in the OpenAPI document', async () => {
  expect(await server.json('/openapi.json')).toMatchObject({ servers: [{ url: publicUrl }] });
  expect(await (await start()).json('/openapi.json')).toMatchObject({ servers: [{ url: '/' }] });
});

test('accepts the host name of public-url', async () => {
  const { hostNames } = server.app;
  expect(hostNames.has('events.example.com')).toBe(true);
});

test('refuses a prefix that is a route: the server could not know whether a proxy removed it', () => {
  const first = server.app.http.routes.map(({ url }) => url.split('/')[1] ?? '');
  expect([...ownPaths].sort()).toEqual([...new Set(first)].filter((part) => part !== '').sort());
});

test.each([
  'example.com/anthracite',
  '/anthracite',
  'ftp://example.com/',
  'https://ada:secret@example.com/',
  'https://example.com/a?b',
  'https://example.com/a#b',
  'https://example.com/a"b',
  'https://example.com/a;b',
  'https://example.com/a%20b',
  'https://example.com/events',
  'https://example.com/report/x/',
])('refuses %s as a public URL', (value) => {
  expect(() => loadConfig({ 'public-url': value }, {})).toThrow(
    /public-url is .*; expected an http\(s\) URL/,
  );
});
