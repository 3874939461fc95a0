// Explore: the histogram over log lines, filters by their labels, and the events around a line, from a real server.

import {
  CoreApp,
  type DataFrame,
  type DataQueryRequest,
  hasLogsContextSupport,
  hasQueryModificationSupport,
  hasSupplementaryQuerySupport,
  hasToggleableQueryFiltersSupport,
  LogRowContextQueryDirection,
  type LogRowModel,
  SupplementaryQueryType,
} from '@grafana/data';
import { lastValueFrom } from 'rxjs';
import { type Served, serve } from '../../cli/dist/test/program';
import { temporaryFolder } from '../../testing/dist/src';
import type { AnthraciteDatasource } from '../src/datasource';
import plugin from '../src/plugin.json';
import type { AnthraciteQuery } from '../src/query/query';
import { join, rangeOf } from './datasource';
import { send } from './http';

const begin = Date.UTC(2026, 0, 10);
const minuteMs = 60_000;
const second = (minute: number): number => (begin + minute * minuteMs) / 1_000;
const lines = [
  `${second(1)} deploy_shop;env=prod;host=web1;host=web2;canary "release a\\nby Nicolas"`,
  `${second(2)} incident_sev1_start;incident=1 down`,
  `${second(3)} incident_sev3_start;incident=2 slow`,
  `${second(4)} puppet_failed;host=web1 no route`,
  `${second(4)} press a film`,
  `${second(30)} incident_sev1_end;incident=1 rolled back`,
];

let server: Served;
let datasource: AnthraciteDatasource;
beforeAll(async () => {
  server = await serve(`${temporaryFolder()}/events.db`);
  await server.send(`${lines.join('\n')}\n`);
});
beforeEach(() => {
  datasource = join(server.url).datasource;
});

function requestOf(target: Partial<AnthraciteQuery>): DataQueryRequest<AnthraciteQuery> {
  return {
    requestId: 'Q1',
    app: CoreApp.Explore,
    interval: '10m',
    intervalMs: 600_000,
    range: rangeOf(begin, begin + 60 * minuteMs),
    scopedVars: {},
    startTime: 0,
    timezone: 'utc',
    targets: [{ refId: 'A', ...target }],
  };
}

async function framesOf(request: DataQueryRequest<AnthraciteQuery> | undefined): Promise<DataFrame[]> {
  if (request === undefined) throw new Error('there is no request');
  const { data, errors } = await lastValueFrom(datasource.query(request));
  if (errors) throw new Error(errors[0]?.message);
  return data as DataFrame[];
}

const volumeOf = (target: Partial<AnthraciteQuery>) =>
  datasource.getSupplementaryRequest(SupplementaryQueryType.LogsVolume, requestOf(target));
const valuesOf = (frame: DataFrame | undefined, name: string): unknown[] | undefined =>
  frame?.fields.find((one) => one.name === name)?.values;
const totalOf = (frame: DataFrame): number =>
  (valuesOf(frame, 'Value') as number[]).reduce((sum, count) => sum + count, 0);

test('offers Grafana everything that Explore can use', () => {
  expect(hasSupplementaryQuerySupport(datasource, SupplementaryQueryType.LogsVolume)).toBe(true);
  expect(hasSupplementaryQuerySupport(datasource, SupplementaryQueryType.LogsSample)).toBe(false);
  expect(hasToggleableQueryFiltersSupport(datasource)).toBe(true);
  expect(hasQueryModificationSupport(datasource)).toBe(true);
  expect(hasLogsContextSupport(datasource)).toBe(true);
  expect(plugin.streaming).toBe(true);
});

