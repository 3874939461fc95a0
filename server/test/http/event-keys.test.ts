// Events that are submitted with a key, in the field or the header: a repetition with other text stays one event.

import { request } from 'node:http';
import { start, type TestServer } from '../start';
import { visit } from '../web/pages';

interface Answer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: answers of several shapes, compared with expectations
  readonly json: any;
}

const secretOf = (name: string): string => `the-long-secret-of-${name}`;
const ANTHRACITE_TOKENS = ['ci', 'cd'].map((name) => `${name}:write:${secretOf(name)}`).join(' ');

let server: TestServer;
beforeAll(async () => {
  server = await start({ 'read-access': 'open', 'write-access': 'open' }, Date.now, { ANTHRACITE_TOKENS });
});

async function post(
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
  path = '/events',
): Promise<Answer> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const response = await server.fetch(path, { method: 'POST', body: text, headers });
  const answer = await response.text();
  return { status: response.status, json: answer.startsWith('{') ? JSON.parse(answer) : answer };
}

const withKey = (key: string) => ({ 'idempotency-key': key });
const as = (name: string) => ({ authorization: `Bearer ${secretOf(name)}` });
const count = async (type: string): Promise<number> =>
  ((await server.json(`/events/json?limit=all&type=${type}`)) as { events: unknown[] }).events.length;
const detail = (id: number): Promise<unknown> =>
  server.json(`/events/${id}`, { headers: { accept: 'application/json' } });

test('stores one event for the same key with different texts', async () => {
  const first = await post({ type: 'twice', description: 'first', key: 'twice' });
  expect(first).toEqual({ status: 201, json: { id: expect.any(Number), new: true } });
  const again = { type: 'twice', time: 1_500_000_000_000, description: 'in other words', tags: ['x'] };
  const known = { status: 200, json: { id: first.json.id, new: false } };
  expect(await post({ ...again, key: 'twice' })).toEqual(known);
  expect(await post(again, withKey('twice'))).toEqual(known);
  expect(await post(again, withKey('"twice"'))).toEqual(known);
  expect(await count('twice')).toBe(1);
  expect(await detail(first.json.id)).toMatchObject({ what: 'first', key: 'twice' });
});

test('gives the same answer after an edit and after a deletion, and restores nothing', async () => {
  const { json } = await post({ type: 'kept', description: 'first', key: 'kept' });
  const again = () => post({ type: 'kept', description: 'again', key: 'kept' });
  const known = { status: 200, json: { id: json.id, new: false } };
  await server.fetch(`/events/${json.id}`, { method: 'PATCH', body: '{"description": "edited"}' });
  expect(await again()).toEqual(known);
  expect(await detail(json.id)).toMatchObject({ what: 'edited', key: 'kept' });
  await server.fetch(`/events/${json.id}`, { method: 'DELETE' });
  expect(await again()).toEqual(known);
  expect(await count('kept')).toBe(0);
});

test('separates the keys of tokens; requests without a token share theirs', async () => {
  const event = (n: number) => ({ type: 'own', description: `event ${n}`, key: 'own' });
  const ids: number[] = [];
  for (const [n, headers] of [{}, as('ci'), as('cd')].entries()) {
    const { status, json } = await post(event(n), headers);
    expect(status).toBe(201);
    ids.push(json.id);
  }
  for (const [n, headers] of [{}, as('ci'), as('cd')].entries()) {
    expect(await post(event(n + 3), headers)).toEqual({ status: 200, json: { id: ids[n], new: false } });
  }
  expect(await count('own')).toBe(3);
});

test('accepts a key per event in a list and NDJSON, and stores the first event of each', async () => {
  const items = ['a', 'b', 'a', undefined].map((key, n) => ({ type: 'list', description: `${n}`, key }));
  const { json } = await post(items);
  expect(json).toMatchObject({ stored: 3, duplicate: 1 });
  expect(json.events[2]).toEqual({ id: json.events[0].id, new: false });
  const lines = ['a', 'c', 'b'].map((key) => JSON.stringify({ type: 'list', description: 'line', key }));
  const ndjson = await post(lines.join('\n'), { 'content-type': 'application/x-ndjson' });
  expect(ndjson.json).toMatchObject({
    stored: 1,
    duplicate: 2,
    events: [json.events[0].id, expect.any(Number), json.events[1].id].map((id) => ({ id })),
  });
  expect(await count('list')).toBe(4);
});

