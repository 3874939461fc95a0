// Hostile parameters: never a 500, never a message of SQLite, and never more events than the query selects.

import fc from 'fast-check';
import { start, type TestServer } from '../start';

let server: TestServer;
beforeAll(async () => {
  server = await start();
  const lines = Array.from(
    { length: 300 },
    (_, i) => `${1_500_000_000 + i} type${i % 5};k=${i % 7};word event ${i}\n`,
  );
  const marks = Array.from(
    { length: 60 },
    (_, i) =>
      `${1_500_000_000 + i} incident_sev${i % 5}_${i % 2 ? 'start' : 'end'};k=${i % 7};impact=${i * 3} mark ${i}\n`,
  );
  await server.send([...lines, ...marks].join(''));
});

const hostile = [
  '"',
  "'",
  "' OR 1=1 --",
  '%',
  '_',
  'NEAR(',
  'type:type1',
  'a AND',
  '^',
  '-x',
  '__proto__',
  'constructor',
  'toString',
  '\u0000',
  '\ud800',
  '\u202e',
  '[]',
  '{}',
  'null',
  'NaN',
  '-1',
  '1e400',
  '9'.repeat(30),
  '9'.repeat(5_000),
  'now-'.repeat(50),
  '(((((((((((((((((a+)+)+)+)+)+)+)+)+)+)+)+$',
  '$(reboot)',
  '../../etc/passwd',
  '=cmd|calc',
  'x;DROP TABLE events',
];
const names = [
  'from',
  'until',
  'type',
  'any',
  'all',
  'none',
  'some',
  'q',
  'group',
  'window',
  'interval',
  'by',
  'period',
  'tz',
  'tags',
  'set',
  'order',
  'limit',
  'after',
  'before',
  'prefix',
  'jsonp',
  'target',
  'format',
  'maxDataPoints',
  'noNullPoints',
  'query',
  '__proto__',
  'x[]',
  'toString',
];
const paths = [
  '/events/get_data',
  '/events',
  '/events/json',
  '/events/raw',
  '/events/csv',
  '/events/xml',
  '/events/atom',
  '/events/ics',
  '/events/ndjson',
  '/events/html',
  '/events/counts',
  '/spans',
  '/spans/ics',
  '/report',
  '/report/csv',
  '/events/1/history',
  '/types',
  '/tags',
  '/tags/keys',
  '/events/timeline',
  '/rejects',
  '/targets/undelivered',
  '/render',
  '/metrics/find',
  '/functions',
  '/events/1',
  '/events/x',
  '/tags/autoComplete/values',
];

const value = fc.oneof(
  fc.constantFrom(...hostile),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom(
    'type1',
    'k=1',
    'word',
    '1500000000',
    'now',
    'ascending',
    'all',
    '*',
    'type*',
    '!type1',
    '*a*b*c*d*e*f*g*h*',
    `${'*a'.repeat(40)}b`,
    '10',
    'union',
    'events("*")',
  ),
);
const request = fc.record({
  path: fc.constantFrom(...paths),
  parameters: fc.array(fc.tuple(fc.constantFrom(...names), value), { maxLength: 6 }),
});
const encode = (text: string): string => encodeURIComponent(text.toWellFormed());

test('answers any parameters without a failure and without internal details', async () => {
  await fc.assert(
    fc.asyncProperty(request, async ({ path, parameters }) => {
      const query = parameters.map(([name, given]) => `${encode(name)}=${encode(given)}`).join('&');
      const response = await server.fetch(`${path}?${query}`);
      const text = await response.text();
      expect({ status: response.status, text: text.slice(0, 200) }).not.toMatchObject({ status: 500 });
      expect([200, 400, 404, 405]).toContain(response.status);
      expect(text).not.toMatch(/sqlite|SELECT |syntax error|at \S+\.js:\d+/i);
      if (response.status === 400) expect(JSON.parse(text)).toMatchObject({ error: expect.any(String) });
    }),
    { numRuns: 2_000 },
  );
}, 600_000);

test.each(hostile)('matches no events with the unknown type, tag or word %j', async (text) => {
  for (const query of [`type=${encode(text)}`, `all=${encode(text)}`, `any=${encode(text)}`]) {
    const response = await server.fetch(`/events/raw?from=0&${query}`);
    if (response.status === 200) expect(await response.text()).toBe('');
    else expect(response.status).toBe(400);
  }
  const words = await server.fetch(`/events/get_data?from=0&set=intersection&tags=${encode(text)}`);
  if (words.status === 200) expect(await words.json()).toEqual([]);
  else expect(words.status).toBe(400);
});

test('refuses a query of a megabyte without reading it', async () => {
  const response = await server.fetch(`/events/json?type=${'x'.repeat(1_000_000)}`).catch(() => null);
  if (response) expect([400, 414, 431]).toContain(response.status);
  expect((await server.fetch('/health')).status).toBe(200);
});

test.each([
  ["an id of one's own", { id: 7, type: 'a', description: 'x' }],
  ["an admin's field", { type: 'a', description: 'x', role: 'admin' }],
  ['a prototype', JSON.parse('{"type": "a", "description": "x", "__proto__": {"x": 1}}')],
])('refuses %s in a body by name', async (_what, body) => {
  const response = await server.fetch('/events', { method: 'POST', body: JSON.stringify(body) });
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ code: 'UNKNOWN_FIELD' });
});

test.each([
  ['deep brackets', '['.repeat(100_000), 400],
  ['deep objects', `{"type":${'{"a":'.repeat(50_000)}`, 400],
  ['a deep title', `{"what":${'['.repeat(1_000)}${']'.repeat(1_000)}}`, 400],
  ['more items than one request may have', `[${'{},'.repeat(50_000)}{}]`, 413],
  ['as many items as one request may have, all wrong', `[${'{},'.repeat(49_999)}{}]`, 400],
])('refuses a body of %s with a short response', async (_what, body, status) => {
  const response = await server.fetch('/events', { method: 'POST', body });
  expect(response.status).toBe(status);
  expect((await response.text()).length).toBeLessThan(200_000);
});

test('refuses more lines than one request can have; lists the first of many wrong lines and counts all', async () => {
  const headers = { 'content-type': 'text/plain' };
  const tooMany = await server.fetch('/events', { method: 'POST', headers, body: 'x\n'.repeat(50_001) });
  expect(tooMany.status).toBe(413);
  expect(await tooMany.json()).toMatchObject({ code: 'TOO_MANY_ITEMS' });
  const body = `${'x\n'.repeat(1_500)}5 a b\n`;
  const answer = await server.json('/events', { method: 'POST', headers, body });
  expect(answer).toMatchObject({ stored: 1, rejected: 1_500, truncated: true, problems: { length: 1_000 } });
});
