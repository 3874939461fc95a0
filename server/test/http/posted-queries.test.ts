// Thousands of values of a dashboard variable: posted as a form, or as Grafana's braces in the URL of Graphite's routes.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hasProgram, needs, runProgram, temporaryFolder } from '@anthracite/testing';
import { start, type TestServer } from '../start';

const withCurl = needs('curl', hasProgram('curl', '--version'));

const count = 5_000;
const hosts = Array.from({ length: count }, (_, i) => `web${String(i).padStart(4, '0')}`);
const secret = 'the-long-secret-of-a-viewer';
let server: TestServer;

beforeAll(async () => {
  server = await start({}, Date.now, { ANTHRACITE_TOKENS: `viewer:read:${secret} sender:write:${secret}-2` });
  const lines = [
    '1500000001 deploy_shop;host=web0000;env=prod first\n',
    '1500000002 deploy_shop;host=web4999;env=prod last\n',
    '1500000003 deploy_shop;host=db1;env=prod other\n',
    '1500000004 incident_sev1_start;incident=7;host=web2500 open\n',
  ];
  await server.send(lines.join(''));
});

const authorization = `Bearer ${secret}`;
const range = 'from=2017-07-14&until=2017-07-15';

function form(...pairs: readonly (readonly [string, string])[]): string {
  return new URLSearchParams(pairs.map(([name, value]) => [name, value])).toString();
}

function post(path: string, body: string, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
  const all = { authorization, 'content-type': 'application/x-www-form-urlencoded', ...headers };
  return server.fetch(path, { method: 'POST', body, headers: all });
}

const anyHost = form(...hosts.map((host): [string, string] => ['any', `host=${host}`]));
const noHost = form(...hosts.map((host): [string, string] => ['none', `host=${host}`]));

test.each([
  ['/events/json', 'events', ['first', 'last', 'open']],
  ['/events/timeline', 'events', ['last', 'first']],
])('answers %s with %s of 5,000 tags as a form', async (path, list, expected) => {
  const response = await post(`${path}?${range}`, anyHost);
  expect(response.status).toBe(200);
  const answer = (await response.json()) as Record<string, readonly { description: string }[]>;
  expect(answer[list]?.map(({ description }) => description)).toEqual(expected);
});

test('finds events with one of the tags of each list', async () => {
  const lists = form(['some', hosts.map((host) => `host=${host}`).join(' ')], ['some', 'env=prod env=test']);
  const listed = (await (await post(`/events/json?${range}`, lists)).json()) as {
    events: readonly { description: string }[];
  };
  expect(listed.events.map(({ description }) => description)).toEqual(['first', 'last']);
  const counts = await post(`/events/counts?${range}`, `${lists}&some=host%3Dweb0000`);
  expect(await counts.json()).toMatchObject({ series: [{ total: 1 }] });
  const spans = await post(
    `/spans?${range}`,
    form(['some', 'host=web1 host=web2500'], ['some', 'incident=*']),
  );
  expect(await spans.json()).toMatchObject({ spans: [{ title: 'open' }] });
});

test('does not restrict a page by lists of tags, because its form does not show them', async () => {
  const headers = { authorization, accept: 'text/html' };
  const page = await (await server.fetch('/events/?range=all&some=host%3Dweb0000', { headers })).text();
  for (const shown of ['first', 'other']) expect(page).toContain(shown);
});

test.each([
  ['a list without tags', ['some=+']],
  ['65 lists', Array.from({ length: 65 }, (_, i) => `some=${i}`)],
  ['10,001 values in lists', [`some=${Array.from({ length: 10_001 }, (_, i) => i).join('+')}`]],
  [
    '257 patterns in two lists',
    ['some=a*', `some=${Array.from({ length: 256 }, (_, i) => `${i}*`).join('+')}`],
  ],
  ['a tag of 4,097 characters', [`some=a+${'b'.repeat(4_097)}`]],
])('refuses %s', async (_name, pairs) => {
  const response = await post('/events/json', pairs.join('&'));
  expect([response.status, await response.json()]).toMatchObject([400, { code: 'BAD_PARAMETER' }]);
});

test('excludes 5,000 tags and 5,000 types', async () => {
  const others = await post(`/events/json?${range}`, noHost);
  expect(await others.json()).toMatchObject({ events: [{ description: 'other' }] });
  const types = form(...hosts.map((host): [string, string] => ['type', host]), ['type', 'deploy_*']);
  const deploys = await post(`/events/counts?${range}`, types);
  expect(await deploys.json()).toMatchObject({ series: [{ total: 3 }] });
  const without = form(...hosts.map((host): [string, string] => ['type', `!${host}`]), ['type', '!deploy_*']);
  expect(await (await post(`/events/raw?${range}`, without)).text()).toContain('open');
});

test('accepts the form for spans and the report', async () => {
  const spans = await post(`/spans?${range}`, anyHost);
  expect(await spans.json()).toMatchObject({ spans: [{ title: 'open' }] });
  const report = await post(`/report?${range}`, anyHost);
  expect(await report.json()).toMatchObject({ incidents: { count: 1 } });
});

test('finds nothing for more required tags than an event can have', async () => {
  const all = form(...hosts.map((host): [string, string] => ['all', `host=${host}`]));
  expect(await (await post(`/events/json?${range}`, all)).json()).toMatchObject({ events: [] });
});

