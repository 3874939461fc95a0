// The data of panels and Explore for a query, from a real server.

import { DataTopic } from '@grafana/data';
import type { AnthraciteQuery } from '../src/query/query';
import { rangeOf } from './datasource';
import { ask, at, joinStory, seconds, send, setUpStory, valuesOf } from './panel';

setUpStory();

test.each(['annotation', 'marks', 'table', 'counts', 'report'] as const)(
  'sends a variable with 5,000 values as %s',
  async (kind) => {
    const hosts = Array.from({ length: 5_000 }, (_, i) => `web${i + 1}`);
    const joined = joinStory({ variables: { host: hosts } });
    const frames = await ask({ kind, anyTags: ['host=$host'], countBy: '' }, {}, joined.datasource);
    if (kind !== 'marks') expect(frames).toHaveLength(1);
    if (kind === 'counts') {
      expect(frames[0]?.fields[1]?.values.reduce((sum: number, count: number) => sum + count, 0)).toBe(3);
    } else if (kind !== 'report') expect(frames.reduce((sum, { length }) => sum + length, 0)).toBe(3);
    // Not in the URL, which proxies truncate.
    expect(joined.proxy.asked.map((path) => path.length < 100)).toEqual([true]);
  },
);

describe('events', () => {
  test('are a table, the newest first, with links to their pages', async () => {
    const [frame] = await ask({ kind: 'table', types: ['deploy_*'] });
    expect(valuesOf(frame, 'time')).toEqual([at(2), at(1, 10), at(1)]);
    expect(valuesOf(frame, 'title')).toEqual(['release b', 'release a', 'release a']);
    expect(valuesOf(frame, 'text')).toEqual(['', '', 'by Nicolas']);
    expect(valuesOf(frame, 'tags')).toEqual([
      'env=test host=web1',
      'env=prod host=web2',
      'env=prod host=web1',
    ]);
    const links = frame?.fields.find(({ name }) => name === 'id')?.config.links;
    expect(links?.[0]?.url).toBe('https://events.example/events/${__value.raw}');
  });

  test('are folded into groups', async () => {
    const [frame] = await ask({ kind: 'table', types: ['deploy_*'], groupBy: 'env' });
    expect(valuesOf(frame, 'count')).toEqual([1, 2]);
    expect(valuesOf(frame, 'group')).toEqual(['', '2 events on web1, web2']);
  });

  test('are log lines, with levels and labels', async () => {
    const [frame] = await ask({ kind: 'logs', allTags: ['incident=1'] });
    expect(frame?.meta).toMatchObject({ type: 'log-lines', preferredVisualisationType: 'logs' });
    expect(valuesOf(frame, 'body')).toEqual([
      'incident_sev1_end: rolled back',
      'incident_sev1_detected: down',
      'incident_sev3_start: slow',
    ]);
    expect(valuesOf(frame, 'severity')).toEqual(['critical', 'critical', 'warning']);
    expect(valuesOf(frame, 'labels')?.[0]).toEqual({ type: 'incident_sev1_end', incident: '1' });
  });

  test('are marked when the list is truncated', async () => {
    const [frame] = await ask({ kind: 'table', limit: 2 });
    expect(frame?.length).toBe(2);
    expect(frame?.meta?.notices?.[0]?.text).toContain('More than 2 events match');
  });
});

describe('counts', () => {
  test('have a series for each type, with zeros where nothing happened', async () => {
    const frames = await ask({ kind: 'counts', countBy: 'type', interval: '1h', types: ['deploy_*'] });
    expect(frames.map(({ name }) => name)).toEqual(['deploy_shop', 'deploy_blog']);
    expect(valuesOf(frames[0], 'Time')).toEqual([0, 1, 2, 3, 4, 5, 6].map((hour) => at(hour)));
    expect(valuesOf(frames[0], 'Value')).toEqual([0, 2, 0, 0, 0, 0, 0]);
    expect(frames[0]?.fields[1]?.labels).toEqual({ type: 'deploy_shop' });
  });

  test('are split by a tag, with a separate series for events without the tag', async () => {
    const frames = await ask({ kind: 'counts', countBy: 'env', interval: '6h' });
    expect(frames.map(({ name }) => name)).toEqual(['without env', 'prod', 'test']);
  });

  test('are joined, in the interval that fits the panel', async () => {
    const [frame] = await ask({ kind: 'counts', countBy: '' });
    expect(frame?.name).toBe('events');
    expect(frame?.length).toBe(37);
  });

  test('are split by day of the calendar, with zeros between', async () => {
    await send(`${seconds(1) + 3 * 86_400} deploy_shop release c`);
    const range = rangeOf(at(0), at(0) + 10 * 86_400_000);
    const [frame] = await ask({ kind: 'counts', interval: '1d', types: ['deploy_shop'] }, { range });
    expect(valuesOf(frame, 'Value')).toEqual([2, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0]);
  });

  test('are split by day in the time zone of the dashboard', async () => {
    const range = rangeOf(at(-48), at(26));
    const inTokyo = { range, timezone: 'Asia/Tokyo' };
    const [frame] = await ask({ kind: 'counts', interval: '1d', countBy: '', types: ['deploy_*'] }, inTokyo);
    expect(valuesOf(frame, 'Time')).toEqual([-57, -33, -9, 15].map((hour) => at(hour)));
    expect(valuesOf(frame, 'Value')).toEqual([0, 0, 3, 0]);
    const inNewYork = { range, timezone: 'America/New_York' };
    const [other] = await ask(
      { kind: 'counts', interval: '1d', countBy: '', types: ['deploy_*'] },
      inNewYork,
    );
    expect(valuesOf(other, 'Time')).toEqual([-67, -43, -19, 5].map((hour) => at(hour)));
    expect(valuesOf(other, 'Value')).toEqual([0, 0, 3, 0]);
  });

  test('have days of the calendar when the panel leaves no room for shorter intervals', async () => {
    const more = { range: rangeOf(at(0), at(72)), intervalMs: 80_000_000, timezone: 'Asia/Tokyo' };
    const [frame] = await ask({ kind: 'counts', countBy: '' }, more);
    expect(valuesOf(frame, 'Time')).toEqual([-9, 15, 39, 63].map((hour) => at(hour)));
  });

  test.each(['', 'type', 'env'])('are zeros by %j in a range without events', async (countBy) => {
    for (const interval of ['1h', '1d']) {
      const frames = await ask({ kind: 'counts', countBy, interval, types: ['never'] });
      expect(frames.map(({ name }) => name)).toEqual(['events']);
      expect(valuesOf(frames[0], 'Value')).toEqual(Array(interval === '1h' ? 7 : 1).fill(0));
    }
  });

  test('are refused before any request when the interval is too short for the range', async () => {
    const range = rangeOf(at(0), at(0) + 365 * 86_400_000);
    await expect(ask({ kind: 'counts', interval: '1s' }, { range })).rejects.toThrow(
      'The interval 1s makes 31,536,000 points for this range',
    );
  });

  test("use Grafana's own interval", async () => {
    const scopedVars = { __interval: { text: '30m', value: '30m' } };
    const [frame] = await ask({ kind: 'counts', countBy: '', interval: '$__interval' }, { scopedVars });
    expect(frame?.length).toBe(13);
  });
});

