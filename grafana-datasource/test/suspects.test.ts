// Suspects of incidents and followers of changes, as tables and as marks, from a real server.

import { CoreApp, type DataFrame, type DataQueryRequest, DataTopic } from '@grafana/data';
import { lastValueFrom } from 'rxjs';
import { type Served, serve } from '../../cli/dist/test/program';
import { temporaryFolder } from '../../testing/dist/src';
import type { AnthraciteQuery } from '../src/query/query';
import { join, rangeOf } from './datasource';

const begin = Date.UTC(2026, 0, 10);
const minuteMs = 60_000;
const second = (minute: number): number => (begin + minute * minuteMs) / 1_000;
const lines = [
  `${second(0)} press a film`,
  `${second(30)} deploy_blog;version=1;env=prod release 1`,
  `${second(50)} deploy_shop;version=2;env=prod;host=web1 release <b>2</b>`,
  `${second(52)} deploy_shop;version=2;env=prod;host=web2 release <b>2</b>`,
  `${second(60)} incident_sev1_start;incident=42;env=prod the shop is down`,
  `${second(70)} incident_sev1_end;incident=42 it is back`,
  `${second(80)} deploy_shop;version=3;env=prod release 3`,
  `${second(90)} incident_sev2_start;incident=43;env=prod <i>slow</i>`,
];

let server: Served;
beforeAll(async () => {
  server = await serve(`${temporaryFolder()}/events.db`);
  await server.send(`${lines.join('\n')}\n`);
});

async function ask(
  target: Partial<AnthraciteQuery>,
  variables: Readonly<Record<string, unknown>> = {},
): Promise<DataFrame[]> {
  const { datasource } = join(server.url, { variables, jsonData: { linkBase: 'https://events.example' } });
  const request: DataQueryRequest<AnthraciteQuery> = {
    requestId: 'Q1',
    app: CoreApp.Dashboard,
    interval: '10m',
    intervalMs: 600_000,
    range: rangeOf(begin, begin + 120 * minuteMs),
    scopedVars: {},
    startTime: 0,
    timezone: 'utc',
    targets: [{ refId: 'A', ...target }],
  };
  const { data, errors } = await lastValueFrom(datasource.query(request));
  if (errors) throw new Error(errors[0]?.message);
  return data as DataFrame[];
}

const valuesOf = (frame: DataFrame | undefined, name: string): unknown[] | undefined =>
  frame?.fields.find((one) => one.name === name)?.values;
const titlesOf = async (
  target: Partial<AnthraciteQuery>,
  variables?: Readonly<Record<string, unknown>>,
): Promise<unknown[] | undefined> => valuesOf((await ask(target, variables))[0], 'title');

