// GET /events/timeline: events and spans in one response, for charts.

import { maxDrawnChars } from '../../src/formats/timeline';
import { start, type TestServer } from '../start';

interface Timeline {
  readonly events: readonly Record<string, unknown>[];
  readonly eventsTruncated: boolean;
  readonly spans: readonly Record<string, unknown>[];
  readonly spansTruncated: boolean;
}

const now = Date.UTC(2026, 2, 31, 12);
const at = (day: number, hour: number): number => Date.UTC(2026, 2, day, hour) / 1000;
const lines = [
  `${at(1, 10)} incident_sev1_start;incident=1 checkout is down`,
  `${at(1, 12)} incident_sev1_resolved;incident=1 rolled back`,
  `${at(1, 11)} deploy_shop;version=a;host=web1 release a`,
  `${at(1, 11)} deploy_shop;version=a;host=web2 release a`,
  `${at(2, 0)} incident_sev2 told in one event`,
  `${at(3, 0)} gain_sev3_start press`,
  `${at(4, 0)} note "${'x'.repeat(maxDrawnChars - 1)}\\ud83d\\ude00"`,
];

let server: TestServer;
beforeAll(async () => {
  server = await start({}, () => now);
  await server.send(`${lines.join('\n')}\n`);
});

const timeline = async (query = ''): Promise<Timeline> =>
  (await server.json(`/events/timeline${query}`)) as Timeline;
const ids = (items: Timeline['events']): unknown[] => items.map(({ id }) => id);

test('shows spans and the events that are not marks, newest first', async () => {
  const { events, spans, eventsTruncated, spansTruncated } = await timeline();
  expect(ids(events)).toEqual([7, 5, 4, 3]);
  expect(ids(spans)).toEqual([6, 1]);
  expect([eventsTruncated, spansTruncated]).toEqual([false, false]);
  const listed = ((await server.json('/spans')) as { spans: Record<string, unknown>[] }).spans;
  expect(spans).toMatchObject([...listed].reverse());
  expect(spans.map(({ markTitles }) => markTitles)).toEqual([['press'], ['checkout is down', 'rolled back']]);
});

test('shows all events as points', async () => {
  const { events, spans } = await timeline('?show=points&order=ascending');
  expect(ids(events)).toEqual([1, 3, 4, 2, 5, 6, 7]);
  expect(spans).toEqual([]);
});

test('shows only events that are not marks, and marks do not count for the limit', async () => {
  const { events, spans, eventsTruncated } = await timeline('?show=unmarked&limit=5');
  expect(ids(events)).toEqual([7, 5, 4, 3]);
  expect(spans).toEqual([]);
  expect(eventsTruncated).toBe(false);
});

test('shows only spans, including one that started before the range', async () => {
  const { events, spans } = await timeline('?show=spans&from=2026-03-01T11:30Z&until=2026-03-02');
  expect(events).toEqual([]);
  expect(ids(spans)).toEqual([1]);
});

test('filters spans by the parameters of spans and leaves the events unchanged', async () => {
  const { events, spans } = await timeline('?scale=incident&state=over');
  expect(ids(spans)).toEqual([1]);
  expect(events).toHaveLength(4);
});

test('gives the severity of each event', async () => {
  const { events } = await timeline('?show=points');
  expect(events.map(({ id, scale, severity }) => [id, scale, severity])).toEqual([
    [7, 'other', null],
    [6, 'gain', 3],
    [5, 'incident', 2],
    [2, 'incident', 1],
    [4, 'other', null],
    [3, 'other', null],
    [1, 'incident', 1],
  ]);
});

test('folds events into groups', async () => {
  const { events } = await timeline('?type=deploy_*&group=version');
  expect(events).toMatchObject([{ group: { count: 2, summary: '2 events on web1, web2' }, isCut: false }]);
});

test('truncates a long text between two characters and marks it', async () => {
  const { events } = await timeline('?type=note');
  expect(events).toMatchObject([{ isCut: true, description: 'x'.repeat(maxDrawnChars - 1) }]);
});

test('reports that more items follow', async () => {
  const { events, spans, eventsTruncated, spansTruncated } = await timeline('?limit=1');
  expect([ids(events), ids(spans)]).toEqual([[7], [6]]);
  expect([eventsTruncated, spansTruncated]).toEqual([true, true]);
});

test('keeps the order over several pages', async () => {
  const many = Array.from({ length: 2_500 }, (_, i) => `${at(20, 0) + i} tick number ${i}`);
  await server.send(`${many.join('\n')}\n`);
  const { events, eventsTruncated, spans } = await timeline('?type=tick&limit=2400');
  expect(events.map(({ description }) => description)).toEqual(
    Array.from({ length: 2_400 }, (_, i) => `number ${2_499 - i}`),
  );
  expect([eventsTruncated, spans]).toEqual([true, []]);
});

test.each(['show=all', 'limit=0', 'limit=10001', 'limit=all', 'after=1_1', 'group=a%3Db'])(
  'refuses %s',
  async (query) => {
    expect((await server.fetch(`/events/timeline?${query}`)).status).toBe(400);
  },
);
