// GET /spans: incidents from their marks over HTTP, with the queries of a dashboard and a calendar.

import { createRequire } from 'node:module';
import { start, type TestServer } from '../start';

interface SpanList {
  readonly spans: readonly Record<string, unknown>[];
  readonly truncated: boolean;
  readonly next?: string;
}

const now = Date.UTC(2026, 2, 31, 12);
const at = (day: number, hour: number): number => Date.UTC(2026, 2, day, hour) / 1000;
const lines = [
  `${at(1, 10)} incident_sev3_start;incident=1;host=web1 checkout is slow`,
  `${at(1, 11)} incident_sev1_detected;incident=1 checkout is down`,
  `${at(1, 13)} incident_sev1_resolved;incident=1;origin=self rolled back`,
  `${at(5, 0)} gain_sev2_start <b>film</b> goes viral`,
  `${at(6, 0)} gain_sev2_end it has ended`,
  `${at(10, 1)} backup_end nobody saw it begin`,
  `${at(30, 0)} incident_sev2_start;incident=2 queue is full`,
  `${at(30, 1)} deploy_shop not a mark`,
];

let server: TestServer;
beforeAll(async () => {
  server = await start({}, () => now);
  await server.send(`${lines.join('\n')}\n`);
});

const spans = async (query = ''): Promise<SpanList> => (await server.json(`/spans${query}`)) as SpanList;
const ids = async (query: string): Promise<unknown[]> => (await spans(query)).spans.map(({ id }) => id);

test('returns all fields of a span from its marks', async () => {
  const { spans: found, truncated } = await spans();
  expect(truncated).toBe(false);
  expect(found[0]).toEqual({
    id: 1,
    type: 'incident_sev3',
    key: '1',
    scale: 'incident',
    severity: 1,
    impact: null,
    origin: 'self',
    title: 'checkout is slow',
    begin: at(1, 10) * 1000,
    start: at(1, 10) * 1000,
    detected: at(1, 11) * 1000,
    end: at(1, 13) * 1000,
    isOpen: false,
    durationMs: 3 * 3_600_000,
    levels: [
      { time: at(1, 10) * 1000, severity: 3, impact: null },
      { time: at(1, 11) * 1000, severity: 1, impact: null },
    ],
    problems: [],
    tags: ['incident=1', 'host=web1', 'origin=self'],
    marks: [
      { id: 1, time: at(1, 10) * 1000, type: 'incident_sev3_start', role: 'start' },
      { id: 2, time: at(1, 11) * 1000, type: 'incident_sev1_detected', role: 'detected' },
      { id: 3, time: at(1, 13) * 1000, type: 'incident_sev1_resolved', role: 'end' },
    ],
    moreMarks: 0,
  });
  expect(found[2]).toMatchObject({ type: 'backup', start: null, problems: ['no_start'], durationMs: 0 });
  expect(found[3]).toMatchObject({ isOpen: true, end: null, durationMs: 36 * 3_600_000 });
});

test.each([
  ['', [1, 4, 6, 7]],
  ['?order=descending', [7, 6, 4, 1]],
  ['?from=2026-03-01T12:30Z&until=20260302', [1]],
  ['?from=20260320', [7]],
  ['?from=2026-03-30T18:00Z', [7]],
  ['?type=incident_*', [1, 7]],
  ['?type=incident_sev1_resolved', [1]],
  ['?type=!incident_sev3*&type=!backup', [4, 7]],
  ['?type=deploy_*', []],
  ['?all=host%3Dweb1', [1]],
  ['?none=origin%3Dself', [4, 6, 7]],
  ['?q=rolled+slow', [1]],
  ['?q=-rolled', [4, 6, 7]],
  ['?q=%26', []],
  ['?limit=2', [1, 4]],
])('GET /spans%s', async (query, expected) => {
  const from = query.includes('from=') ? '' : `${query === '' ? '?' : '&'}from=0`;
  expect(await ids(query + from)).toEqual(expected);
});

test('continues each page after the last', async () => {
  const first = await server.fetch('/spans?limit=3');
  const list = (await first.json()) as SpanList;
  expect(list.truncated).toBe(true);
  expect(first.headers.get('link')).toBe(`</spans?limit=3&after=${list.next}>; rel="next"`);
  expect(await ids(`?limit=3&after=${list.next}`)).toEqual([7]);
});

test.each(['limit=all', 'limit=10001', 'limit=0', 'group=host', 'severity=5'])(
  'refuses %s',
  async (query) => {
    const answer = await server.fetch(`/spans?${query}`);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ code: expect.stringMatching(/PARAMETER/) });
  },
);

test('reflects edits, deletions and restorations', async () => {
  const other = await start({}, () => now);
  await other.send(`${at(1, 0)} incident_start a\n${at(2, 0)} incident_end b\n`);
  const shown = async () =>
    ((await other.json('/spans')) as SpanList).spans.map(({ id, isOpen, durationMs }) => [
      id,
      isOpen,
      durationMs,
    ]);
  const hour = 3_600_000;
  expect(await shown()).toEqual([[1, false, 24 * hour]]);
  await other.fetch('/events/2', { method: 'DELETE' });
  expect(await shown()).toEqual([[1, true, now - at(1, 0) * 1000]]);
  await other.fetch('/events/2/restore', { method: 'POST' });
  expect(await shown()).toEqual([[1, false, 24 * hour]]);
  const body = JSON.stringify({ time: at(1, 1) * 1000 });
  await other.fetch('/events/2', { method: 'PATCH', body });
  expect(await shown()).toEqual([[1, false, hour]]);
  await other.fetch('/events/1', { method: 'PATCH', body: JSON.stringify({ type: 'backup_start' }) });
  expect(await shown()).toEqual([
    [1, true, now - at(1, 0) * 1000],
    [2, false, 0],
  ]);
});

test('lets a calendar library read spans as appointments', async () => {
  const ICAL = createRequire(__filename)('ical.js');
  const answer = await server.fetch('/spans/ics');
  expect(answer.headers.get('content-type')).toMatch(/^text\/calendar/);
  const calendar = new ICAL.Component(ICAL.parse(await answer.text()));
  const found = calendar.getAllSubcomponents('vevent').map((entry: unknown) => {
    const { summary, startDate, endDate, description } = new ICAL.Event(entry);
    return [summary, startDate.toICALString(), endDate.toICALString(), description];
  });
  expect(found).toEqual([
    ['queue is full (open)', '20260330T000000Z', '20260331T120000Z', 'incident_sev2 2'],
    ['nobody saw it begin', '20260310T010000Z', '20260310T010000Z', 'backup'],
    ['<b>film</b> goes viral', '20260305T000000Z', '20260306T000000Z', 'gain_sev2'],
    ['checkout is slow', '20260301T100000Z', '20260301T130000Z', 'incident_sev3 1'],
  ]);
});
