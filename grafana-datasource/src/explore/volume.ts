// The histogram over the log lines of Explore: the number of events of the whole range by their level. Pure.

import type { CountSeries, CountsAnswer } from '@anthracite/protocol';
import { parseScale } from '@anthracite/protocol/browser';
import type { DataQueryRequest } from '@grafana/data';
import { logLevel } from '../frames/state';
import { completeQuery } from '../query/complete-query';
import type { AnthraciteQuery } from '../query/query';

// Grafana finds the query of a frame by this prefix.
const refIdPrefix = 'log-volume-';
const levels = ['critical', 'error', 'warning', 'info'];

/** The query of the histogram; undefined for queries that are not shown as log lines. */
export function volumeQuery(query: AnthraciteQuery): AnthraciteQuery | undefined {
  const { kind, hide } = completeQuery(query);
  if (kind !== 'logs' || hide === true) return undefined;
  return { ...query, kind: 'volume', refId: `${refIdPrefix}${query.refId}`, countBy: 'type', interval: '' };
}

/** The request of the histogram; undefined if no query is shown as log lines. */
export function volumeRequest(
  request: DataQueryRequest<AnthraciteQuery>,
): DataQueryRequest<AnthraciteQuery> | undefined {
  const targets = request.targets.flatMap((target) => volumeQuery(target) ?? []);
  return targets.length === 0 ? undefined : { ...request, targets };
}

/** Counts by type as counts by level. `all` are the counts of all events, if some types were left out: their level is `info`. */
export function levelCounts(byType: CountsAnswer, all: CountsAnswer | null): CountsAnswer {
  const sums = new Map(levels.map((level) => [level, new Map<number, number>()]));
  const add = (level: string, { points }: CountSeries, sign: 1 | -1): void => {
    const sum = sums.get(level);
    for (const [time, count] of points) sum?.set(time, (sum.get(time) ?? 0) + sign * count);
  };
  for (const series of byType.series) add(logLevel(parseScale(series.name, []), series.name), series, 1);
  if (all !== null) {
    for (const series of all.series) add('info', series, 1);
    for (const series of byType.series) add('info', series, -1);
  }
  const series = [...sums].map(([name, sum]): CountSeries => {
    const points = [...sum].filter(([, count]) => count > 0).sort(([a], [b]) => a - b);
    return { name, total: points.reduce((total, [, count]) => total + count, 0), points };
  });
  return { ...byType, series: series.filter(({ total }) => total > 0), truncated: false };
}
