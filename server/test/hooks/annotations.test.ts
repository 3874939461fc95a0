// Grafana's annotations API: what its clients write, read, change and delete.

import { start, type TestServer } from '../start';
import { fixturesOf, send } from './fixtures';
import { startWithHooks, writer } from './hook-server';

const now = Date.parse('2026-11-24T12:00:00Z');
const at = now - 3_600_000;
let server: TestServer;
beforeEach(async () => {
  server = await start({}, () => now);
});

async function call(method: string, path: string, body?: unknown): Promise<readonly [number, unknown]> {
  const response = await server.fetch(path, {
    method,
    ...(body !== undefined && {
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
    }),
  });
  const text = await response.text();
  return [response.status, text.startsWith('{') || text.startsWith('[') ? JSON.parse(text) : text];
}

async function listed(query = ''): Promise<Readonly<Record<string, unknown>>[]> {
  const [status, items] = await call('GET', `/api/annotations${query}`);
  expect(status).toBe(200);
  return items as Readonly<Record<string, unknown>>[];
}

test('answers with the id first and exactly 200, also with a slash at the end', async () => {
  const response = await server.fetch('/api/annotations/', {
    method: 'POST',
    body: JSON.stringify({ time: at, tags: ['deploy_shop'], text: 'release 42' }),
  });
  expect([response.status, await response.text()]).toEqual([200, '{"id":1,"message":"Annotation added"}']);
  expect(await call('POST', '/api/annotations/graphite', { what: 'a', when: at / 1_000 })).toEqual([
    200,
    { id: 2, message: 'Graphite annotation added' },
  ]);
});

test('tells seconds, milliseconds and nanoseconds by their size, and takes 0 and nothing for now', async () => {
  for (const time of [at / 1_000, at, at * 1_000, 0, null]) {
    await call('POST', '/api/annotations', { time, text: `written as ${time}` });
  }
  await call('POST', '/api/annotations/graphite', { what: 'in ms', when: at, tags: '' });
  await call('POST', '/api/annotations', { when: at / 1_000, text: 'from Flux' });
  const times = new Map((await listed()).map(({ text, time }) => [text, time]));
  expect(Object.fromEntries(times)).toEqual({
    [`written as ${at / 1_000}`]: at,
    [`written as ${at}`]: at,
    [`written as ${at * 1_000}`]: at,
    'written as 0': now,
    'written as null': now,
    'in ms': at,
    'from Flux': at,
  });
});

test('makes a region two marks, swaps its ends, and knows it when it is sent again', async () => {
  const region = {
    time: at + 60_000,
    timeEnd: at,
    tags: ['maintenance', 'env: prod'],
    text: 'index rebuild',
  };
  expect((await call('POST', '/api/annotations', region))[1]).toMatchObject({ id: 1 });
  expect((await call('POST', '/api/annotations', region))[1]).toMatchObject({ id: 1 });
  expect(await listed()).toEqual([
    {
      ...{ id: 1, dashboardUID: '', created: at, updated: at, time: at, timeEnd: at + 60_000 },
      ...{
        text: 'index rebuild',
        tags: ['maintenance', 'env=prod'],
        login: '',
        email: '',
        avatarUrl: '',
        data: {},
      },
    },
  ]);
  await call('POST', '/api/annotations', { timeEnd: at, tags: ['until_now'], text: 'x' });
  expect((await listed('?tags=until_now'))[0]).toMatchObject({ time: at, timeEnd: now });
});

test('finds what a client wrote by the tags that it wrote', async () => {
  await call('POST', '/api/annotations', {
    time: at,
    tags: ['deploy', 'kind: Kustomization', 'two words'],
    text: 'a',
  });
  await call('POST', '/api/annotations', { time: at, tags: ['deploy', '10:15', 'http://x/y'], text: 'b' });
  await call('POST', '/api/annotations', {
    time: at,
    timeEnd: now,
    tags: ['work', 'k:v'],
    text: 'c',
    dashboardUID: 'd1',
    panelId: 4,
  });
  const texts = async (query: string) => (await listed(query)).map(({ text }) => text);
  expect(await texts('?tags=kind:%20Kustomization')).toEqual(['a']);
  expect(await texts('?tags=deploy&tags=two%20words')).toEqual(['a']);
  expect(await texts('?tags=deploy&tags=k:v')).toEqual([]);
  expect((await texts('?tags=deploy&tags=k:v&matchAny=true')).sort()).toEqual(['a', 'b', 'c']);
  expect(await texts('?tags=10:15')).toEqual(['b']);
  expect(await texts('?tags=work')).toEqual(['c']);
  expect(await texts('?dashboardUID=d1&panelId=4')).toEqual(['c']);
  expect(await listed('?dashboardUID=d1')).toMatchObject([
    { dashboardUID: 'd1', panelId: 4, tags: ['work', 'k=v'] },
  ]);
  expect(await texts('?type=alert')).toEqual([]);
  expect((await call('GET', '/api/annotations/tags?tag=DEP'))[1]).toEqual({
    result: { tags: [{ tag: 'deploy', count: 2 }] },
  });
});

