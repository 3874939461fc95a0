// Counts of events by interval, type and tag, compared with a simple count.

import { DateTime } from 'luxon';
import { start, type TestServer } from '../start';

interface Counts {
  readonly series: readonly { name: string; total: number; points: [number, number][] }[];
  readonly truncated: boolean;
  readonly others?: number;
}

const zone = 'Europe/Berlin';
const begin = Date.UTC(2026, 2, 1); // across a daylight saving change
const events = Array.from({ length: 3_000 }, (_, i) => ({
  time: begin + i * 1_200_000 + (i % 7) * 1_000,
  type: ['deploy', 'puppet', 'chef'][i % 3] as string,
  tags: [`host=web${i % 4}`, ...(i % 5 === 0 ? ['host=extra'] : []), 'flag'],
  text: i % 10 === 0 ? 'rollback' : 'release',
}));

let server: TestServer;
beforeAll(async () => {
  server = await start({ 'time-zone': zone });
  const lines = events.map(
    ({ time, type, tags, text }, i) => `${time / 1000} ${type};${tags.join(';')} ${text} ${i}\n`,
  );
  await server.send(lines.join(''));
});

const counts = async (query: string): Promise<Counts> =>
  (await server.json(`/events/counts?from=20260228&until=20260601&${query}`)) as Counts;

function expected(
  startOf: (time: number) => number,
  names: (event: (typeof events)[number]) => string[],
  keep = (_: (typeof events)[number]) => true,
) {
  const series = new Map<string, Map<number, number>>();
  for (const event of events.filter(keep)) {
    for (const name of names(event)) {
      const points = series.get(name) ?? new Map<number, number>();
      series.set(name, points.set(startOf(event.time), (points.get(startOf(event.time)) ?? 0) + 1));
    }
  }
  return Object.fromEntries(Array.from(series, ([name, points]) => [name, [...points]]));
}

const shown = ({ series }: Counts) => Object.fromEntries(series.map(({ name, points }) => [name, points]));
const hour = (time: number): number => Math.floor(time / 3_600_000) * 3_600_000;

test('counts by the hour, all events together', async () => {
  expect(shown(await counts('interval=1h'))).toEqual(expected(hour, () => ['']));
});

test('counts by type and by the values of a tag', async () => {
  expect(shown(await counts('interval=1h&by=type'))).toEqual(expected(hour, ({ type }) => [type]));
  const hosts = ({ tags }: (typeof events)[number]) =>
    tags.filter((tag) => tag.startsWith('host=')).map((tag) => tag.slice(5));
  expect(shown(await counts('interval=1h&by=host'))).toEqual(expected(hour, hosts));
  expect((await counts('by=never')).series.map(({ name, total }) => [name, total])).toEqual([['', 3_000]]);
});

test('counts the events of a filter and of a search', async () => {
  expect(shown(await counts('interval=1h&type=pup*'))).toEqual(
    expected(
      hour,
      () => [''],
      ({ type }) => type === 'puppet',
    ),
  );
  expect(shown(await counts('interval=1h&by=type&q=rollback&none=host%3Dweb1'))).toEqual(
    expected(
      hour,
      ({ type }) => [type],
      ({ text, tags }) => text === 'rollback' && !tags.includes('host=web1'),
    ),
  );
  expect((await counts('type=never')).series).toEqual([]);
});

test.each([
  ['1d', 'day'],
  ['1w', 'week'],
  ['1mon', 'month'],
  ['1q', 'quarter'],
  ['1y', 'year'],
] as const)(
  'counts by %s along the %s of the calendar, across a daylight saving change',
  async (interval, unit) => {
    const startOf = (time: number): number => DateTime.fromMillis(time, { zone }).startOf(unit).toMillis();
    expect(shown(await counts(`interval=${interval}`))).toEqual(expected(startOf, () => ['']));
  },
);

test('returns the largest series first and counts the rest together', async () => {
  const answer = await counts('by=host&limit=2');
  expect(answer.series.map(({ name, total }) => [name, total])).toEqual([
    ['web0', 750],
    ['web1', 750],
  ]);
  expect([answer.truncated, answer.others]).toEqual([true, 750 * 2 + 600]);
});

test.each(['0h', '2d', '1x', 'h', '-1h', '9999999s', ''])('refuses the interval %j', async (interval) => {
  const response = await server.fetch(`/events/counts?interval=${interval}`);
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({
    code: 'BAD_PARAMETER',
    error: expect.stringContaining('5min'),
  });
});