describe('the histogram', () => {
  test('has the events of the whole range by level, whatever the limit of the lines', async () => {
    const frames = await framesOf(volumeOf({ kind: 'logs', limit: 1 }));
    expect(frames.map((frame) => [frame.refId, frame.fields[1]?.labels?.['level'], totalOf(frame)])).toEqual([
      ['log-volume-A', 'critical', 2],
      ['log-volume-A', 'warning', 2],
      ['log-volume-A', 'info', 2],
    ]);
  });

  test('has the filters of the lines', async () => {
    const [frame, ...others] = await framesOf(volumeOf({ kind: 'logs', types: ['press'] }));
    expect(others).toEqual([]);
    expect(totalOf(frame as DataFrame)).toBe(1);
  });

  test('is complete with more types than the server counts one by one', async () => {
    const many = await serve(`${temporaryFolder()}/events.db`);
    const types = Array.from({ length: 150 }, (_, i) => `${second(5)} type_${i} x`);
    await many.send(
      `${[...types, `${second(6)} incident_sev1 down`, `${second(7)} incident_sev1 again`].join('\n')}\n`,
    );
    datasource = join(many.url).datasource;
    const frames = await framesOf(volumeOf({ kind: 'logs' }));
    expect(frames.map((frame) => [frame.name, totalOf(frame)])).toEqual([
      ['critical', 2],
      ['info', 150],
    ]);
  });

  test('is not asked for queries that have no lines', () => {
    expect(volumeOf({ kind: 'table' })).toBeUndefined();
    expect(volumeOf({ kind: 'logs', hide: true })).toBeUndefined();
    expect(
      datasource.getSupplementaryRequest(SupplementaryQueryType.LogsSample, requestOf({ kind: 'logs' })),
    ).toBeUndefined();
  });
});

describe('a log line', () => {
  test('starts with the type, and keeps title and body apart without line breaks', async () => {
    const [frame] = await framesOf(requestOf({ kind: 'logs', types: ['deploy_shop'] }));
    const [line] = valuesOf(frame, 'body') as string[];
    expect(line?.replaceAll('\n', '')).toMatch(/^deploy_shop: release a\W+by Nicolas$/);
  });

  test('has the type and each tag as a label', async () => {
    const [frame] = await framesOf(requestOf({ kind: 'logs', types: ['deploy_shop'] }));
    expect(valuesOf(frame, 'labels')).toEqual([
      { type: 'deploy_shop', env: 'prod', host: 'web1, web2', tag: 'canary' },
    ]);
  });
});

