// What calendars and feeds show to subscribers: what is planned, and what was changed.

import { start, type TestServer } from '../start';

const now = Date.UTC(2026, 10, 28, 12);
const hourMs = 3_600_000;
let clock = now;
let server: TestServer;

beforeEach(async () => {
  clock = now;
  server = await start({}, () => clock);
});
afterEach(() => server.stop());

async function store(hours: number, type: string, description: string, tags: string[] = []): Promise<number> {
  const body = JSON.stringify({ time: now + hours * hourMs, type, description, tags });
  return ((await server.json('/events', { method: 'POST', body })) as { id: number }).id;
}

async function edit(id: number, patch: object): Promise<void> {
  clock += hourMs;
  const response = await server.fetch(`/events/${id}`, { method: 'PATCH', body: JSON.stringify(patch) });
  expect(response.status).toBe(200);
}

/** The values of some properties in each entry of a calendar. */
async function entries(path: string, ...names: string[]): Promise<string[][]> {
  const text = (await (await server.fetch(path)).text()).replaceAll('\r\n ', '');
  return text
    .split('BEGIN:VEVENT')
    .slice(1)
    .map((entry) => names.map((name) => new RegExp(`\\n${name}:(.*)\\r`).exec(entry)?.[1] ?? ''));
}

async function atomEntry(): Promise<(string | undefined)[]> {
  const text = await (await server.fetch('/events/atom?until=%2B9d')).text();
  const entry = text.slice(text.indexOf('<entry>'));
  return ['id', 'updated', 'published'].map((name) => new RegExp(`<${name}>(.*)</${name}>`).exec(entry)?.[1]);
}

test('puts planned events and spans into calendars, unless the range ends earlier', async () => {
  await store(-1, 'deploy', 'released');
  await store(48, 'deploy', 'planned release');
  await store(50, 'maintenance_start', 'new disks', ['span=7']);
  await store(52, 'maintenance_end', 'done', ['span=7']);
  expect(await entries('/events/ics?type=deploy', 'SUMMARY')).toEqual([['planned release'], ['released']]);
  expect(await entries('/events/ics?type=deploy&until=now', 'SUMMARY')).toEqual([['released']]);
  expect(await entries('/events/ics?type=deploy&limit=1', 'SUMMARY')).toEqual([['planned release']]);
  expect(await entries('/spans/ics', 'SUMMARY', 'DTSTART', 'DTEND')).toEqual([
    ['new disks', '20261130T140000Z', '20261130T160000Z'],
  ]);
  expect(await entries('/spans/ics?until=now', 'SUMMARY')).toEqual([]);
  // Other lists end now.
  for (const path of ['/events/json?type=deploy', '/events/atom?type=deploy', '/spans'])
    expect([path, await (await server.fetch(path)).text()]).toEqual([
      path,
      expect.not.stringContaining('planned'),
    ]);
  expect(((await server.json('/spans')) as { spans: unknown[] }).spans).toEqual([]);
});

test('shows when an event was changed, and keeps its entry when it is moved', async () => {
  const id = await store(48, 'deploy', 'planned release');
  const names = ['UID', 'DTSTAMP', 'SEQUENCE', 'DTSTART', 'SUMMARY'];
  const uid = `${id}-20261130T120000Z@anthracite`;
  expect(await entries('/events/ics', ...names)).toEqual([
    [uid, '20261130T120000Z', '', '20261130T120000Z', 'planned release'],
  ]);
  const [entryId, ...before] = await atomEntry();
  expect(before).toEqual(['2026-11-30T12:00:00.000Z', '2026-11-30T12:00:00.000Z']);
  await edit(id, { description: 'planned release 2' });
  await edit(id, { time: now + 72 * hourMs });
  expect(await entries('/events/ics', ...names)).toEqual([
    [uid, '20261128T140000Z', '2', '20261201T120000Z', 'planned release 2'],
  ]);
  expect(await atomEntry()).toEqual([entryId, '2026-11-28T14:00:00.000Z', '2026-12-01T12:00:00.000Z']);
  // A restoration is a change, too.
  await server.fetch(`/events/${id}`, { method: 'DELETE' });
  clock += hourMs;
  await server.fetch(`/events/${id}/restore`, { method: 'POST' });
  expect(await entries('/events/ics', 'UID', 'DTSTAMP', 'SEQUENCE')).toEqual([
    [uid, '20261128T150000Z', '4'],
  ]);
});

test('answers that an unchanged feed has not changed, and sends it again after an edit', async () => {
  const id = await store(-2, 'deploy', 'released');
  for (const path of ['/events/atom', '/events/ics']) {
    const first = await server.fetch(path);
    await first.text();
    const again = { headers: { 'if-none-match': first.headers.get('etag') ?? '' } };
    expect([path, (await server.fetch(path, again)).status]).toEqual([path, 304]);
    await edit(id, { tags: [path] });
    expect([path, (await server.fetch(path, again)).status]).toEqual([path, 200]);
  }
});

test('counts each mark of a span, and each change of a mark', async () => {
  const begin = await store(48, 'maintenance_start', 'new disks', ['span=7']);
  const names = ['UID', 'DTSTAMP', 'SEQUENCE', 'DTSTART', 'DTEND'];
  const uid = `span-${begin}-20261130T120000Z@anthracite`;
  expect(await entries('/spans/ics', ...names)).toEqual([
    [uid, '20261130T120000Z', '', '20261130T120000Z', ''],
  ]);
  await edit(begin, { time: now + 24 * hourMs });
  await store(25, 'maintenance_end', 'done', ['span=7']);
  expect(await entries('/spans/ics', ...names)).toEqual([
    [uid, '20261128T130000Z', '2', '20261129T120000Z', '20261129T130000Z'],
  ]);
  clock = now + 30 * hourMs;
  expect(await entries('/spans/ics', 'UID', 'DTSTAMP', 'SEQUENCE')).toEqual([[uid, '20261129T130000Z', '2']]);
});
