// The marks of all spans, and the spans that they make: kept in a reader's memory, and brought up to date before every answer.
// Of the events only marks are read, and each once: a range of time finds its spans without a look at anything else. Long
// texts stay in the database.

import {
  compareMarks,
  compareSpans,
  type Mark,
  markSuffixes,
  pairGroup,
  type Span,
} from '@anthracite/protocol/core';
import { groupName, type MarkSeries, MarkTexts } from './mark-texts';
import type { Sql } from './sql';
import type { Statements } from './statements';
import { Damage, StoreError } from './store-error';

type MarkRow = readonly [id: number, time: number, series: number];

/** A mark in memory; without tags where they are left in the database. */
interface IndexedMark extends Mark {
  readonly series: MarkSeries;
}

interface Group {
  /** In no order; among them, until they are paired anew, some that are gone. */
  marks: IndexedMark[];
  spans: readonly Span[];
}

/** With its span a mark takes about 0.8 kB of a reader's memory, which ends at 256 MB, beside its texts: see `mark-texts.ts`. */
export const maxMarks = 100_000;
// So many new events are looked through one by one; of more, marks are found by the index of series.
const maxLookedThrough = 50_000;
const noTags: readonly string[] = [];

/** The condition that a series marks something. */
export const isMark: Sql = {
  text: `(${Object.keys(markSuffixes)
    .map(() => 'substr(type, ?) = ?')
    .join(' OR ')})`,
  values: Object.keys(markSuffixes).flatMap((suffix) => [-suffix.length, suffix]),
};

export class SpanIndex {
  readonly #statements: Statements;
  readonly #maxMarks: number;
  readonly #texts: MarkTexts;
  readonly #groups = new Map<string, Group>();
  /** The marks that there are, by id. */
  readonly #marks = new Map<number, IndexedMark>();
  /** Spans some of whose texts are left in the database. */
  readonly #lean = new WeakSet<Span>();
  readonly #stale = new Set<string>();
  #sorted: readonly Span[] = [];
  #lastEvent = 0;
  #lastChange = 0;

  /** `file` is named where it is found to be damaged. */
  constructor(statements: Statements, file: string, limit = maxMarks, maxTextBytes?: number) {
    this.#statements = statements;
    this.#maxMarks = limit;
    this.#texts = new MarkTexts(statements, file, maxTextBytes);
  }