describe('the filter buttons of a label', () => {
  const query: AnthraciteQuery = { refId: 'A', kind: 'logs', types: ['deploy_*', '!deploy_test'] };
  const toggled = (from: AnthraciteQuery, type: 'FILTER_FOR' | 'FILTER_OUT', key: string, value: string) =>
    datasource.toggleQueryFilter(from, { type, options: { key, value } });

  test.each([
    ['type', 'deploy_shop'],
    ['env', 'prod'],
    ['host', 'web1, web2'],
    ['tag', 'canary'],
  ])('keep the event of the label %s %s, remove it, and switch off again', async (key, value) => {
    const onlyIt = toggled({ refId: 'A', kind: 'logs' }, 'FILTER_FOR', key, value);
    expect(datasource.queryHasFilter(onlyIt, { key, value })).toBe(true);
    const [kept] = await framesOf(requestOf(onlyIt));
    expect(valuesOf(kept, 'severity')).toEqual(['info']);
    const othersOnly = toggled(onlyIt, 'FILTER_OUT', key, value);
    expect(datasource.queryHasFilter(othersOnly, { key, value })).toBe(false);
    const [others] = await framesOf(requestOf(othersOnly));
    expect(others?.length).toBeGreaterThan(0);
    expect(JSON.stringify(valuesOf(others, 'labels'))).not.toContain('deploy_shop');
    const none = toggled(othersOnly, 'FILTER_OUT', key, value);
    expect((await framesOf(requestOf(none)))[0]?.length).toBe(lines.length);
  });

  test('narrow the types of a query, and keep those that it excludes', () => {
    expect(toggled(query, 'FILTER_FOR', 'type', 'deploy_shop').types).toEqual([
      'deploy_shop',
      '!deploy_test',
    ]);
    expect(toggled(query, 'FILTER_OUT', 'type', 'deploy_shop').types).toEqual([
      'deploy_*',
      '!deploy_test',
      '!deploy_shop',
    ]);
  });

  test('work from cells of a table, whose columns they are offered in', async () => {
    const [table] = await framesOf(requestOf({ kind: 'table', types: ['deploy_shop'] }));
    const offered = table?.fields.filter(({ config }) => config.filterable).map(({ name }) => name);
    expect(offered).toEqual(['type', 'tags']);
    const filter = { key: 'tags', value: String(valuesOf(table, 'tags')?.[0]) };
    const changed = datasource.modifyQuery({ refId: 'A' }, { type: 'ADD_FILTER', options: filter });
    expect(changed.allTags).toEqual(['env=prod', 'host=web1', 'host=web2', 'canary']);
    expect((await framesOf(requestOf(changed)))[0]?.length).toBe(1);
  });

  test('are ad hoc filters of a dashboard, where they find the same row', async () => {
    const filters = [{ key: 'tags', operator: '=', value: 'env=prod host=web1 host=web2' }];
    const [frame] = await framesOf({ ...requestOf({ kind: 'table' }), filters });
    expect(frame?.length).toBe(1);
  });

  test.each([
    ['ADD_FILTER', { key: 'env', value: 'prod' }, { allTags: ['env=prod'] }],
    ['ADD_FILTER_OUT', { key: 'env', value: 'prod' }, { noTags: ['env=prod'] }],
    ['ADD_STRING_FILTER', { value: 'say "no"\nroute' }, { text: 'a "say no route"' }],
    ['ADD_STRING_FILTER_OUT', { value: 'route' }, { text: 'a -"route"' }],
    ['UNKNOWN', { value: 'route' }, { text: 'a' }],
  ])('change a query by %s', (type, options, expected) => {
    const changed = datasource.modifyQuery(
      { refId: 'A', text: 'a' },
      { type, options: options as Record<string, string> },
    );
    expect(changed).toMatchObject(expected);
  });

  test.each(['!deploy', 'a*b', 'type', '__proto__', 'x=y=z', '<b>'])(
    'find the event of the type %j again',
    async (type) => {
      const odd = await serve(`${temporaryFolder()}/events.db`);
      const tags = ['type', 'type=3', 'tags=1', '__proto__=2'];
      const json = { time: begin + minuteMs, type, tags, description: 'x' };
      expect((await send(`${odd.url}/events`, { method: 'POST', json })).status).toBe(201);
      datasource = join(odd.url).datasource;
      const [frame] = await framesOf(requestOf({ kind: 'logs' }));
      const labels = valuesOf(frame, 'labels')?.[0] as Record<string, string>;
      expect(Object.keys(labels)).toEqual(['type', 'tag', 'type=', 'tags=', '__proto__']);
      for (const [key, value] of Object.entries(labels)) {
        const only = toggled({ refId: 'A', kind: 'logs' }, 'FILTER_FOR', key, value);
        expect((await framesOf(requestOf(only)))[0]?.length).toBe(1);
      }
    },
  );
});

describe('the context of a line', () => {
  /** The lines around the line with a type. */
  async function around(
    type: string,
    direction: LogRowContextQueryDirection,
    limit = 100,
  ): Promise<unknown[]> {
    const [frame] = await framesOf(requestOf({ kind: 'logs', types: [type] }));
    const timeEpochMs = Number(valuesOf(frame, 'timestamp')?.[0]);
    const row = { dataFrame: frame, rowIndex: 0, timeEpochMs } as LogRowModel;
    const { data } = await datasource.getLogRowContext(row, { direction, limit });
    const labels = valuesOf(data[0] as DataFrame, 'labels') as Record<string, string>[];
    return labels.map((one) => one['type']);
  }

  test('is the events before it, newest first, without the filters of the query', async () => {
    expect(await around('puppet_failed', LogRowContextQueryDirection.Backward)).toEqual([
      'press',
      'puppet_failed',
      'incident_sev3_start',
      'incident_sev1_start',
      'deploy_shop',
    ]);
  });

  test('is the events after it, the nearest first', async () => {
    expect(await around('incident_sev3_start', LogRowContextQueryDirection.Forward, 2)).toEqual([
      'incident_sev3_start',
      'puppet_failed',
      'press',
    ]);
  });

  test('opens in a second view as the log lines of all events', async () => {
    const row = { dataFrame: { refId: 'A', fields: [], length: 0 } } as unknown as LogRowModel;
    expect(await datasource.getLogRowContextQuery(row)).toEqual({
      refId: 'context-A',
      kind: 'logs',
      datasource: datasource.getRef(),
    });
  });
});
