// The data of panels and Explore for a query, from a real server.

import { CoreApp, type DataFrame, type DataQueryRequest, DataTopic } from '@grafana/data';
import { lastValueFrom, toArray } from 'rxjs';
import { type Served, serve } from '../../cli/dist/test/program';
import { temporaryFolder } from '../../testing/dist/src';
import type { AnthraciteDatasource } from '../src/datasource';
import type { AnthraciteQuery } from '../src/query/query';
import { join, rangeOf } from './datasource';

const at = (hour: number, minute = 0): number => Date.UTC(2026, 0, 10, hour, minute);
const seconds = (hour: number, minute = 0): number => at(hour, minute) / 1000;
const lines = [
  `${seconds(1)} deploy_shop;env=prod;host=web1 "release a\\nby Nicolas"`,
  `${seconds(1, 10)} deploy_shop;env=prod;host=web2 release a`,
  `${seconds(2)} deploy_blog;env=test;host=web1 release b`,
  `${seconds(3)} incident_sev3_start;incident=1 slow`,
  `${seconds(3, 30)} incident_sev1_detected;incident=1 down`,
  `${seconds(3, 40)} incident_sev2_start;incident=2;origin=external the bank is away`,
  `${seconds(4)} incident_sev1_end;incident=1 rolled back`,
  `${seconds(5)} incident_sev2_end;incident=2 it is back`,
];

let server: Served;
beforeAll(async () => {
  server = await serve(`${temporaryFolder()}/events.db`);
  await server.send(`${lines.join('\n')}\n`);
});

function requestOf(
  targets: Partial<AnthraciteQuery>[],
  more: Partial<DataQueryRequest<AnthraciteQuery>> = {},
): DataQueryRequest<AnthraciteQuery> {
  return {
    requestId: 'Q1',
    app: CoreApp.Dashboard,
    interval: '10m',
    intervalMs: 600_000,
    range: rangeOf(at(0), at(6)),
    scopedVars: {},
    startTime: 0,
    timezone: 'utc',
    targets: targets.map((target, i) => ({ refId: 'ABC'[i] ?? 'Z', ...target })),
    ...more,
  };
}

async function ask(
  target: Partial<AnthraciteQuery>,
  more: Partial<DataQueryRequest<AnthraciteQuery>> = {},
  datasource: AnthraciteDatasource = join(server.url, {
    jsonData: { linkBase: 'https://events.example' },
  }).datasource,
): Promise<DataFrame[]> {
  const { data, errors } = await lastValueFrom(datasource.query(requestOf([target], more)));
  if (errors) throw new Error(errors[0]?.message);
  return data as DataFrame[];
}

const valuesOf = (frame: DataFrame | undefined, name: string): unknown[] | undefined =>
  frame?.fields.find((one) => one.name === name)?.values;

