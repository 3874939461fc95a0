// Asks the server for what the timeline shows.

import { markSuffixes, type StoredEvent } from '@anthracite/protocol/browser';
import type { BinInterval, Point, TimeRange } from '../../timeline/bins';
import {
  allCountsAddress,
  filterParameters,
  laneCountsAddress,
  rangeParameters,
} from '../../timeline/lane-counts';
import type { ListedSpan } from '../../timeline/span-rows';
import type { TimelineView } from '../../timeline/timeline-address';
import { EventStream } from '../live/event-stream';

/** Counts of one lane. */
export interface CountedSeries {
  readonly name: string;
  readonly total: number;
  readonly points: readonly Point[];
}

/** An answer that the server refused. */
export class Refusal extends Error {
  constructor(
    readonly code: string,
    message: string,
    /** Milliseconds after which the server may answer; null where asking again does not help. */
    readonly retryMs: number | null,
  ) {
    super(message);
  }
}

// What marks a span is drawn as its bar, not as an event of its own.
const suffixes = Object.keys(markSuffixes);
const isMark = (type: string): boolean => suffixes.some((suffix) => type.endsWith(suffix));
const mostSpans = 500;

export class ServerData {
  #abort = new AbortController();

  constructor(readonly zone: string) {}

  /** Gives up what is still being asked: the view has moved on. */
  giveUp(): void {
    this.#abort.abort();
    this.#abort = new AbortController();
  }

  /** How many events of the view's filter lie in each interval of a range. */
  async counts(view: TimelineView, range: TimeRange, interval: BinInterval): Promise<readonly Point[]> {
    const series = await this.#counted(allCountsAddress(view, range, interval, this.zone));
    return series.flatMap(({ points }) => points);
  }

  /** The same for each lane; types that mark spans have none. */
  async laneCounts(
    view: TimelineView,
    range: TimeRange,
    interval: BinInterval,
  ): Promise<readonly CountedSeries[]> {
    const series = await this.#counted(laneCountsAddress(view, range, interval, this.zone));
    return view.lanes === 'type' ? series.filter(({ name }) => !isMark(name)) : series;
  }

  /** The events of a range, without what marks spans. */
  async events(view: TimelineView, range: TimeRange, limit: number): Promise<readonly StoredEvent[]> {
    const parameters = rangeParameters(view, range);
    for (const suffix of suffixes) parameters.append('type', `!*${suffix}`);
    parameters.append('limit', String(limit));
    const { events } = await this.#json<{ events: StoredEvent[] }>(`/events/json?${parameters}`);
    return events;
  }

  /** The spans that overlap a range, and whether there are more. */
  spans(view: TimelineView, range: TimeRange): Promise<{ spans: ListedSpan[]; truncated: boolean }> {
    const parameters = rangeParameters(view, range);
    parameters.append('limit', String(mostSpans));
    return this.#json(`/spans?${parameters}`, { accept: 'application/json' });
  }

  async #counted(address: string): Promise<CountedSeries[]> {
    const { series } = await this.#json<{ series: CountedSeries[] }>(address);
    return series;
  }

  // Without headers of its own a request is the one that the page has made already, where it has.
  async #json<T>(address: string, headers: Record<string, string> = {}): Promise<T> {
    const response = await fetch(address, { headers, signal: this.#abort.signal });
    const answer = await response.json();
    if (!response.ok) {
      const retryMs =
        response.status === 503 ? Number(response.headers.get('retry-after') ?? 1) * 1_000 : null;
      throw new Refusal(answer.code ?? String(response.status), answer.error ?? '', retryMs);
    }
    return answer as T;
  }
}

/** Calls whenever an event of the view's filter comes or changes, or all of them may have. */
export function hearNews({ filter }: TimelineView, heard: () => void): void {
  let wasAway = false;
  new EventStream(`/events/stream?${filterParameters(filter)}`, {
    onEvent: heard,
    onChange: heard,
    onReset: heard,
    onState: (state) => {
      // A stream that was refused at first does not know what came meanwhile.
      if (state === 'live' && wasAway) heard();
      wasAway = state === 'away';
    },
  }).open();
}
