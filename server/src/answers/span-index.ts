// Finds spans in the table that the writer maintains: the spans of a range in order, the spans near a mark, and the
// past of a span. The spans found have no tags; `whole` reads them if needed.

import type { Span } from '@anthracite/protocol/core';
import type { Cursor, SpanRange } from '../query/event-query';
import type { Asker } from '../storage/asker';
import type { GroupPlace, SpanSeek } from '../storage/dialect';
import {
  fromSpanRow,
  openLevel,
  originOfCode,
  type SpanRow,
  type StoredSpan,
} from '../storage/marks/span-row';
import type { Sql } from '../storage/sql';
import type { PastSpan } from '../suspects/past';
import { WeightedCache } from '../weighted-cache';
import type { SeriesOf, SeriesReader } from './series-reader';

const blockSize = 256;
/** Maximum number of past spans to consider. */
const maxPast = 100_000;
const maxTime = Number.MAX_SAFE_INTEGER;
const maxReadBytes = 16_777_216;

/** A span that was read, and its row. While its row is the same, so is the span. */
interface ReadSpan {
  readonly span: Span;
  readonly row: SpanRow;
}

/** Facts about a span that callers have. */
interface KnownSpan extends Pick<StoredSpan, 'seriesOfMarks' | 'chars'> {
  /** The span with its tags, once they were read. */
  whole: Span | null;
}

/** A span near a mark, and the index of that mark in the request. */
export interface NearSpan {
  readonly place: number;
  readonly span: Span;
}

export class SpanIndex {
  readonly #asker: Asker;
  readonly #series: SeriesReader;
  /** Spans by id. Reports and lists read the same spans again and again. */
  readonly #read = new WeightedCache<number, ReadSpan>(maxReadBytes);
  /** The spans that callers have, with and without their tags. */
  readonly #known = new WeakMap<Span, KnownSpan>();

  constructor(asker: Asker, series: SeriesReader) {
    this.#asker = asker;
    this.#series = series;
  }

  /**
   * Spans that overlap a range, in order of their start, in blocks; `after` is the start and the id of the last span
   * already seen.
   */
  async *blocks(range: SpanRange, after: Cursor | null): AsyncGenerator<readonly Span[]> {
    const fromMs = Math.max(-maxTime, range.fromMs);
    const untilMs = Math.min(maxTime, range.untilMs);
    const isAscending = range.order === 'ascending';
    const { begun, lasting, levels: allLevels } = this.#asker.sql.spans;
    // Resolved spans do not need the level of open spans.
    const { level } = await this.#asker.columns(['level'], allLevels);
    const levels = level.filter((one) => range.isOpen === undefined || range.isOpen === (one === openLevel));
    const inRange = (seek: SpanSeek): Sql => begun(fromMs, untilMs, seek);
    const before = (seek: SpanSeek): Sql | null =>
      levels.length === 0 ? null : lasting(levels, fromMs, Math.min(fromMs, untilMs), seek);
    let cursor = after;
    for (const part of isAscending ? [before, inRange] : [inRange, before]) {
      for (;;) {
        const sql = part({ isAscending, after: cursor, only: range, limit: blockSize });
        if (sql === null) break;
        const spans = await this.#readAll(sql);
        const last = spans.at(-1);
        if (last === undefined) break;
        yield spans;
        cursor = { time: last.begin, id: last.id };
        if (spans.length < blockSize) break;
      }
    }
  }