test('continues a posted list with after, without a Link to a different query', async () => {
  const first = await post(`/events/json?${range}&limit=1`, anyHost);
  expect(first.headers.get('link')).toBeNull();
  const { next } = (await first.json()) as { next: string };
  const second = await post(`/events/json?${range}&limit=1`, `${anyHost}&after=${next}`);
  expect(await second.json()).toMatchObject({ events: [{ description: 'last' }] });
});

test('links a posted page, feed or calendar to no next page, because it would lack the form', async () => {
  const page = await (await post(`/events/html?${range}&limit=1`, anyHost)).text();
  expect(page).toMatch(/truncated: post the same form with after=\d+_\d+ to continue/);
  const texts = [page];
  for (const path of ['/events/atom', '/events/ics', '/spans/ics'])
    texts.push(await (await post(`${path}?${range}&limit=1`, `${anyHost}&any=env%3Dprod`)).text());
  for (const text of texts) expect(text).not.toMatch(/rel="next"|X-ANTHRACITE-NEXT/);
  const asked = await server.fetch(`/events/ics?${range}&limit=1`, { headers: { authorization } });
  expect(await asked.text()).toContain('X-ANTHRACITE-NEXT');
});

test('requires the role read for a posted query', async () => {
  expect((await post('/events/json', 'any=a', { authorization: '' })).status).toBe(401);
  expect((await post('/events/json', 'any=a', { authorization: `${authorization}-2` })).status).toBe(403);
});

test('refuses an unknown parameter in a form as in a URL', async () => {
  const response = await post('/events/json', 'nonsense=1');
  expect([response.status, await response.json()]).toMatchObject([400, { code: 'UNKNOWN_PARAMETER' }]);
  const json = await post('/events/json', '{}', { 'content-type': 'application/json' });
  expect([json.status, await json.json()]).toMatchObject([415, { code: 'UNSUPPORTED_MEDIA_TYPE' }]);
});

test('refuses hundreds of thousands of names in one form at once, without delay for others', async () => {
  const maxBytes = 2_621_440;
  const names = Array.from({ length: maxBytes / 8 }, (_, i) => `n${String(i).padStart(6, '0')}`);
  const [refused, health] = await Promise.all([
    post('/events/counts', names.join('&')),
    server.fetch('/health'),
  ]);
  expect([refused.status, await refused.json()]).toMatchObject([400, { code: 'UNKNOWN_PARAMETER' }]);
  expect(health.status).toBe(200);
});

test('asks in the refusal of a GET with too long a URL to use POST', async () => {
  const response = await server.fetch(`/events/json?${anyHost}`, { headers: { authorization } });
  expect(response.status).toBe(431);
  const expected = {
    code: 'HEAD_TOO_LARGE',
    error: expect.stringContaining('post the parameters as a form'),
  };
  expect(await response.json()).toMatchObject(expected);
});

test.each([
  ['10,001 values', Array.from({ length: 10_001 }, (_, i) => `any=${i}`)],
  ['257 patterns', Array.from({ length: 257 }, (_, i) => `any=${i}*`)],
])('refuses %s, which are more than one parameter accepts', async (_name, pairs) => {
  const response = await post('/events/json', pairs.join('&'));
  expect([response.status, await response.json()]).toMatchObject([400, { code: 'BAD_PARAMETER' }]);
});

test("finds the events of 5,000 values in Grafana's braces at get_data and in /render", async () => {
  const braces = `{${hosts.map((host) => `host=${host}`).join(',')}}`.replaceAll('host=', '');
  await server.send('1500000005 web4321 by its type\n');
  const data = await server.fetch(
    `/events/get_data?from=1500000000&until=1500000009&tags=${encodeURIComponent(braces)}`,
    { headers: { authorization } },
  );
  expect(await data.json()).toMatchObject([{ what: 'by its type' }]);
  const target = `events("${braces}")`;
  const render = await post(
    '/render',
    form(['target', target], ['from', '1500000000'], ['until', '1500000009']),
  );
  const [series] = (await render.json()) as { datapoints: [number | null, number][] }[];
  expect(series?.datapoints.filter(([value]) => value !== null)).toEqual([[1, 1_500_000_005]]);
});

withCurl('curl asks for 5,000 values as a form, and in the URL of get_data', async () => {
  const folder = temporaryFolder();
  const file = join(folder, 'query');
  writeFileSync(file, anyHost);
  const curl = (...args: readonly string[]) =>
    runProgram('curl', ['--silent', '--fail', '--oauth2-bearer', secret, ...args]);
  const posted = await curl('--data', `@${file}`, `${server.url}/events/json?${range}`);
  const { events } = JSON.parse(posted.stdout) as { events: readonly { description: string }[] };
  expect(events.map(({ description }) => description)).toEqual(['first', 'last', 'open']);
  await server.send('1500000006 web1234 asked for by curl\n');
  const at = `${server.url}/events/get_data?from=1500000006&until=1500000006&tags={${hosts.join(',')}}`;
  const listed = await curl('--globoff', at);
  expect(JSON.parse(listed.stdout)).toMatchObject([{ what: 'asked for by curl' }]);
});