test.each([
  ["Graphite's JSON", '{"what": "WORDS", "tags": "header_graphite"}', 'application/json', 'header_graphite'],
  ['a form', 'what=WORDS&tags=header_form', 'application/x-www-form-urlencoded', 'header_form'],
  ['a list of one', '[{"type": "header_list", "description": "WORDS"}]', 'application/json', 'header_list'],
  ['one line', '# note\r\n\r\n1500000000 header_line WORDS\r\n', 'text/plain', 'header_line'],
  [
    'one line of NDJSON',
    '\n{"type": "header_ndjson", "description": "WORDS"}\n',
    'application/x-ndjson',
    'header_ndjson',
  ],
])('identifies %s by the header', async (_, body, type, event) => {
  for (const words of ['first', 'again']) {
    const headers = { 'content-type': type, ...withKey(`header ${event}`) };
    expect((await post(body.replace('WORDS', words), headers)).status).toBeLessThan(202);
  }
  expect(await count(event)).toBe(1);
});

test('identifies an event of the original form by the header', async () => {
  const form = (text: string) => `event_tags=original&event_desc=${text}`;
  const headers = { 'content-type': 'application/x-www-form-urlencoded', ...withKey('original') };
  const first = await post(form('first'), headers, '/events/add');
  expect(first).toMatchObject({ status: 201, json: expect.stringMatching(/^ok event_id=\d+/) });
  expect(await post(form('again'), headers, '/events/add')).toEqual(first);
  expect(await count('original')).toBe(1);
});

const longest = 'ä'.repeat(100);
test.each([
  ['an empty key', { key: '' }, {}, 'EMPTY_KEY', 'send a text of 1 to 200 bytes'],
  ['an empty header', {}, withKey(''), 'EMPTY_KEY', 'send a text of 1 to 200 bytes'],
  ['quotes around nothing', {}, withKey('""'), 'EMPTY_KEY', 'send a text of 1 to 200 bytes'],
  [
    '201 bytes',
    { key: `${longest}a` },
    {},
    'KEY_TOO_LONG',
    `"${'ä'.repeat(60)}..." is longer than 200 bytes`,
  ],
  ['201 bytes in the header', {}, withKey('a'.repeat(201)), 'KEY_TOO_LONG', 'longer than 200 bytes'],
  [
    'a control character',
    { key: 'a\u0007b' },
    {},
    'CONTROL_IN_KEY',
    '"a\\\\u0007b" contains a control character',
  ],
  ['a tab in the header', {}, withKey('a\tb'), 'CONTROL_IN_KEY', 'contains a control character'],
  ['half a character', { key: '\ud800' }, {}, 'LONE_SURROGATE', 'send the complete character'],
  ['a number', { key: 7 }, {}, 'BAD_FIELD', 'the field "key" is "7"; expected a string'],
  ['null', { key: null }, {}, 'BAD_FIELD', 'the field "key" is "null"; expected a string'],
  ['bytes that are not UTF-8', {}, withKey('\xff'), 'KEY_NOT_UTF8', 'send UTF-8'],
  [
    'header and field that differ',
    { key: 'a' },
    withKey('b'),
    'KEYS_DIFFER',
    'is "b" and the field "key" is "a"',
  ],
  [
    'an unknown field',
    { keys: 'a' },
    {},
    'UNKNOWN_FIELD',
    'known fields: time, type, description, tags, key',
  ],
])('answers %s with 400 and stores nothing', async (_, fields, headers, code, sentence) => {
  const { status, json } = await post({ type: 'refused', description: 'x', ...fields }, headers);
  expect([status, json.code]).toEqual([400, code]);
  expect(JSON.stringify(json.error).replaceAll('\\"', '"')).toContain(sentence);
  expect(await count('refused')).toBe(0);
});

test('accepts a key of 200 bytes and all printable characters', async () => {
  for (const key of [longest, ' a;b, "c" \\ <i>&amp;', 'deployment:42:success']) {
    expect((await post({ type: 'any', description: key, key })).status).toBe(201);
    expect((await post({ type: 'any', description: 'again', key })).status).toBe(200);
  }
  const inHeader = withKey(Buffer.from(longest).toString('latin1'));
  expect((await post({ type: 'any', description: 'again' }, inHeader)).status).toBe(200);
  expect(
    (await post({ type: 'any', description: 'again' }, withKey('" a;b, \\"c\\" \\\\ <i>&amp;"'))).status,
  ).toBe(200);
});

