// Bodies that are nested thousands of levels deep are refused with a message at every door, without a failure.

import { until } from '@anthracite/testing';
import { start, type TestServer } from '../start';

jest.setTimeout(120_000);

const levels = 5_000;
const lists = '['.repeat(levels) + ']'.repeat(levels);
const objects = `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`;
const bodies = [
  ['lists', lists],
  ['objects', objects],
  ['lists that never end', '['.repeat(levels)],
  ['a field', `{"type":"a","description":${lists}}`],
  ['tags', `{"type":"a","description":"a","tags":${lists}}`],
] as const;

let server: TestServer;
beforeAll(async () => {
  server = await start();
  await server.json('/events', { method: 'POST', body: '{"type":"a","description":"a"}' });
});

const send = (method: string, path: string, body: string, type = 'application/json') =>
  server.fetch(path, { method, body, headers: { 'content-type': type }, redirect: 'manual' });

test('fails at no route', async () => {
  const failures: string[] = [];
  for (const { methods, url } of server.app.http.routes) {
    for (const method of methods.filter((one) => one === 'POST' || one === 'PATCH')) {
      for (const [what, body] of bodies) {
        const path = url.replace(':id', '1').replace(':name', 'nobody');
        const { status } = await send(method, path, body);
        if (status >= 500) failures.push(`${status} ${method} ${path} ${what}`);
      }
    }
  }
  expect(failures).toEqual([]);
});

test.each([
  ['POST', '/events', 'application/json'],
  ['POST', '/events', 'application/x-ndjson'],
  ['POST', '/events/', 'application/json'],
  ['PATCH', '/events/1', 'application/json'],
  ['POST', '/rejects', 'application/json'],
])('names the fault in %s %s as %s', async (method, path, type) => {
  for (const [, body] of bodies) {
    const response = await send(method, path, body, type);
    expect(response.status).toBe(400);
    expect(await response.text()).toContain('nested deeper than 64 levels');
  }
});

test('refuses a million levels as well', async () => {
  const response = await send('POST', '/events', '['.repeat(1_200_000) + ']'.repeat(1_200_000));
  expect([response.status, ((await response.json()) as { code: string }).code]).toEqual([
    400,
    'JSON_TOO_DEEP',
  ]);
});

test('accepts a report of Puppet and a message of Chef, and keeps unreadable ones as rejected lines', async () => {
  const report = `--- !ruby/object:Puppet::Transaction::Report\nhost: nested\nstatus: failed\nlogs: ${lists}\n`;
  expect((await send('POST', '/puppet/reports', report, 'application/yaml')).status).toBe(202);
  expect((await send('POST', '/chef/data-collector', lists)).status).toBe(202);
  await until(async () => {
    const { rejects } = (await server.json('/rejects')) as { rejects: { door: string }[] };
    return ['puppet', 'chef'].every((door) => rejects.some((one) => one.door === door));
  }, 'both are rejected lines');
  expect(await server.json('/health')).toMatchObject({ status: 'ok' });
});
