// Lists events and spans in the form of Grafana's annotations.

import type { AnnotationItem } from '@anthracite/protocol/api';
import { eventLimits, markSuffixes, type StoredEvent, stemOf } from '@anthracite/protocol/core';
import type { FastifyRequest } from 'fastify';
import type { TitledSpan } from '../../../formats/titled-span';
import { showAnnotation } from '../../../hooks/grafana-annotation';
import { wordOfTag } from '../../../hooks/words';
import type { Cursor, EventQuery } from '../../../query/event-query';
import { endAfter } from '../../../query/range-end';
import type { RouteContext } from '../routes/context';

const maxItems = 1_000;
const defaultItems = 100;
// Spans are read in order of their start, and answered in order of their end.
const maxSpans = 10_000;
const spansAtOnce = 1_000;
const maxNames = 10_000;

/** What a client asks for. */
export interface AnnotationQuery {
  readonly limit: number;
  readonly events: EventQuery;
  /** True if only states of Grafana's alerts are wanted, which Anthracite does not have. */
  readonly isOfAlerts: boolean;
}

type Given = Readonly<Record<string, string | readonly string[] | undefined>>;

/** Reads the query. As in Grafana, unknown and malformed parameters are ignored. */
export function readAnnotationQuery({ query }: FastifyRequest): AnnotationQuery {
  const given = query as Given;
  const all = (name: string): readonly string[] => [given[name] ?? []].flat();
  const number = (name: string): number => Number(all(name)[0] || Number.NaN);
  const [from, to] = [number('from'), number('to')];
  const hasRange = Number.isFinite(from) && Number.isFinite(to);
  const words = all('tags')
    .map(wordOfTag)
    .filter((word) => word !== '')
    .slice(0, 64);
  const places = (['dashboardUID', 'panelId'] as const).flatMap((name) =>
    (all(name)[0] ?? '') === ''
      ? []
      : [wordOfTag(`${name === 'panelId' ? 'panel' : 'dashboard'}:${all(name)[0]}`)],
  );
  const limit = number('limit');
  return {
    limit: Number.isInteger(limit) && limit > 0 ? Math.min(limit, maxItems) : defaultItems,
    isOfAlerts: all('type')[0] === 'alert',
    events: {
      fromMs: hasRange ? bounded(Math.floor(from)) : eventLimits.minTimeMs,
      untilMs: endAfter(hasRange ? bounded(to) : eventLimits.maxTimeMs),
      ...(places.length > 0 && { all: places }),
      ...(words.length > 0 && {
        words: {
          words: words.map((word) => [word, ...Object.keys(markSuffixes).map((suffix) => word + suffix)]),
          set: all('matchAny')[0] === 'true' ? ('union' as const) : ('intersection' as const),
        },
      }),
      order: 'descending',
    },
  };
}

/** Reads the query for tags. */
export function readTagQuery({ query }: FastifyRequest): { readonly part: string; readonly limit: number } {
  const { tag, limit } = query as Given;
  const most = Number([limit ?? []].flat()[0]);
  return {
    part: ([tag ?? []].flat()[0] ?? '').toLowerCase(),
    limit: Number.isInteger(most) && most > 0 ? Math.min(most, maxNames) : defaultItems,
  };
}

export class AnnotationList {
  readonly #context: Pick<RouteContext, 'store' | 'clock'>;

  constructor(context: Pick<RouteContext, 'store' | 'clock'>) {
    this.#context = context;
  }

  /** The annotations of a query: the latest end first, then the latest start. */
  async list({ events, limit, isOfAlerts }: AnnotationQuery): Promise<AnnotationItem[]> {
    if (isOfAlerts) return [];
    const [points, spans] = await Promise.all([this.#points(events, limit), this.#spans(events)]);
    const now = this.#context.clock();
    const ends = [
      ...points.map((event) => ({ event, span: null, begin: event.time, end: event.time, id: event.id })),
      ...spans.map((span) => ({ event: null, span, begin: span.begin, end: span.end ?? now, id: span.id })),
    ];
    ends.sort((one, other) => other.end - one.end || other.begin - one.begin || other.id - one.id);
    const items = ends
      .slice(0, limit)
      .map(({ event, span }) =>
        event === null ? this.#ofSpan(span) : showAnnotation(shown(event), event.type, event.time),
      );
    return (await Promise.all(items)).filter((item) => item !== null);
  }

  /** One annotation; null if no event has the id. */
  async one(id: number): Promise<AnnotationItem | null> {
    const { store } = this.#context;
    const [event, span] = await Promise.all([store.event(id), store.span(id)]);
    if (event === null) return null;
    return span === null ? showAnnotation(shown(event), event.type, event.time) : this.#ofSpan(span);
  }

  /** Types and tags that contain a text, by name. */
  async tags({
    part,
    limit,
  }: {
    readonly part: string;
    readonly limit: number;
  }): Promise<{ tag: string; count: number }[]> {
    const { store } = this.#context;
    const [types, tags] = await Promise.all([store.types('', maxNames), store.tags('', maxNames)]);
    const counts = new Map<string, number>();
    for (const { name, count } of [...types.items, ...tags.items]) {
      const tag = stemOf(name);
      if (!tag.startsWith('span=') && tag.toLowerCase().includes(part))
        counts.set(tag, (counts.get(tag) ?? 0) + count);
    }
    return [...counts]
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .slice(0, limit)
      .map(([tag, count]) => ({ tag, count }));
  }

  async #points(query: EventQuery, limit: number): Promise<readonly StoredEvent[]> {
    const found: StoredEvent[] = [];
    let next: Cursor | null = null;
    do {
      const part: Awaited<ReturnType<RouteContext['store']['events']>> = await this.#context.store.events(
        { ...query, withoutMarks: true },
        null,
        limit - found.length,
        next,
      );
      found.push(...part.events);
      next = part.next;
    } while (next !== null && found.length < limit);
    return found;
  }

  async #spans(query: EventQuery): Promise<readonly TitledSpan[]> {
    const found: TitledSpan[] = [];
    let next: Cursor | null = null;
    do {
      const part: Awaited<ReturnType<RouteContext['store']['spans']>> = await this.#context.store.spans(
        query,
        spansAtOnce,
        next,
      );
      found.push(...part.spans.filter((span) => hasWords(span, query)));
      next = part.next;
    } while (next !== null && found.length < maxSpans);
    return found;
  }

  async #ofSpan(span: TitledSpan): Promise<AnnotationItem | null> {
    const start = await this.#context.store.event(span.id);
    if (start === null) return null; // deleted meanwhile
    return showAnnotation(
      { ...shown(start), time: span.begin },
      span.type,
      span.end ?? this.#context.clock(),
    );
  }
}

// Spans are selected without words: their type has no suffix of a mark.
function hasWords({ type, tags }: TitledSpan, { words }: EventQuery): boolean {
  if (words === undefined) return true;
  const own = new Set([type, ...tags]);
  const isOwn = (word: readonly string[]): boolean => word.some((one) => own.has(one));
  return words.set === 'union' ? words.words.some(isOwn) : words.words.every(isOwn);
}

const shown = ({ id, time, tags, description }: StoredEvent) => ({ id, time, tags, text: description });

const bounded = (time: number): number =>
  Math.min(Math.max(time, eventLimits.minTimeMs), eventLimits.maxTimeMs);
