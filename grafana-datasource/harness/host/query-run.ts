// Runs a query of a datasource like a panel, the annotations of a dashboard or a variable.

import {
  CoreApp,
  type DataFrame,
  type DataQueryRequest,
  type DataQueryResponse,
  type DataSourceApi,
  LoadingState,
  type PanelData,
  type TimeRange,
  toDataFrame,
} from '@grafana/data';
import { isObservable, lastValueFrom } from 'rxjs';

/** A query of any datasource. */
// biome-ignore lint/suspicious/noExplicitAny: the host knows no plugin
export type AnyQuery = any;

/** The common part of every request. */
export interface Asked {
  readonly refId: string;
  readonly app: CoreApp;
  readonly range: TimeRange;
  /** Points per series; the width of a wide panel by default. */
  readonly maxDataPoints?: number | undefined;
}

/** Runs a query, and returns all results, including errors, as in a panel. */
export async function runQuery(datasource: DataSourceApi, query: AnyQuery, asked: Asked): Promise<PanelData> {
  const { range } = asked;
  const answer = await ask(datasource, query, asked).catch(
    (error): DataQueryResponse => ({
      data: [],
      state: LoadingState.Error,
      errors: [{ message: error.data?.message ?? error.message ?? String(error) }],
    }),
  );
  return panelData(answer, range);
}

/** A response as panels and Explore get it. */
export function panelData(answer: DataQueryResponse, range: TimeRange): PanelData {
  const errors = answer.errors ?? (answer.error ? [answer.error] : []);
  return {
    state: answer.state ?? (errors.length > 0 ? LoadingState.Error : LoadingState.Done),
    series: answer.data.map((one): DataFrame => toDataFrame(one)),
    timeRange: range,
    ...(errors.length > 0 && { errors, error: errors[0] }),
  };
}

/** Runs the query of a variable, and returns the texts of its options. */
export async function runVariable(
  datasource: DataSourceApi,
  query: AnyQuery,
  range: TimeRange,
): Promise<string[]> {
  const support = datasource.variables as unknown as {
    query: (request: DataQueryRequest) => ReturnType<DataSourceApi['query']>;
  };
  const answer = await settle(
    support.query(requestOf(query, { refId: 'Var', app: CoreApp.Dashboard, range })),
  );
  return (answer.data as { text: string; value: string }[]).map(({ text, value }) => String(text ?? value));
}

function ask(datasource: DataSourceApi, query: AnyQuery, asked: Asked): Promise<DataQueryResponse> {
  try {
    return settle(datasource.query(requestOf(query, asked)));
  } catch (error) {
    return Promise.reject(error);
  }
}

function settle(answer: ReturnType<DataSourceApi['query']>): Promise<DataQueryResponse> {
  return isObservable(answer) ? lastValueFrom(answer) : Promise.resolve(answer);
}

/** The request of a query. */
export function requestOf(
  query: AnyQuery,
  { refId, app, range, maxDataPoints = 1_200 }: Asked,
): DataQueryRequest {
  const rangeMs = range.to.valueOf() - range.from.valueOf();
  const intervalMs = Math.max(1_000, Math.round(rangeMs / maxDataPoints));
  return {
    requestId: `harness-${refId}`,
    app,
    range,
    interval: `${Math.round(intervalMs / 1_000)}s`,
    intervalMs,
    maxDataPoints,
    scopedVars: {
      __interval: { text: `${Math.round(intervalMs / 1_000)}s`, value: `${Math.round(intervalMs / 1_000)}s` },
      __interval_ms: { text: String(intervalMs), value: intervalMs },
    },
    targets: [{ ...query, refId }],
    timezone: 'utc',
    startTime: Date.now(),
  };
}
