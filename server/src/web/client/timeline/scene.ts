// The data of the timeline for a range, as loaded from the server.

import type { CountSeries, StoredEvent } from '@anthracite/protocol/browser';
import { type Bin, type BinInterval, binsOf, intervalFor, type TimeRange } from '../../timeline/bins';
import { laneIntervalFor, widened } from '../../timeline/lane-counts';
import type { ListedSpan } from '../../timeline/span-rows';
import type { TimelineStart, TimelineView } from '../../timeline/timeline-address';
import type { ServerData } from './server-data';

/** The loaded data. */
export interface Scene {
  readonly view: TimelineView;
  /** The visible range at the time of the request. */
  readonly inView: TimeRange;
  /** The requested range: the visible range, extended on both sides. */
  readonly range: TimeRange;
  /** The interval of the counts in lanes. */
  readonly interval: BinInterval;
  readonly series: readonly CountSeries[];
  /** Null if there are too many events: then intervals are drawn. */
  readonly events: readonly StoredEvent[] | null;
  readonly spans: readonly ListedSpan[];
  /** True if there are more spans than the server sent. */
  readonly isTruncated: boolean;
  readonly histogram: { readonly bins: readonly Bin[]; readonly interval: BinInterval };
}

/** The approximate maximum number of bars in the histogram. */
export const mostBins = 102;
const mostEvents = 800;

/** Loads the data. `known` are counts that the page already has; the axis is `width` pixels long. */
export async function loadScene(
  data: ServerData,
  view: TimelineView,
  inView: TimeRange,
  width: number,
  known: Pick<TimelineStart, 'points' | 'interval'> | null,
): Promise<Scene> {
  const range = widened(inView);
  const counted = intervalFor(inView, mostBins);
  const interval = laneIntervalFor(inView, width);
  const [points, series, { spans, truncated }] = await Promise.all([
    known?.interval === counted ? known.points : data.counts(view, inView, counted),
    data.laneCounts(view, range, interval),
    data.spans(view, range),
  ]);
  const total = series.reduce((sum, one) => sum + one.total, 0);
  const events = total <= mostEvents ? await data.events(view, range, mostEvents * 2) : null;
  const bins = binsOf(inView, counted, points, data.zone);
  return {
    view,
    inView,
    range,
    interval,
    series,
    events,
    spans,
    isTruncated: truncated,
    histogram: { bins, interval: counted },
  };
}