describe('spans', () => {
  test('are rows of a state timeline, in the colours of their severity as it changes', async () => {
    const frames = await ask({ kind: 'spans' });
    expect(frames.map(({ name }) => name)).toEqual(['incident_sev3', 'incident_sev2']);
    expect(valuesOf(frames[0], 'Time')).toEqual([at(3), at(3, 30), at(4)]);
    expect(valuesOf(frames[0], 'Value')).toEqual(['sev3 \u00b7 slow', 'sev1 \u00b7 slow', null]);
    expect(frames[0]?.fields[1]?.config.mappings?.[0]?.options).toMatchObject({
      'sev3 \u00b7 slow': { color: 'yellow' },
      'sev1 \u00b7 slow': { color: 'dark-red' },
    });
  });

  test('are a table', async () => {
    const [frame] = await ask({ kind: 'spanTable', allTags: ['origin=external'] });
    expect(valuesOf(frame, 'title')).toEqual(['the bank is away']);
    expect(valuesOf(frame, 'duration')).toEqual([80 * 60_000]);
    expect(valuesOf(frame, 'origin')).toEqual(['external']);
  });

  test('are filtered by state, scale and severity', async () => {
    const titles = async (target: Partial<AnthraciteQuery>) =>
      valuesOf((await ask({ kind: 'spanTable', ...target }))[0], 'title');
    expect(await titles({ spanState: 'open' })).toEqual([]);
    expect(await titles({ spanState: 'over', spanScale: 'incident' })).toHaveLength(2);
    expect(await titles({ severities: ['1'] })).toEqual(['slow']);
  });
});

test('returns the figures of a report in columns, with their units', async () => {
  const [frame] = await ask({ kind: 'report', types: ['incident_*'] });
  expect(frame?.length).toBe(1);
  expect(valuesOf(frame, 'incidents')).toEqual([2]);
  expect(valuesOf(frame, 'time to detect (mean)')).toEqual([30 * 60_000]);
  expect(valuesOf(frame, 'time to resolve (mean)')).toEqual([70 * 60_000]);
  // The data starts at one o'clock.
  expect(valuesOf(frame, 'time with data')).toEqual([5 * 3_600_000]);
  expect(valuesOf(frame, 'uptime')?.[0]).toBeCloseTo(1 - 2 / 5);
  expect(valuesOf(frame, 'incidents with inconsistent marks')).toEqual([0]);
  expect(frame?.fields.find(({ name }) => name === 'uptime')?.config.unit).toBe('percentunit');
});

test('returns a row for each month of a report, and no figures where there is no data', async () => {
  const [frame] = await ask(
    { kind: 'report', period: 'month' },
    { range: rangeOf(Date.UTC(2025, 11, 1), at(6)) },
  );
  expect(valuesOf(frame, 'period')).toEqual(['2025-12', '2026-01']);
  expect(valuesOf(frame, 'incidents')).toEqual([null, 2]);
  expect(valuesOf(frame, 'uptime')?.[0]).toBeNull();
});

test('divides a report in the time zone of the dashboard', async () => {
  const range = rangeOf(Date.UTC(2026, 0, 1), at(6));
  const [frame] = await ask({ kind: 'report', period: 'month' }, { range, timezone: 'America/New_York' });
  expect(valuesOf(frame, 'period')).toEqual(['2025-12', '2026-01']);
});

test('returns marks of a panel as annotations in a frame for each type, each in its colour', async () => {
  const frames = await ask({ kind: 'marks' });
  for (const { meta } of frames) expect(meta?.dataTopic).toBe(DataTopic.Annotations);
  expect(frames.map((frame) => valuesOf(frame, 'isRegion'))).toEqual([
    [true],
    [true],
    [false],
    [false, false],
  ]);
  // So that Grafana offers no buttons to edit and delete them.
  expect(frames.flatMap((frame) => valuesOf(frame, 'id'))).toEqual([0, 0, 0, 0, 0]);
  const colours = frames.map((frame) => valuesOf(frame, 'color'));
  expect(colours.slice(0, 2)).toEqual([['red'], ['dark-red']]);
  expect(colours[3]?.[0]).toBe(colours[3]?.[1]);
});