test.each([
  ['two items', '[{"type": "n", "description": "x"}, {"type": "n", "description": "y"}]', '', '2'],
  ['two lines', '1 n x\n2 n y\n', 'text/plain', '2'],
  ['no line', '# note\n', 'text/plain', '0'],
  ['two lines of NDJSON', '{"type":"n","description":"x"}\n{}', 'application/x-ndjson', '2'],
  ['no line of NDJSON', '\n', 'application/x-ndjson', '0'],
])('answers the header with %s with 400', async (_, body, type, number) => {
  const { status, json } = await post(body, {
    'content-type': type || 'application/json',
    ...withKey('one'),
  });
  expect([status, json.code]).toEqual([400, 'KEY_NEEDS_ONE_EVENT']);
  expect(json.error).toContain(`the body has ${number} events; send one event`);
  expect(await count('n')).toBe(0);
});

test('answers two headers with 400', async () => {
  const answer = await new Promise<string>((resolve, reject) => {
    const headers = { 'idempotency-key': ['a', 'b'], 'content-type': 'application/json' };
    request(`${server.url}/events`, { method: 'POST', headers }, (response) => {
      let text = '';
      response.on('data', (piece) => {
        text += piece;
      });
      response.on('end', () => resolve(`${response.statusCode} ${text}`));
    })
      .on('error', reject)
      .end('{"type": "n", "description": "x"}');
  });
  expect(answer).toMatch(/^400 .*the request has 2 Idempotency-Key headers; send only one.*NOT_ONE_KEY/);
});

test('stores one event for fifty concurrent requests with one key', async () => {
  const answers = await Promise.all(
    Array.from({ length: 50 }, (_, n) => post({ type: 'race', description: `event ${n}`, key: 'race' })),
  );
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
  expect(new Set(answers.map(({ json }) => json.id)).size).toBe(1);
  expect(await count('race')).toBe(1);
});

test('adds the key to a stored event without one', async () => {
  const event = { time: 1_500_000_000_000, type: 'bound', description: 'known' };
  const { json } = await post(event);
  expect(await detail(json.id)).not.toHaveProperty('key');
  expect((await post({ ...event, key: 'bound' })).json).toEqual({ id: json.id, new: false });
  expect((await post({ ...event, description: 'other', key: 'bound' })).json).toEqual({
    id: json.id,
    new: false,
  });
  expect(await detail(json.id)).toMatchObject({ key: 'bound' });
});

test('shows the key as text on pages', async () => {
  const key = '<script>alert(1)</script>';
  const { json } = await post({ type: 'shown', description: 'x', key });
  const page = await visit(server, `/events/${json.id}`);
  expect(page.html).not.toContain(key);
  expect(page.html).toContain('<dd class="mono">&lt;script>alert(1)&lt;/script></dd>');
  const plain = await (await server.fetch(`/events/${json.id}`)).text();
  expect(plain).toContain('<tr><td>key</td><td>&lt;script&gt;alert(1)&lt;/script&gt;</td></tr>');
});

test('shows the key only to a token that can read', async () => {
  const closed = await start({}, Date.now, { ANTHRACITE_TOKENS });
  const body = JSON.stringify({ type: 'secret', description: 'x', key: 'secret' });
  const posted = await closed.fetch('/events', { method: 'POST', body, headers: as('ci') });
  const { id } = (await posted.json()) as { id: number };
  for (const path of [`/events/${id}`, `/events/${id}/`]) {
    expect((await closed.fetch(path, { headers: as('ci') })).status).toBe(403);
  }
});

test('keeps the key of a rejected event when it is submitted again', async () => {
  const line = JSON.stringify({ type: 'mended', description: 'x', key: 'mended' });
  await post([{ line, code: 'BAD_FIELD', error: 'test' }], {}, '/rejects');
  const { rejects } = (await server.json('/rejects')) as { rejects: { id: number; line: string }[] };
  const { id } = rejects.find((reject) => reject.line === line) ?? { id: 0 };
  const { json } = await post('', {}, `/rejects/${id}/resubmit`);
  expect(json).toMatchObject({ new: true });
  expect(await post({ type: 'mended', description: 'y', key: 'mended' })).toMatchObject({
    json: { id: json.id, new: false },
  });
});

test('refuses to change the key in an edit', async () => {
  const { json } = await post({ type: 'edit', description: 'x', key: 'edit' });
  const response = await server.fetch(`/events/${json.id}`, { method: 'PATCH', body: '{"key": "other"}' });
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ code: 'UNKNOWN_FIELD' });
});