describe('the suspects of an incident', () => {
  test('are a table with rank, lag and reasons, the most suspicious first', async () => {
    const [frame, ...others] = await ask({ kind: 'suspects', subjects: ['42'] });
    expect(others).toEqual([]);
    expect(valuesOf(frame, 'rank')).toEqual([1, 2]);
    expect(valuesOf(frame, 'type')).toEqual(['deploy_shop', 'deploy_blog']);
    expect(valuesOf(frame, 'time')).toEqual([begin + 50 * minuteMs, begin + 30 * minuteMs]);
    expect(valuesOf(frame, 'before')).toEqual([8 * minuteMs, 30 * minuteMs]);
    expect(valuesOf(frame, 'events')).toEqual([2, 1]);
    expect(valuesOf(frame, 'title')?.[0]).toBe('release <b>2</b>');
    expect(valuesOf(frame, 'reasons')?.[0]).toMatch(/^8 minutes before.*shares env=prod/);
    const links = frame?.fields.find(({ name }) => name === 'id')?.config.links;
    expect(links?.[0]?.url).toBe('https://events.example/events/${__value.raw}');
  });

  test.each([
    ['its key', '42'],
    ['a tag', 'incident=42'],
    ['its type', 'incident_sev1'],
    ['the id of one of its marks', '5'],
  ])('are found by %s', async (_, subject) => {
    expect(await titlesOf({ kind: 'suspects', subjects: [subject] })).toEqual([
      'release <b>2</b>',
      'release 1',
    ]);
  });

  test('are those of the newest incident of the range, if none is named', async () => {
    expect((await titlesOf({ kind: 'suspects' }))?.[0]).toBe('release 3');
  });

  test('are those of each value of a variable, with its incident', async () => {
    const [frame] = await ask(
      { kind: 'suspects', subjects: ['$incident'], limit: 1 },
      { incident: ['42', '43'] },
    );
    expect(valuesOf(frame, 'span')).toEqual(['42: the shop is down', '43: <i>slow</i>']);
    expect(valuesOf(frame, 'title')).toEqual(['release <b>2</b>', 'release 3']);
  });

  test('have the filters, the window and the limit of the query', async () => {
    expect(await titlesOf({ kind: 'suspects', subjects: ['42'], types: ['press'] })).toEqual(['a film']);
    expect(await titlesOf({ kind: 'suspects', subjects: ['42'], within: '15min' })).toEqual([
      'release <b>2</b>',
    ]);
    expect(await titlesOf({ kind: 'suspects', subjects: ['42'], limit: 1 })).toEqual(['release <b>2</b>']);
  });

  test('are an empty table in a range without incidents', async () => {
    const { datasource } = join(server.url);
    const request = { range: rangeOf(0, 1_000), scopedVars: {}, targets: [{ refId: 'A', kind: 'suspects' }] };
    const { data, errors } = await lastValueFrom(
      datasource.query(request as unknown as DataQueryRequest<AnthraciteQuery>),
    );
    expect(errors).toBeUndefined();
    expect(data[0]).toMatchObject({ length: 0 });
  });

  test('are refused with the reason for an unknown incident, a wrong window and too many incidents', async () => {
    await expect(ask({ kind: 'suspects', subjects: ['nobody'] })).rejects.toThrow(
      'There is no incident "nobody"',
    );
    await expect(ask({ kind: 'suspects', subjects: ['42'], within: 'long' })).rejects.toThrow('window');
    const incident = Array.from({ length: 11 }, (_, i) => String(i));
    await expect(ask({ kind: 'suspects', subjects: ['$incident'] }, { incident })).rejects.toThrow(
      'maximum is 10',
    );
  });

  test('are marks with their ranks, in the text of an annotation and on a panel', async () => {
    const [annotation] = await ask({ kind: 'annotation', show: 'suspects', subjects: ['42'] });
    expect(valuesOf(annotation, 'title')).toEqual([
      '<b><bdi>the shop is down</bdi></b>',
      '<b><bdi>#1 deploy_shop: release &lt;b&gt;2&lt;/b&gt;</bdi></b>',
      '<b><bdi>#2 deploy_blog: release 1</bdi></b>',
    ]);
    expect(valuesOf(annotation, 'timeEnd')).toEqual([70, 52, 30].map((minute) => begin + minute * minuteMs));
    expect(valuesOf(annotation, 'text')?.[1]).toMatch(/8 minutes before.*events\.example\/events\/3"/);
    const panel = await ask({ kind: 'marks', show: 'suspects', subjects: ['42'] });
    expect(panel.map(({ length, meta }) => [length, meta?.dataTopic])).toEqual([
      [1, DataTopic.Annotations],
      [2, DataTopic.Annotations],
    ]);
  });
});

describe('the followers of a change', () => {
  test.each([
    ['a tag', 'version=2'],
    ['its id', '3'],
  ])('are a table with rank, lag and reasons, for a change named by %s', async (_, subject) => {
    const [frame] = await ask({ kind: 'followers', subjects: [subject] });
    expect(valuesOf(frame, 'title')).toEqual(['the shop is down', '<i>slow</i>']);
    expect(valuesOf(frame, 'rank')).toEqual([1, 2]);
    expect(valuesOf(frame, 'severity')).toEqual(['sev1', 'sev2']);
    expect(valuesOf(frame, 'open')).toEqual([false, true]);
    expect(valuesOf(frame, 'reasons')?.[0]).toContain('after');
  });

  test('are those of the newest event that matches the filters, if none is named', async () => {
    expect(await titlesOf({ kind: 'followers', types: ['deploy_*'] })).toEqual(['<i>slow</i>']);
    expect(await titlesOf({ kind: 'followers', types: ['deploy_blog'] })).toHaveLength(2);
  });

  test('have the filters for spans', async () => {
    expect(await titlesOf({ kind: 'followers', subjects: ['3'], severities: ['2'] })).toEqual([
      '<i>slow</i>',
    ]);
    expect(await titlesOf({ kind: 'followers', subjects: ['3'], spanState: 'over' })).toEqual([
      'the shop is down',
    ]);
  });

  test('are refused with the reason for an unknown event', async () => {
    await expect(ask({ kind: 'followers', subjects: ['version=9'] })).rejects.toThrow(
      'There is no event "version=9"',
    );
    await expect(ask({ kind: 'followers', subjects: ['999'] })).rejects.toThrow();
  });
});
