// Counts for the page of events: its histogram and its facets. Both come from kept counts, and read no events.

import type { EventStore } from '../../../../answers/event-store';
import type { EventQuery } from '../../../../query/event-query';
import { StoreError } from '../../../../storage/store-error';
import type { EventChartView } from '../../../../web/event-chart';
import { type EventKind, eventKinds, kindOfType } from '../../../../web/event-kinds';
import { type Facet, tagFacets, toFacets } from '../../../../web/facets';
import { type Bin, binsOf, intervalFor, type Point } from '../../../../web/timeline/bins';
import { parseInterval } from '../../request/interval';
import { countSeries } from '../counts';

const mostBins = 60;
const facetKeys = tagFacets.flatMap(({ keys }) => keys);

/** The overview of a list. */
export interface EventOverview {
  /** Null when there are too many counts, or no events. */
  readonly chart: EventChartView | null;
  readonly facets: readonly Facet[];
}

/** The overview of the events of a query, whatever their text. A range without a start begins at the first event. */
export async function overviewOf(
  store: EventStore,
  { search, ...asked }: EventQuery,
  startsAtFirst: boolean,
  zone: string,
): Promise<EventOverview> {
  const query = startsAtFirst ? await fromFirst(store, asked) : asked;
  if (query === null || query.fromMs >= query.untilMs) return { chart: null, facets: [] };
  const [chart, facets] = await Promise.all([
    unlessTooMany(chartOf(store, query, zone)),
    unlessTooMany(facetsOf(store, query)),
  ]);
  return { chart, facets: facets ?? [] };
}

async function fromFirst(store: EventStore, query: EventQuery): Promise<EventQuery | null> {
  const { fromMs, untilMs } = query;
  const { events } = await store.events({ fromMs, untilMs, order: 'ascending' }, null, 1, null);
  return events[0] === undefined ? null : { ...query, fromMs: events[0].time };
}

async function chartOf(store: EventStore, query: EventQuery, zone: string): Promise<EventChartView> {
  const { fromMs, untilMs } = query;
  const range = { fromMs, untilMs };
  const interval = intervalFor(range, mostBins);
  const counted = parseInterval(interval, zone);
  if (counted === null) throw new Error(`${interval} is not an interval`);
  const series = await countSeries(store, { ...query, order: 'ascending' }, counted, 'type');
  const points = new Map<EventKind, Point[]>(eventKinds.map((kind) => [kind, []]));
  for (const { name, points: counts } of series) points.get(kindOfType(name))?.push(...counts);
  const binsOfKind = eventKinds.map((kind) => ({
    kind,
    bins: binsOf(range, interval, points.get(kind) ?? [], zone),
  }));
  const bins = binsOf(range, interval, [...points.values()].flat(), zone).map(
    (bin, i): Bin => ({
      ...bin,
      // The first and the last interval can be longer than the range.
      fromMs: Math.max(bin.fromMs, fromMs),
      untilMs: Math.min(bin.untilMs, untilMs),
      parts: binsOfKind.flatMap((one) => {
        const count = one.bins[i]?.count ?? 0;
        return count === 0 ? [] : [{ kind: one.kind, count }];
      }),
    }),
  );
  return { range, interval, bins };
}

async function facetsOf(store: EventStore, query: EventQuery): Promise<readonly Facet[]> {
  const { names, nameOf, counts } = await store.countsBetween(
    query,
    [query.fromMs, query.untilMs],
    facetKeys,
  );
  const totals = new Map<string, number>();
  for (const [i, place] of nameOf.entries()) {
    const name = names[place] ?? '';
    totals.set(name, (totals.get(name) ?? 0) + (counts[i] ?? 0));
  }
  return toFacets(totals);
}

async function unlessTooMany<T>(counting: Promise<T>): Promise<T | null> {
  try {
    return await counting;
  } catch (error) {
    if (error instanceof StoreError && ['TOO_MANY_COUNTS', 'OUT_OF_MEMORY'].includes(error.code)) return null;
    throw error;
  }
}