  /** Spans with their tags, in their order. */
  async whole(spans: readonly Span[]): Promise<readonly Span[]> {
    const series = spans.flatMap((span) => {
      const known = this.#known.get(span);
      return known?.whole === null ? known.seriesOfMarks : [];
    });
    const seriesOf = await this.#series.of(series);
    return spans.map((span) => {
      const known = this.#known.get(span);
      return known === undefined ? span : (known.whole ?? this.#withTags(span, known, seriesOf));
    });
  }

  /** Whether a span is one without its tags, which `whole` reads. */
  isLean(span: Span): boolean {
    const known = this.#known.get(span);
    return known !== undefined && known.whole !== span;
  }

  /** Characters of the texts of a span's listed marks together. */
  charsOf(span: Span): number {
    return this.#known.get(span)?.chars ?? 0;
  }

  /** The span of a mark, given the id of any of its marks; null when the event is not a mark. */
  async spanOf(eventId: number): Promise<Span | null> {
    return (await this.#readAll(this.#asker.sql.spans.ofMark(eventId)))[0] ?? null;
  }

  /**
   * The spans that may have changed because marks were added or removed, mark by mark. For each mark: the span that it
   * belongs to, or would belong to; the next span of its group, whose marks it may have taken; and, if the mark is the
   * first of its span, the previous span, which may have taken its marks. A null place yields no spans.
   */
  async spansNear(places: readonly (GroupPlace | null)[]): Promise<readonly NearSpan[]> {
    const asked = [...places.entries()].filter(([, place]) => place !== null) as [number, GroupPlace][];
    if (asked.length === 0) return [];
    const near = await this.#readNear(this.#asker.sql.spans.near(asked.map(([, place]) => place)));
    return near.map(({ place, span }) => ({ place: asked[place]?.[0] ?? 0, span }));
  }

  /** The same for the marks with some event ids. */
  spansNearMarks(eventIds: readonly number[]): Promise<readonly NearSpan[]> {
    return this.#readNear(this.#asker.sql.spans.nearMarks(eventIds));
  }

  /** Ids of events that are marks, after one id and up to another, in order. */
  async marksBetween(afterId: number, uptoId: number, limit: number): Promise<readonly number[]> {
    const sql = this.#asker.sql.spans.marksBetween(afterId, uptoId, limit);
    return (await this.#asker.columns(['id'], sql)).id;
  }

  /**
   * The spans from which the past of a span is computed: spans on its scale or, if its scale is `other`, of its type,
   * that started before an instant. If there are very many, the newest, unordered.
   */
  async past({ scale, type }: Pick<Span, 'scale' | 'type'>, beforeMs: number): Promise<PastSpan[]> {
    const sql = this.#asker.sql.spans.past(scale, type, beforeMs, maxPast);
    const { id, begins, origin } = await this.#asker.columns(['id', 'begins', 'origin'], sql);
    return id.map((own, i) => ({
      id: own,
      begin: begins[i] as number,
      origin: originOfCode(origin[i] as number | null),
      scale,
      type,
    }));
  }

  /** The newest spans of some types that started within a range, up to a maximum number, newest first. */
  lastOfTypes(
    types: readonly string[],
    fromMs: number,
    untilMs: number,
    limit: number,
  ): Promise<readonly Span[]> {
    return this.#readAll(this.#asker.sql.spans.ofTypes(types, fromMs, untilMs, limit));
  }

  async #readAll(sql: Sql): Promise<readonly Span[]> {
    return (await this.#asker.all<SpanRow>(sql)).map((row) => this.#toSpan(row));
  }

  async #readNear(sql: Sql): Promise<readonly NearSpan[]> {
    const rows = await this.#asker.all<readonly [place: number, ...SpanRow]>(sql);
    return rows.map(([place, ...row]) => ({ place, span: this.#toSpan(row) }));
  }

  #withTags(span: Span, known: KnownSpan, seriesOf: SeriesOf): Span {
    const tags = new Set<string>();
    for (const id of new Set(known.seriesOfMarks)) for (const tag of seriesOf(id).tags) tags.add(tag);
    const whole: Span = { ...span, tags: [...tags] };
    known.whole = whole;
    this.#known.set(whole, known);
    return whole;
  }

  #toSpan(row: SpanRow): Span {
    const [id] = row;
    const known = this.#read.get(id);
    if (known?.row.every((value, column) => value === row[column])) return known.span;
    const stored = fromSpanRow(row);
    const { span, seriesOfMarks, chars } = stored;
    this.#read.set(id, { span, row }, bytesOf(stored, row));
    this.#known.set(span, { seriesOfMarks, chars, whole: null });
    return span;
  }
}

/** Approximate bytes of a span in memory, with its row and its tags. */
function bytesOf({ span: { marks, levels }, chars }: StoredSpan, row: SpanRow): number {
  return 800 + 160 * marks.length + 64 * levels.length + 2 * (row[8].length + chars);
}
