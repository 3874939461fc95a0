// Asks the server for what the timeline shows.

import { markSuffixes, type StoredEvent } from '@anthracite/protocol/browser';
import type { BinInterval, Point, TimeRange } from '../../timeline/bins';
import type { ListedSpan } from '../../timeline/span-rows';
import type { TimelineView } from '../../timeline/timeline-address';

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
  ) {
    super(message);
  }
}

// What marks a span is drawn as its bar, not as an event of its own.
const suffixes = Object.keys(markSuffixes);
const isMark = (type: string): boolean => suffixes.some((suffix) => type.endsWith(suffix));
// Beyond these are no times of events.
const firstTime = Date.parse('0001-01-01T00:00:00Z');
const lastTime = Date.parse('9999-12-31T00:00:00Z');
const mostSpans = 500;
const mostSeries = 1_000;

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
    const series = await this.#counted(parametersOf(view, range), interval);
    return series.flatMap(({ points }) => points);
  }

  /** The same for each lane; types that mark spans have none. */
  async laneCounts(
    view: TimelineView,
    range: TimeRange,
    interval: BinInterval,
  ): Promise<readonly CountedSeries[]> {
    const parameters = parametersOf(view, range);
    parameters.append('by', view.lanes);
    parameters.append('limit', String(mostSeries));
    const series = await this.#counted(parameters, interval);
    return view.lanes === 'type' ? series.filter(({ name }) => !isMark(name)) : series;
  }

  /** The events of a range, without what marks spans. */
  async events(view: TimelineView, range: TimeRange, limit: number): Promise<readonly StoredEvent[]> {
    const parameters = withoutMarks(parametersOf(view, range));
    parameters.append('limit', String(limit));
    const { events } = await this.#json<{ events: StoredEvent[] }>('/events/json', parameters);
    return events;
  }

  /** The spans that overlap a range, and whether there are more. */
  spans(view: TimelineView, range: TimeRange): Promise<{ spans: ListedSpan[]; truncated: boolean }> {
    const parameters = parametersOf(view, range);
    parameters.append('limit', String(mostSpans));
    return this.#json('/spans', parameters);
  }

  async #counted(parameters: URLSearchParams, interval: BinInterval): Promise<CountedSeries[]> {
    parameters.append('interval', interval);
    parameters.append('tz', this.zone);
    const { series } = await this.#json<{ series: CountedSeries[] }>('/events/counts', parameters);
    return series;
  }

  async #json<T>(path: string, parameters: URLSearchParams): Promise<T> {
    const response = await fetch(`${path}?${parameters}`, {
      headers: { accept: 'application/json' },
      signal: this.#abort.signal,
    });
    const answer = await response.json();
    if (!response.ok) throw new Refusal(answer.code ?? String(response.status), answer.error ?? '');
    return answer as T;
  }
}

/** Calls whenever an event of the view's filter comes or changes. */
export function hearNews({ filter }: TimelineView, heard: () => void): void {
  const stream = new EventSource(`/events/stream?${parametersOfFilter(filter)}`);
  stream.addEventListener('event', heard);
  stream.addEventListener('change', heard);
}

function parametersOf({ filter }: TimelineView, { fromMs, untilMs }: TimeRange): URLSearchParams {
  const parameters = parametersOfFilter(filter);
  parameters.append('from', isoOf(Math.max(fromMs, firstTime)));
  parameters.append('until', isoOf(Math.min(untilMs, lastTime)));
  return parameters;
}

function parametersOfFilter(filter: TimelineView['filter']): URLSearchParams {
  return new URLSearchParams(filter.map(([name, value]) => [name, value]));
}

function withoutMarks(parameters: URLSearchParams): URLSearchParams {
  for (const suffix of suffixes) parameters.append('type', `!*${suffix}`);
  return parameters;
}

function isoOf(time: number): string {
  return new Date(Math.round(time)).toISOString();
}
