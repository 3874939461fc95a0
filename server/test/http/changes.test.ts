// Edits, deletions and restorations: the server knows previous versions and does not store them again.

import { start, type TestServer } from '../start';

interface Answer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: responses of several shapes, compared with expectations
  readonly json: any;
}

let server: TestServer;
beforeAll(async () => {
  server = await start();
});

async function ask(method: string, path: string, body?: unknown): Promise<Answer> {
  const init = body === undefined ? { method } : { method, body: JSON.stringify(body) };
  const response = await server.fetch(path, { ...init, headers: { accept: 'application/json' } });
  const text = await response.text();
  return { status: response.status, json: text === '' ? null : JSON.parse(text) };
}

let seconds = 1_500_000_000;
async function add(type: string, description: string, tags: readonly string[] = []): Promise<number> {
  const { json } = await ask('POST', '/events', { time: seconds++ * 1000, type, description, tags });
  return json.id;
}
const list = async (query: string): Promise<string[]> =>
  (await ask('GET', `/events/json?limit=all&${query}`)).json.events.map(
    (event: { description: string }) => event.description,
  );

test('keeps the id of an edited event, finds it by its new text, and knows its previous version as a duplicate', async () => {
  const id = await add('deploy', 'releese 1', ['env=prod']);
  const line = `${seconds - 1} deploy;env=prod releese 1\n`;
  const { status, json } = await ask('PATCH', `/events/${id}`, {
    description: 'release 1',
    tags: ['env=stage'],
  });
  expect([status, json]).toEqual([
    200,
    { id, time: (seconds - 1) * 1000, type: 'deploy', tags: ['env=stage'], description: 'release 1' },
  ]);
  expect(await list('q=releese')).toEqual([]);
  expect(await list('q=release')).toEqual(['release 1']);
  expect(await list('all=env=prod')).toEqual([]);
  expect(await list('all=env=stage')).toEqual(['release 1']);
  // A sender that never received the response sends the event again.
  expect(await server.send(line)).toBe('ok stored=0 duplicate=1 rejected=0\n');
  expect(await list('type=deploy')).toEqual(['release 1']);
  const { json: told } = await ask('GET', `/events/${id}/history`);
  expect(told).toMatchObject({
    id,
    isDeleted: false,
    history: [{ who: null, before: { description: 'releese 1' }, after: { description: 'release 1' } }],
  });
});

test('takes back an edit with another edit', async () => {
  const id = await add('back', 'first');
  await ask('PATCH', `/events/${id}`, { description: 'second' });
  await ask('PATCH', `/events/${id}`, { description: 'first' });
  expect(await list('type=back')).toEqual(['first']);
  for (const what of ['first', 'second']) {
    expect(await server.send(`${seconds - 1} back ${what}\n`)).toBe('ok stored=0 duplicate=1 rejected=0\n');
  }
  expect((await ask('PATCH', `/events/${id}`, {})).status).toBe(200);
  expect((await ask('GET', `/events/${id}/history`)).json.history).toHaveLength(2);
});

test('refuses an edit that makes two events equal', async () => {
  const [one, two] = [await add('same', 'x'), await add('same', 'y')];
  const answer = await ask('PATCH', `/events/${two}`, { time: (seconds - 2) * 1000, description: 'x' });
  expect(answer).toMatchObject({
    status: 409,
    json: { code: 'SAME_EVENT', error: expect.stringContaining(`${one}`) },
  });
  expect(await list('type=same')).toEqual(['x', 'y']);
});

test.each([
  [{ description: '' }, 400, 'EMPTY_DESCRIPTION'],
  [{ type: 'a b' }, 400, 'WHITE_SPACE_IN_TYPE'],
  [{ id: 9 }, 400, 'UNKNOWN_FIELD'],
  [{ time: 'whenever' }, 400, 'BAD_TIME'],
  ['text', 400, 'BODY_NOT_EVENT'],
])('refuses an edit to %j and changes nothing', async (body, status, code) => {
  const id = await add('refused', 'as it was');
  expect(await ask('PATCH', `/events/${id}`, body)).toMatchObject({ status, json: { code } });
  expect((await ask('GET', `/events/${id}/history`)).json.history).toEqual([]);
});

test('hides a deleted event everywhere, also when it is sent again, until it is restored', async () => {
  const id = await add('gone', 'text', ['host=a']);
  expect((await ask('DELETE', `/events/${id}`)).status).toBe(204);
  expect((await ask('GET', `/events/${id}`)).status).toBe(404);
  expect((await ask('DELETE', `/events/${id}`)).status).toBe(404);
  expect(await list('type=gone')).toEqual([]);
  expect(await server.json('/types?prefix=gone')).toEqual({ types: [], truncated: false });
  const again = await ask('POST', '/events', {
    time: (seconds - 1) * 1000,
    type: 'gone',
    description: 'text',
    tags: ['host=a'],
  });
  expect(again).toEqual({ status: 200, json: { id, new: false } });
  expect(await list('type=gone')).toEqual([]);

  expect((await ask('POST', `/events/${id}/restore`)).json).toMatchObject({ id, description: 'text' });
  expect(await list('type=gone&q=text&all=host=a')).toEqual(['text']);
  expect((await ask('POST', `/events/${id}/restore`)).status).toBe(200);
  const { json } = await ask('GET', `/events/${id}/history`);
  expect(
    json.history.map((change: { before: unknown; after: unknown }) => [
      change.before !== null,
      change.after !== null,
    ]),
  ).toEqual([
    [true, false],
    [false, true],
  ]);
});

test('answers 404 to an edit, a deletion, a restoration and the history of an unknown event', async () => {
  for (const [method, path] of [
    ['PATCH', '/events/999999'],
    ['DELETE', '/events/999999'],
    ['POST', '/events/999999/restore'],
    ['GET', '/events/999999/history'],
  ] as const) {
    const body = method === 'PATCH' ? '{}' : null;
    const response = await server.fetch(path, { method, body });
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ error: expect.any(String) });
  }
});

test('never assigns the id of a deleted event again', async () => {
  const own = await start();
  const { id } = (await own.json('/events', {
    method: 'POST',
    body: '{"type":"a","description":"last"}',
  })) as { id: number };
  await own.fetch(`/events/${id}`, { method: 'DELETE' });
  const next = (await own.json('/events', { method: 'POST', body: '{"type":"a","description":"new"}' })) as {
    id: number;
  };
  expect(next.id).toBeGreaterThan(id);
});

test('deletes many events only with their expected number', async () => {
  await server.send(
    Array.from({ length: 1_200 }, (_, i) => `${1_400_000_000 + i} bulk;n=${i % 3} event ${i}\n`).join(''),
  );
  const path = '/events/delete?type=bulk&all=n%3D1';
  expect(await ask('POST', '/events/delete')).toMatchObject({ status: 400, json: { code: 'FILTER_NEEDED' } });
  expect(await ask('POST', path)).toMatchObject({ status: 400, json: { code: 'COUNT_NEEDED' } });
  expect((await ask('POST', `${path}&dry_run=1`)).json).toEqual({ deleted: 0, count: 400 });
  expect(await ask('POST', `${path}&count=399`)).toMatchObject({
    status: 409,
    json: { code: 'COUNT_DIFFERS' },
  });
  expect(await list('type=bulk')).toHaveLength(1_200);
  expect((await ask('POST', `${path}&count=400`)).json).toEqual({ deleted: 400, count: 400 });
  expect(await list('type=bulk')).toHaveLength(800);
  expect(await list('type=bulk&all=n%3D1')).toEqual([]);
});
