// Incidents that are declared and resolved in the form: two concurrent ones stay separate, with or without a key.

import { start, type TestServer } from '../start';
import { fieldOf, send, visit } from './pages';

interface Spans {
  readonly spans: readonly {
    readonly id: number;
    readonly key: string | null;
    readonly title: string;
    readonly isOpen: boolean;
    readonly problems: readonly string[];
  }[];
}

let server: TestServer;
beforeEach(async () => {
  server = await start();
});

const spans = async (query = 'order=ascending'): Promise<Spans['spans']> =>
  ((await server.json(`/spans?${query}`)) as Spans).spans;

/** Fills in the form and sends it. */
async function add(
  type: string,
  description: string,
  tags = '',
): Promise<{ readonly status: number; readonly text: string; readonly key: string }> {
  const form = await visit(server, '/add');
  const key = fieldOf(form, 'key') ?? '';
  const { status, text } = await send(server, '/add', {
    zone: 'UTC',
    time: '',
    key,
    type,
    tags,
    description,
  });
  return { status, text, key };
}

test('declares two incidents without a typed key separately, each with the key of its form', async () => {
  const first = await add('incident_sev2_start', 'checkout fails');
  const second = await add('incident_sev2_start', 'search fails');
  expect([first.status, second.status]).toEqual([303, 303]);
  expect(first.key).toMatch(/^[a-z0-9]{6}$/);
  expect((await spans()).map(({ title, key }) => [title, key])).toEqual([
    ['checkout fails', first.key],
    ['search fails', second.key],
  ]);
});

test.each([
  ['outage_start', 'outage='],
  ['gain_sev1_start', 'span='],
  ['incident_start', 'incident='],
])('adds to the start of a kind %s a tag %s', async (type, tag) => {
  await add(type, 'it begins', 'env=prod');
  const { events } = (await server.json('/events/json')) as { events: { tags: string[] }[] };
  expect(events[0]?.tags).toEqual([expect.stringMatching(`^${tag}[a-z0-9]{6}$`), 'env=prod']);
});

test('keeps a typed key, and adds no key to an event that is not an incident', async () => {
  await add('incident_sev2_start', 'checkout fails', 'incident=42');
  await add('backup_start', 'a backup');
  await add('deploy_shop', 'a release');
  const { events } = (await server.json('/events/json')) as { events: { type: string; tags: string[] }[] };
  expect(Object.fromEntries(events.map(({ type, tags }) => [type, tags]))).toEqual({
    incident_sev2_start: ['incident=42'],
    backup_start: [],
    deploy_shop: [],
  });
});

test('declares one incident for a form that is sent twice, and another for a new form', async () => {
  const form = await visit(server, '/add');
  const key = fieldOf(form, 'key') ?? '';
  const fields = { zone: 'UTC', time: '2026-11-24T10:15:00', key, type: 'incident_sev2_start', tags: '' };
  for (const description of ['checkout fails', 'checkout fails', 'search fails'])
    expect((await send(server, '/add', { ...fields, description })).status).toBe(303);
  const found = await spans();
  expect(found.map(({ title }) => title)).toEqual(['checkout fails', 'search fails']);
  expect(found[0]?.key).toBe(key);
  expect(found[1]?.key).not.toBe(key);
});

test('declares separate incidents for forms that a program sends without a key', async () => {
  const fields = { zone: 'UTC', type: 'incident_sev1_start', tags: '', key: 'not a key;' };
  await send(server, '/add', { ...fields, description: 'one' });
  await send(server, '/add', { ...fields, description: 'two' });
  expect(await spans()).toHaveLength(2);
});

test('resolves the only open incident without a key, and asks which one when several are open', async () => {
  await add('incident_sev2_start', 'checkout fails');
  expect((await add('incident_sev1_resolved', 'rolled back')).status).toBe(303);
  expect(await spans('state=open')).toEqual([]);
  const [first, second] = [await add('incident_sev2_start', 'one'), await add('incident_sev2_start', 'two')];
  const asked = await add('incident_sev2_resolved', 'over');
  expect(asked.status).toBe(400);
  expect(asked.text).toContain(
    `2 are open; add the key of one of them: incident=${second.key} ("two"), incident=${first.key} ("one")`,
  );
  expect((await add('incident_sev2_resolved', 'over', `incident=${first.key}`)).status).toBe(303);
  expect((await spans('state=open')).map(({ title }) => title)).toEqual(['two']);
  expect((await spans()).flatMap(({ problems }) => problems)).toEqual([]);
});

test.each([
  [5, 5, ''],
  [6, 5, ' and 1 more'],
  [7, 5, ' and 2 more'],
])('lists for %d open incidents the keys of %d%s', async (count, named, more) => {
  for (let i = 0; i < count; i++) await add('incident_sev2_start', `number ${i}`);
  const { text } = await add('incident_sev2_resolved', 'over');
  expect(text).toContain(`${count} are open`);
  expect(text.match(/incident=[a-z0-9]{6} \("number/g)).toHaveLength(named);
  expect(/ and \d+ more/.exec(text)?.[0] ?? '').toBe(more);
});

test('resolves an incident without a key by an end without a key, as lines do', async () => {
  await server.send('1770000000 incident_sev2_start by a line\n');
  await add('incident_sev2_start', 'by the form');
  expect((await add('incident_sev2_resolved', 'over')).status).toBe(303);
  expect((await spans('state=open')).map(({ title }) => title)).toEqual(['by the form']);
});

test('ends a gain with a key from its page', async () => {
  await add('gain_sev1_start', 'a film');
  await add('gain_sev1_start', 'an article');
  const [film] = await spans();
  expect(
    (await send(server, `/spans/${film?.id}/mark`, { mark: 'resolved', text: '', time: '' })).status,
  ).toBe(303);
  expect((await spans('state=open')).map(({ title }) => title)).toEqual(['an article']);
});