  /**
   * All spans that there are now, in order of their begin. Some have neither tags nor key: `whole` tells these. Throws a
   * `StoreError` where there are too many marks.
   */
  spans(): readonly Span[] {
    this.#readNews();
    if (this.#stale.size > 0) this.#pairAnew();
    return this.#sorted;
  }

  /** A span with its tags and its key. */
  whole(span: Span): Span {
    if (!this.isLean(span)) return span;
    const texts = new Map(
      [span.id, ...span.marks.map(({ id }) => id)].map((id) => [
        id,
        (this.#marks.get(id) as IndexedMark).series,
      ]),
    );
    const tags = new Set<string>();
    const seen = new Set<MarkSeries>();
    for (const { id } of span.marks) {
      const series = texts.get(id) as MarkSeries;
      if (seen.has(series)) continue;
      seen.add(series);
      for (const tag of series.tags ?? this.#texts.textOf(series.id)?.tags ?? noTags) tags.add(tag);
    }
    const first = texts.get(span.id) as MarkSeries;
    return { ...span, key: this.#texts.textOf(first.id)?.meaning.key ?? null, tags: [...tags] };
  }

  /** Whether a span's tags and key have to be read first. */
  isLean(span: Span): boolean {
    return this.#texts.left > 0 && this.#lean.has(span);
  }

  /** How long the texts of a span's marks are together. */
  charsOf({ marks }: Span): number {
    return marks.reduce((sum, { id }) => sum + (this.#marks.get(id)?.series.chars ?? 0), 0);
  }

  /** The span that an event marks, whichever of its marks it is; null where it marks none. */
  spanOf(eventId: number): Span | null {
    this.spans();
    const mark = this.#marks.get(eventId);
    if (mark === undefined) return null;
    const { spans, place } = this.#placeOf(mark);
    return spans[place] ?? null;
  }

  /**
   * The spans that a mark, which may be gone, can have changed by coming or going: the one that it belongs to, or would, the next of
   * its group, whose marks it may have taken, and, where it is the first of its span, the one before, whose marks that may have taken.
   */
  spansNear(mark: Pick<Mark, 'id' | 'time' | 'meaning'>): Span[] {
    this.spans();
    const { spans, place } = this.#placeOf(mark);
    const isFirst = spans[place]?.marks[0]?.id === mark.id;
    return spans.slice(Math.max(0, isFirst ? place - 1 : place), place + 2);
  }

  /** The mark that an event is now; null where it is none. */
  mark(eventId: number): Mark | null {
    this.spans();
    return this.#marks.get(eventId) ?? null;
  }

  // Spans of a group follow one another: a mark belongs to the last that has begun with its first mark by then.
  #placeOf({ id, time, meaning }: Pick<Mark, 'id' | 'time' | 'meaning'>): {
    spans: readonly Span[];
    place: number;
  } {
    const spans = this.#groups.get(groupName(meaning))?.spans ?? [];
    const place = spans.findLastIndex(
      ({ marks: [first] }) => first !== undefined && compareMarks(first, { id, time }) <= 0,
    );
    return { spans, place };
  }

  // What is read may be newer than the two ends that were read before it. It is then read again the next time, which does no harm.
  #readNews(): void {
    const [lastEvent, lastChange] = this.#statements.all({
      text: 'SELECT coalesce((SELECT max(id) FROM events), 0), coalesce((SELECT max(id) FROM history), 0)',
      values: [],
    })[0] as [number, number];
    // Changes first: what was deleted makes room.
    if (lastChange > this.#lastChange) {
      this.#takeChanges(lastChange);
      this.#lastChange = lastChange;
    }
    if (lastEvent > this.#lastEvent) {
      const isFar = lastEvent - this.#lastEvent > maxLookedThrough;
      if (isFar || this.#marks.size > this.#maxMarks) this.#checkTotal();
      this.#takeAll(isFar ? bySeries(this.#lastEvent) : byId(this.#lastEvent));
      this.#lastEvent = lastEvent;
    }
  }

  // By the counts that are kept of each series, before anything is read into memory.
  #checkTotal(): void {
    const text = `SELECT coalesce(sum(count), 0) FROM series WHERE ${isMark.text}`;
    if (this.#statements.number({ text, values: isMark.values }) > this.#maxMarks) this.#refuse();
  }

  #refuse(): never {
    throw new StoreError('TOO_MANY_MARKS', { limit: this.#maxMarks });
  }

  #takeAll(rows: Sql): void {
    for (const row of this.#statements.iterate(rows)) {
      const mark = row as MarkRow;
      if (mark[1] === null)
        throw new Damage(`event ${mark[0]} differs from its entry in the table series_time`);
      this.#take(mark);
      if (this.#marks.size > this.#maxMarks) this.#refuse();
    }
  }

  // Whatever became of the events that were changed: each is put as it is now.
  #takeChanges(upto: number): void {
    const changed = this.#statements.all({
      text: `SELECT DISTINCT changed.event, events.time, series.id FROM history AS changed
             LEFT JOIN events ON events.id = changed.event LEFT JOIN series ON series.id = events.series AND ${isMark.text}
             WHERE changed.id > ? AND changed.id <= ?`,
      values: [...isMark.values, this.#lastChange, upto],
    }) as (MarkRow | [id: number, time: number | null, series: null])[];
    for (const row of changed) {
      this.#drop(row[0]);
      if (row[2] !== null) this.#take(row);
    }
  }

  #take([id, time, seriesId]: MarkRow): void {
    const series = this.#texts.take(seriesId);
    if (series === null) return;
    const { type, tags, meaning } = series;
    const mark: IndexedMark = { id, time, type, tags: tags ?? noTags, meaning, series };
    const name = meaning.group;
    const group = this.#groups.get(name);
    if (group === undefined) this.#groups.set(name, { marks: [mark], spans: [] });
    else group.marks.push(mark);
    this.#drop(id);
    this.#marks.set(id, mark);
    this.#stale.add(name);
  }

  // It leaves its group when that is paired anew: many that are dropped at once are sorted out in one go.
  #drop(id: number): void {
    const mark = this.#marks.get(id);
    if (mark === undefined) return;
    this.#marks.delete(id);
    this.#texts.release(mark.series);
    this.#stale.add(mark.meaning.group);
  }

  #pairAnew(): void {
    for (const name of this.#stale) {
      const group = this.#groups.get(name);
      if (group === undefined) continue;
      group.marks = group.marks.filter((mark) => this.#marks.get(mark.id) === mark);
      if (group.marks.length === 0) {
        this.#groups.delete(name);
        continue;
      }
      group.spans = pairGroup(group.marks);
      if (group.marks.every(({ series }) => series.tags !== null)) continue;
      for (const span of group.spans) this.#lean.add(span);
    }
    this.#stale.clear();
    this.#sorted = [...this.#groups.values()].flatMap(({ spans }) => spans).sort(compareSpans);
  }
}

// Marks behind an id, one event after the other.
function byId(afterId: number): Sql {
  return {
    text: `SELECT events.id, time, series FROM events NOT INDEXED CROSS JOIN series ON series.id = events.series
           WHERE events.id > ? AND ${isMark.text}`,
    values: [afterId, ...isMark.values],
  };
}

// The same by the index of series, and what it does not hold yet.
function bySeries(afterId: number): Sql {
  return {
    text: `SELECT picked.id, CASE WHEN events.time = picked.time AND events.series = picked.series THEN picked.time END, series.id
           FROM series CROSS JOIN series_time AS picked ON picked.series = series.id LEFT JOIN events ON events.id = picked.id
           WHERE picked.id > ? AND ${isMark.text}
           UNION ALL
           SELECT events.id, time, series FROM events NOT INDEXED CROSS JOIN series ON series.id = events.series
           WHERE events.id > max(?, (SELECT value FROM meta WHERE key = 'series_time_upto')) AND ${isMark.text}`,
    values: [afterId, ...isMark.values, afterId, ...isMark.values],
  };
}