test.each(['annotation', 'marks', 'table', 'counts', 'report'] as const)(
  'sends a variable with 5,000 values as %s',
  async (kind) => {
    const hosts = Array.from({ length: 5_000 }, (_, i) => `web${i + 1}`);
    const joined = join(server.url, { variables: { host: hosts } });
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
    await server.send(`${seconds(1) + 3 * 86_400} deploy_shop release c\n`);
    const range = rangeOf(at(0), at(0) + 10 * 86_400_000);
    const [frame] = await ask({ kind: 'counts', interval: '1d', types: ['deploy_shop'] }, { range });
    expect(valuesOf(frame, 'Value')).toEqual([2, 0, 0, 1]);
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

test('returns marks of a panel as annotations in a frame for each type, each in its colour', async () => {
  const frames = await ask({ kind: 'marks' });
  for (const { meta } of frames) expect(meta?.dataTopic).toBe(DataTopic.Annotations);
  expect(frames.map((frame) => valuesOf(frame, 'isRegion'))).toEqual([
    [true],
    [true],
    [false],
    [false, false],
  ]);
  const colours = frames.map((frame) => valuesOf(frame, 'color'));
  expect(colours.slice(0, 2)).toEqual([['red'], ['dark-red']]);
  expect(colours[3]?.[0]).toBe(colours[3]?.[1]);
});

describe('several queries', () => {
  test('are each answered under their own name, and hidden ones are not sent', async () => {
    const { datasource, proxy } = join(server.url);
    const answers = await lastValueFrom(
      datasource.query(requestOf([{ kind: 'table' }, { kind: 'counts' }, { hide: true }])).pipe(toArray()),
    );
    expect(answers.map(({ key }) => key).sort()).toEqual(['A', 'B']);
    expect(proxy.asked).toHaveLength(2);
  });

  test('report a failure of one of them, and the others are answered', async () => {
    const { datasource } = join(server.url);
    const answers = await lastValueFrom(
      datasource.query(requestOf([{ kind: 'counts', interval: 'soon' }, {}])).pipe(toArray()),
    );
    const [failed, good] = answers.sort((a, b) => String(a.key).localeCompare(String(b.key)));
    expect(failed?.errors).toEqual([{ refId: 'A', message: expect.stringContaining('such as 5min') }]);
    expect(good?.data).toHaveLength(1);
  });
});

describe('variables and filters', () => {
  const variables = { types: ['deploy_shop', 'deploy_blog'], host: ['web1', 'web2'], env: 'prod' };
  const asked = async (target: Partial<AnthraciteQuery>, more = {}): Promise<URLSearchParams> => {
    const { datasource, proxy } = join(server.url, { variables });
    await ask(target, more, datasource);
    return new URLSearchParams(proxy.asked[0]?.split('?')[1]);
  };

  test('expand several values to a list', async () => {
    const parameters = await asked({
      types: ['$types'],
      anyTags: ['host=$host'],
      allTags: ['env=${env}'],
      text: 'release $env',
    });
    expect(parameters.getAll('type')).toEqual(['deploy_shop', 'deploy_blog']);
    expect(parameters.getAll('any')).toEqual(['host=web1', 'host=web2']);
    expect(parameters.getAll('all')).toEqual(['env=prod']);
    expect(parameters.get('q')).toBe('release prod');
  });

  test('narrow a query with ad hoc filters', async () => {
    const parameters = await asked(
      { types: ['deploy_*', '!deploy_test'] },
      {
        filters: [
          { key: 'type', operator: '=', value: 'deploy_shop' },
          { key: 'env', operator: '=', value: 'prod' },
          { key: 'host', operator: '!=', value: 'web2' },
          { key: 'host', operator: '=~', value: 'web.*' },
        ],
      },
    );
    expect(parameters.getAll('type')).toEqual(['deploy_shop', '!deploy_test']);
    expect(parameters.getAll('all')).toEqual(['env=prod', 'host=web*']);
    expect(parameters.getAll('none')).toEqual(['host=web2']);
  });

  test('find nothing with a filter that excludes every event of a query', async () => {
    const filters = [{ key: 'type', operator: '=', value: 'incident' }];
    const [frame] = await ask({ types: ['deploy_*'] }, { filters });
    expect(frame?.length).toBe(0);
  });

  test('refuse a filter without a meaning here with a message', async () => {
    const filters = [{ key: 'env', operator: '<', value: '3' }];
    await expect(ask({}, { filters })).rejects.toThrow('The filter env < 3 is not supported');
  });

  test('replace variables in the queries of a panel for Explore', () => {
    const { datasource } = join(server.url, { variables });
    const filters = [{ key: 'env', operator: '=', value: 'prod' }];
    const [query] = datasource.interpolateVariablesInQueries(
      [{ refId: 'A', types: ['$types'] }],
      {},
      filters,
    );
    expect(query).toMatchObject({
      types: ['deploy_shop', 'deploy_blog'],
      allTags: ['env=prod'],
      datasource: { uid: 'anthracite' },
    });
  });

  test('list the keys and values of filters from the server', async () => {
    const { datasource } = join(server.url);
    expect((await datasource.getTagKeys()).map(({ text }) => text)).toEqual([
      'type',
      'env',
      'host',
      'incident',
      'origin',
    ]);
    expect(await datasource.getTagValues({ key: 'env', filters: [] })).toMatchObject([
      { text: 'prod' },
      { text: 'test' },
    ]);
    expect(await datasource.getTagValues({ key: 'type', filters: [] })).toContainEqual({
      text: 'deploy_shop',
      value: 'deploy_shop',
    });
  });
});
