// Requests the data of the timeline.

import type {
  CountSeries,
  CountsAnswer,
  ErrorAnswer,
  SpanPage,
  StoredEvent,
  TimelineAnswer,
} from '@anthracite/protocol/browser';
import { isMarkType } from '@anthracite/protocol/browser';
import type { BinInterval, Point, TimeRange } from '../../timeline/bins';
import {
  allCountsAddress,
  filterParameters,
  laneCountsAddress,
  namedOnly,
  rangeParameters,
} from '../../timeline/lane-counts';
import type { TimelineView } from '../../timeline/timeline-address';
import { EventStream } from '../live/event-stream';
import { ownAddress } from '../parts/own-address';

/** An error response of the server. */
export class Refusal extends Error {
  constructor(
    readonly code: string,
    message: string,
    /** Milliseconds after which to retry; null if a retry does not help. */
    readonly retryMs: number | null,
  ) {
    super(message);
  }
}

const mostSpans = 500;

export class ServerData {
  #abort = new AbortController();

  constructor(readonly zone: string) {}

  /** Cancels open requests, because the view has changed. */
  giveUp(): void {
    this.#abort.abort();
    this.#abort = new AbortController();
  }

  /** The number of events of the view's filter in each interval of a range. */
  async counts(view: TimelineView, range: TimeRange, interval: BinInterval): Promise<readonly Point[]> {
    const series = await this.#counted(allCountsAddress(view, range, interval, this.zone));
    return series.flatMap(({ points }) => points);
  }

  /** The same per lane. Marks are shown as bars of their spans, and not in the lane of their type. */
  async laneCounts(
    view: TimelineView,
    range: TimeRange,
    interval: BinInterval,
  ): Promise<readonly CountSeries[]> {
    const series = await this.#counted(laneCountsAddress(view, range, interval, this.zone));
    if (view.lanes !== 'type') return series;
    const lanes = series.filter(({ name }) => !isMarkType(name));
    if (lanes.length === series.length) return series;
    const named = await this.#counted(laneCountsAddress(namedOnly(view), range, interval, this.zone));
    return [...lanes, ...named.filter(({ name }) => isMarkType(name))];
  }

  /** The newest events of a range, at most `limit`, without marks of spans. */
  async events(view: TimelineView, range: TimeRange, limit: number): Promise<readonly StoredEvent[]> {
    const parameters = rangeParameters(view, range);
    parameters.append('show', 'unmarked');
    parameters.append('limit', String(limit));
    const { events } = await this.#json<TimelineAnswer>(`/events/timeline?${parameters}`);
    return events;
  }

  /** The spans that overlap a range, and whether there are more. */
  spans(view: TimelineView, range: TimeRange): Promise<SpanPage> {
    const parameters = rangeParameters(view, range);
    parameters.append('limit', String(mostSpans));
    return this.#json(`/spans?${parameters}`, { accept: 'application/json' });
  }

  async #counted(address: string): Promise<readonly CountSeries[]> {
    const { series } = await this.#json<CountsAnswer>(address);
    return series;
  }

  // A request without additional headers can use the response that the page preloaded.
  async #json<T>(address: string, headers: Record<string, string> = {}): Promise<T> {
    const response = await fetch(ownAddress(address), { headers, signal: this.#abort.signal });
    if (!response.ok) {
      const { code, error } = (await response.json()) as ErrorAnswer;
      const retryMs =
        response.status === 503 ? Number(response.headers.get('retry-after') ?? 1) * 1_000 : null;
      throw new Refusal(code ?? String(response.status), error, retryMs);
    }
    return (await response.json()) as T;
  }
}

/** Calls `heard` when an event of the view's filter is new or has changed, or when all events may have changed. */
export function followChanges({ filter }: TimelineView, heard: () => void): void {
  let wasAway = false;
  new EventStream(ownAddress(`/events/stream?${filterParameters(filter)}`), {
    onEvent: heard,
    onChange: heard,
    onReset: heard,
    onState: (state) => {
      // A stream that was refused at first has missed events.
      if (state === 'live' && wasAway) heard();
      wasAway = state === 'away';
    },
  }).open();
}
