// Concurrent changes: none is lost, and no change overwrites another that its author has not seen.

import { start, type TestServer } from '../start';

interface Answer {
  readonly status: number;
  readonly etag: string | null;
  // biome-ignore lint/suspicious/noExplicitAny: responses of several shapes, compared with expectations
  readonly json: any;
}

let server: TestServer;
beforeAll(async () => {
  server = await start();
});

async function ask(
  method: string,
  path: string,
  body?: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const response = await server.fetch(path, {
    method,
    headers: { accept: 'application/json', ...headers },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return {
    status: response.status,
    etag: response.headers.get('etag'),
    json: text === '' ? null : JSON.parse(text),
  };
}

let seconds = 1_500_000_000;
async function add(type: string, description = 'text'): Promise<number> {
  const { json } = await ask('POST', '/events', { time: seconds++ * 1000, type, description });
  return json.id;
}

test('keeps both of two concurrent edits of different fields', async () => {
  for (let pair = 0; pair < 40; pair++) {
    const id = await add('pair');
    const answers = await Promise.all([
      ask('PATCH', `/events/${id}`, { description: 'new' }),
      ask('PATCH', `/events/${id}`, { tags: ['a=2'] }),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    const { json } = await ask('PATCH', `/events/${id}`, {});
    expect(json).toMatchObject({ id, description: 'new', tags: ['a=2'] });
  }
});

test('returns the ETag with the event and with each change, different for each state', async () => {
  const id = await add('tagged');
  const { etag: first } = await ask('GET', `/events/${id}`);
  expect(first).toMatch(/^"[\w-]+"$/);
  const { etag: second } = await ask('PATCH', `/events/${id}`, { description: 'other' });
  expect(second).not.toBe(first);
  expect((await ask('GET', `/events/${id}`)).etag).toBe(second);
  expect((await ask('PATCH', `/events/${id}`, { description: 'text' })).etag).toBe(first);
  await ask('DELETE', `/events/${id}`);
  expect((await ask('POST', `/events/${id}/restore`)).etag).toBe(first);
});

test('changes nothing for If-Match with an earlier ETag, and names the present one', async () => {
  const id = await add('matched');
  const { etag: old } = await ask('GET', `/events/${id}`);
  const ifOld = { 'if-match': old ?? '' };
  const { status, etag: now } = await ask('PATCH', `/events/${id}`, { description: 'first' }, ifOld);
  expect(status).toBe(200);
  for (const [method, body] of [['PATCH', { description: 'second' }], ['DELETE']] as const) {
    expect(await ask(method, `/events/${id}`, body, ifOld)).toMatchObject({
      status: 412,
      json: {
        code: 'EVENT_CHANGED',
        error: `event ${id} was changed since you read it; its ETag is now ${now}. Read it again, then repeat your change.`,
      },
    });
  }
  expect((await ask('GET', `/events/${id}`)).etag).toBe(now);
  // As changed by a proxy that compresses, in a list, and any.
  for (const value of [`W/${now}`, `"x", ${now}`, '*']) {
    expect((await ask('PATCH', `/events/${id}`, {}, { 'if-match': value })).status).toBe(200);
  }
  expect(await ask('PATCH', `/events/${id}`, {}, { 'if-match': 'nonsense' })).toMatchObject({
    status: 400,
    json: { code: 'BAD_IF_MATCH' },
  });
  expect((await ask('DELETE', `/events/${id}`, undefined, { 'if-match': now ?? '' })).status).toBe(204);
});

test('accepts one of many concurrent edits from the same state', async () => {
  const id = await add('raced');
  const { etag } = await ask('GET', `/events/${id}`);
  const answers = await Promise.all(
    Array.from({ length: 10 }, (_, i) =>
      ask('PATCH', `/events/${id}`, { description: `writer ${i}` }, { 'if-match': etag ?? '' }),
    ),
  );
  expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array(9).fill(412)]);
  const winner = answers.find(({ status }) => status === 200)?.json.description;
  expect((await ask('GET', `/events/${id}`)).json.what).toBe(winner);
});

test('accepts one of many requests that mark an incident resolved', async () => {
  const id = await add('incident_sev2_start', 'crowded');
  const answers = await Promise.all(
    Array.from({ length: 8 }, (_, i) =>
      server.fetch(`/spans/${id}/mark`, {
        method: 'POST',
        redirect: 'manual',
        headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'text/html' },
        body: `mark=resolved&text=person+${i}`,
      }),
    ),
  );
  expect(answers.map(({ status }) => status)).toEqual(Array(8).fill(303));
  expect(await server.json('/types?prefix=incident_sev2_resolved')).toMatchObject({ types: [{ count: 1 }] });
});

test('deletes exactly the counted events, or none when others arrive meanwhile', async () => {
  let outcomes = '';
  for (let round = 0; round < 10; round++) {
    const type = `bulk${round}`;
    const lines = (from: number): string =>
      Array.from({ length: 300 }, (_, i) => `${from + i} ${type} event ${i}\n`).join('');
    await server.send(lines(1_000_000));
    const [answer] = await Promise.all([
      ask('POST', `/events/delete?type=${type}&count=300`),
      ...(round % 2 === 0 ? [] : [server.send(lines(2_000_000))]),
    ]);
    const left = (await ask('POST', `/events/delete?type=${type}&dry_run=1`)).json.count;
    const all = round % 2 === 0 ? 300 : 600;
    if (answer.status === 200) expect([answer.json, left]).toEqual([{ deleted: 300, count: 300 }, all - 300]);
    else expect([answer.status, answer.json.code, left]).toEqual([409, 'COUNT_DIFFERS', all]);
    outcomes += answer.status === 200 ? 'd' : 'n';
  }
  expect(outcomes).toMatch(/d/);
});
