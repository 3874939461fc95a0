// What the timeline is to show of a range, as the server answered it.

import type { StoredEvent } from '@anthracite/protocol/browser';
import { type Bin, type BinInterval, binsOf, intervalFor, type TimeRange } from '../../timeline/bins';
import { laneIntervalFor, widened } from '../../timeline/lane-counts';
import type { ListedSpan } from '../../timeline/span-rows';
import type { TimelineStart, TimelineView } from '../../timeline/timeline-address';
import type { CountedSeries, ServerData } from './server-data';

/** What is to be drawn. */
export interface Scene {
  readonly view: TimelineView;
  /** What was in view when it was asked for. */
  readonly inView: TimeRange;
  /** What was asked for: what was in view, and some to either side. */
  readonly range: TimeRange;
  /** By which the lanes are counted. */
  readonly interval: BinInterval;
  readonly series: readonly CountedSeries[];
  /** Null where there are too many: then intervals are drawn. */
  readonly events: readonly StoredEvent[] | null;
  readonly spans: readonly ListedSpan[];
  /** True where there are more spans than were sent. */
  readonly isCut: boolean;
  readonly histogram: { readonly bins: readonly Bin[]; readonly interval: BinInterval };
}

/** About so many bars has the histogram, at most. */
export const mostBins = 102;
const mostEvents = 800;

/** Asks for all of it. `known` are counts that are here already; the axis is `width` pixels long. */
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
    isCut: truncated,
    histogram: { bins, interval: counted },
  };
}
