// The events before and after a log line, whatever their types and tags. Pure.

import { type LogRowContextOptions, LogRowContextQueryDirection, type LogRowModel } from '@grafana/data';
import type { AnthraciteQuery } from '../query/query';
import type { RequestParameters } from '../request/parameters';

const usualContext = 100;

/** The query of the context, for a second view: all events, as log lines. */
export function contextQuery({ dataFrame }: LogRowModel): AnthraciteQuery {
  return { refId: `context-${dataFrame.refId ?? ''}`, kind: 'logs' };
}

/** The parameters of the request: the events nearest to the line, including those of the same millisecond. */
export function contextParameters(
  { timeEpochMs }: Pick<LogRowModel, 'timeEpochMs'>,
  { direction, limit = usualContext }: LogRowContextOptions,
): RequestParameters {
  const time = new Date(timeEpochMs).toISOString();
  // The answer includes the line itself.
  const common = { show: 'points', limit: String(limit + 1) };
  return direction === LogRowContextQueryDirection.Forward
    ? { ...common, from: time, order: 'ascending' }
    : { ...common, until: time, order: 'descending' };
}
