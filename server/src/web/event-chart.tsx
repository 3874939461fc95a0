// The histogram of the events page: stacked by kind, with a legend. Without JavaScript each bar is a link to its interval.

import { withParameters } from './address';
import { type EventKind, eventKinds, kindNames } from './event-kinds';
import { listRange } from './links';
import { countText } from './measure';
import type { Bin, BinInterval, TimeRange } from './timeline/bins';
import { Histogram, HistogramSummary } from './timeline/histogram';

/** Counts of events over time. */
export interface EventChartView {
  readonly range: TimeRange;
  readonly interval: BinInterval;
  /** All intervals of the range, in order. */
  readonly bins: readonly Bin[];
}

/** The chart; `self` is the path and query of the list, `ignoresText` is true if the counts are of all texts. */
export function EventChart({
  view: { range, interval, bins },
  self,
  zone,
  ignoresText,
}: {
  readonly view: EventChartView;
  readonly self: string;
  readonly zone: string;
  readonly ignoresText: boolean;
}) {
  const totals = new Map<EventKind, number>();
  for (const { parts = [] } of bins)
    for (const { kind, count } of parts) totals.set(kind, (totals.get(kind) ?? 0) + count);
  return (
    <figure class="histogram" id="histogram">
      <div class="histogram-ground" data-bins={JSON.stringify(bins)} data-range={JSON.stringify(range)}>
        <Histogram
          bins={bins}
          range={range}
          zone={zone}
          linkTo={(bin) =>
            withParameters(self, { range: null, after: null, before: null, ...listRange(bin) })
          }
        />
      </div>
      <figcaption class="soft">
        <span>
          <HistogramSummary bins={bins} interval={interval} />
          {ignoresText && ', with any text'}
        </span>
        <ul class="kinds">
          {eventKinds
            .filter((kind) => (totals.get(kind) ?? 0) > 0)
            .map((kind) => (
              <li key={kind}>
                <span class={`swatch ${kind}`} aria-hidden="true" /> {kindNames[kind]}{' '}
                {countText(totals.get(kind) ?? 0)}
              </li>
            ))}
        </ul>
      </figcaption>
    </figure>
  );
}