test('lists what overlaps a range, the latest end first', async () => {
  for (const [time, timeEnd, text] of [
    [at, at + 50, 'region'],
    [at + 10, undefined, 'early'],
    [at + 60, undefined, 'late'],
  ] as const) {
    await call('POST', '/api/annotations', { time, timeEnd, text });
  }
  const texts = async (query: string) => (await listed(query)).map(({ text }) => text);
  expect(await texts('')).toEqual(['late', 'region', 'early']);
  expect(await texts(`?from=${at + 20}&to=${at + 30}`)).toEqual(['region']);
  // As in Grafana, one of the two alone is ignored, and so are other texts.
  expect(await texts(`?from=${at + 20}`)).toHaveLength(3);
  expect(await texts('?from=yesterday&to=now')).toHaveLength(3);
  expect(await texts('?limit=2')).toEqual(['late', 'region']);
});

test('changes an annotation: PATCH keeps fields that are not sent, PUT removes tags', async () => {
  await call('POST', '/api/annotations', { time: at, tags: ['a', 'b'], text: 'x', dashboardUID: 'd1' });
  expect(await call('PATCH', '/api/annotations/1', { text: 'y' })).toEqual([
    200,
    { message: 'Annotation patched' },
  ]);
  expect((await call('GET', '/api/annotations/1'))[1]).toMatchObject({
    text: 'y',
    tags: ['a', 'b'],
    time: at,
  });
  expect(await call('PUT', '/api/annotations/1', { text: 'z' })).toEqual([
    200,
    { message: 'Annotation updated' },
  ]);
  const [, item] = await call('GET', '/api/annotations/1');
  expect(item).toMatchObject({ text: 'z', time: at, dashboardUID: 'd1' });
  expect(item).not.toHaveProperty('tags');
});

test('makes a point a region when it gets an end, and moves the end of a region', async () => {
  await call('POST', '/api/annotations', { time: at, tags: ['deploy_shop'], text: 'begins' });
  await call('PATCH', '/api/annotations/1', { timeEnd: at + 5_000 });
  expect(await listed()).toMatchObject([{ id: 1, time: at, timeEnd: at + 5_000, tags: ['deploy_shop'] }]);
  await call('PATCH', '/api/annotations/1', { timeEnd: at + 9_000, tags: ['deploy_shop', 'env:prod'] });
  expect(await listed()).toMatchObject([{ id: 1, timeEnd: at + 9_000, tags: ['deploy_shop', 'env=prod'] }]);
  expect(await server.json('/spans?from=2026-11-01')).toMatchObject({
    spans: [{ end: at + 9_000, problems: [] }],
  });
});

test('deletes both marks of a region, and answers 200 for an unknown id', async () => {
  await call('POST', '/api/annotations', { time: at, timeEnd: now, text: 'x' });
  expect(await call('DELETE', '/api/annotations/1')).toEqual([200, { message: 'Annotation deleted' }]);
  expect(await call('DELETE', '/api/annotations/999')).toEqual([200, { message: 'Annotation deleted' }]);
  expect(await listed()).toEqual([]);
  expect(await server.json('/events/json?from=2026-11-01')).toMatchObject({ events: [] });
});

test.each([
  ['POST', '/api/annotations', { time: 0, tags: ['x'] }, 400, /"text"/],
  ['POST', '/api/annotations', { time: '2026-11-24', text: 'x' }, 400, /"time"/],
  ['POST', '/api/annotations', { time: 5, text: 'x' }, 400, /before 1980/],
  ['POST', '/api/annotations', { tags: 'x', text: 'x' }, 400, /"tags"/],
  ['POST', '/api/annotations', { tags: ['x', 1], text: 'x' }, 400, /"tags"/],
  ['POST', '/api/annotations', [], 400, /JSON object/],
  ['POST', '/api/annotations/graphite', { tags: ['x'] }, 400, /"what"/],
  ['POST', '/api/annotations/graphite', { what: 'x', data: {} }, 400, /"data"/],
  ['PATCH', '/api/annotations/5', { text: 'x' }, 404, /Annotation not found/],
  ['PUT', '/api/annotations/5', { text: 'x' }, 404, /Annotation not found/],
  ['GET', '/api/annotations/5', undefined, 404, /Annotation not found/],
  ['GET', '/api/annotations/x', undefined, 400, /annotationId is invalid/],
  ['DELETE', '/api/annotations/undefined', undefined, 400, /annotationId is invalid/],
])('refuses %s %s %j with a message', async (method, path, body, status, message) => {
  expect(await call(method, path, body)).toEqual([
    status,
    expect.objectContaining({ message: expect.stringMatching(message) }),
  ]);
});

test("keeps no password and no false status of Ansible's callback", async () => {
  const hooks = await startWithHooks();
  for (const fixture of fixturesOf('captured-hooks/ansible-grafana-callback')) {
    const authorization = { authorization: `Bearer ${writer}` };
    expect([fixture.name, (await send(hooks.server.url, fixture, authorization)).status]).toEqual([
      fixture.name,
      200,
    ]);
  }
  const events = await hooks.events();
  const text = JSON.stringify(events);
  expect(text).not.toContain('password=hunter2');
  expect(text).not.toContain('stdout');
  expect(text).toContain('failed on h2');
  expect(events.filter(({ tags }) => String(tags).includes('status=failed')).map(({ type }) => type)).toEqual(
    ['ansible_start', 'ansible_end'],
  );
});
