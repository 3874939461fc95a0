// A server with a short story, and the queries of a panel to it.

import { CoreApp, type DataFrame, type DataQueryRequest, type DataQueryResponse } from '@grafana/data';
import { lastValueFrom } from 'rxjs';
import { type Served, serve } from '../../cli/dist/test/program';
import { temporaryFolder } from '../../testing/dist/src';
import type { AnthraciteDatasource } from '../src/datasource';
import type { AnthraciteQuery } from '../src/query/query';
import { type JoinedDatasource, join, rangeOf } from './datasource';

/** An instant on the day of the story, in milliseconds. */
export const at = (hour: number, minute = 0): number => Date.UTC(2026, 0, 10, hour, minute);
/** The same in seconds. */
export const seconds = (hour: number, minute = 0): number => at(hour, minute) / 1000;
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

/** Starts a server with the story before the tests of a file. */
export function setUpStory(): void {
  beforeAll(async () => {
    server = await serve(`${temporaryFolder()}/events.db`);
    await send(...lines);
  });
}

/** Sends more lines. */
export async function send(...more: readonly string[]): Promise<void> {
  await server.send(`${more.join('\n')}\n`);
}

/** A new datasource of the server. */
export function joinStory(options: Parameters<typeof join>[1] = {}): JoinedDatasource {
  return join(server.url, options);
}

/** A request of a panel, by default for the first six hours of the day. */
export function requestOf(
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

/** The frames of a query. Rejects with its error. */
export async function ask(
  target: Partial<AnthraciteQuery>,
  more: Partial<DataQueryRequest<AnthraciteQuery>> = {},
  datasource: AnthraciteDatasource = joinStory({
    jsonData: { linkBase: 'https://events.example' },
  }).datasource,
): Promise<DataFrame[]> {
  const { data, errors } = await lastValueFrom(datasource.query(requestOf([target], more)));
  if (errors) throw new Error(errors[0]?.message);
  return data as DataFrame[];
}

/** The queries to which frames belong. */
export const refIdsOf = (answer: DataQueryResponse | undefined): unknown[] | undefined =>
  answer?.data.map(({ refId }) => refId);
/** The values of a field. */
export const valuesOf = (frame: DataFrame | undefined, name: string): unknown[] | undefined =>
  frame?.fields.find((one) => one.name === name)?.values;
