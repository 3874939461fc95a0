// The marks of all spans, and the spans that they make: kept in a reader's memory, and brought up to date before every answer.
// Of the events only marks are read, and each once: a range of time finds its spans without a look at anything else.

import {
  compareSpans,
  type Mark,
  markSuffixes,
  pairGroup,
  parseMark,
  type Span,
} from '@anthracite/protocol/core';
import type { Reader } from './reader';
import type { Sql } from './sql';
import type { Statements } from './statements';
import { StoreError } from './store-error';

type MarkSeries = Pick<Mark, 'type' | 'tags' | 'meaning'>;
type MarkRow = readonly [id: number, time: number, series: number];

interface Group {
  readonly marks: Map<number, Mark>;
  spans: readonly Span[];
}

/** A mark takes about 200 bytes of a reader's memory. */
export const maxMarks = 500_000;
// So many new events are looked through one by one; of more, marks are found by the index of series.
const maxLookedThrough = 50_000;

const isMark: Sql = {
  text: `(${Object.keys(markSuffixes)
    .map(() => 'substr(type, ?) = ?')
    .join(' OR ')})`,
  values: Object.keys(markSuffixes).flatMap((suffix) => [-suffix.length, suffix]),
};

export class SpanIndex {
  readonly #statements: Statements;
  readonly #reader: Reader;
  readonly #maxMarks: number;
  /** Null for a series that marks nothing. */
  readonly #series = new Map<number, MarkSeries | null>();
  readonly #groups = new Map<string, Group>();
  readonly #groupOf = new Map<number, string>();
  readonly #stale = new Set<string>();
  #sorted: readonly Span[] = [];
  #lastEvent = 0;
  #lastChange = 0;

  constructor(statements: Statements, reader: Reader, limit = maxMarks) {
    this.#statements = statements;
    this.#reader = reader;
    this.#maxMarks = limit;
  }

  /** All spans that there are now, in order of their begin. Throws a `StoreError` where there are too many marks. */
  spans(): readonly Span[] {
    this.#readNews();
    if (this.#stale.size > 0) this.#pairAnew();
    return this.#sorted;
  }

  // What is read may be newer than the two ends that were read before it. It is then read again the next time, which does no harm.
  #readNews(): void {
    const [lastEvent, lastChange] = this.#statements.all({
      text: 'SELECT coalesce((SELECT max(id) FROM events), 0), coalesce((SELECT max(id) FROM history), 0)',
      values: [],
    })[0] as [number, number];
    if (lastEvent > this.#lastEvent) {
      const isFar = lastEvent - this.#lastEvent > maxLookedThrough;
      if (isFar) this.#checkTotal();
      this.#takeAll(isFar ? bySeries(this.#lastEvent) : byId(this.#lastEvent));
      this.#lastEvent = lastEvent;
    }
    if (lastChange > this.#lastChange) {
      this.#takeChanges(lastChange);
      this.#lastChange = lastChange;
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
      this.#take(row as MarkRow);
      if (this.#groupOf.size > this.#maxMarks) this.#refuse();
    }
  }

  // Whatever became of the events that were changed: each is put as it is now.
  #takeChanges(upto: number): void {
    const changed = this.#statements.all({
      text: `SELECT DISTINCT changed.event, time, series FROM history AS changed LEFT JOIN events ON events.id = changed.event
             WHERE changed.id > ? AND changed.id <= ?`,
      values: [this.#lastChange, upto],
    }) as [number, number | null, number | null][];
    for (const [id, time, series] of changed) {
      this.#drop(id);
      if (time !== null && series !== null) this.#take([id, time, series]);
    }
  }

  #take([id, time, seriesId]: MarkRow): void {
    const series = this.#markSeries(seriesId);
    if (series === null) return;
    const name = series.meaning.group;
    let group = this.#groups.get(name);
    if (group === undefined) {
      group = { marks: new Map(), spans: [] };
      this.#groups.set(name, group);
    }
    group.marks.set(id, { id, time, ...series });
    this.#groupOf.set(id, name);
    this.#stale.add(name);
  }

  #drop(id: number): void {
    const name = this.#groupOf.get(id);
    if (name === undefined) return;
    this.#groups.get(name)?.marks.delete(id);
    this.#groupOf.delete(id);
    this.#stale.add(name);
  }

  #markSeries(id: number): MarkSeries | null {
    const known = this.#series.get(id);
    if (known !== undefined) return known;
    const { type, tags } = this.#reader.seriesById(id);
    const meaning = parseMark(type, tags);
    const series = meaning === null ? null : { type, tags, meaning };
    if (this.#series.size >= this.#maxMarks) this.#series.clear();
    this.#series.set(id, series);
    return series;
  }

  #pairAnew(): void {
    for (const name of this.#stale) {
      const group = this.#groups.get(name);
      if (group === undefined) continue;
      if (group.marks.size === 0) this.#groups.delete(name);
      else group.spans = pairGroup([...group.marks.values()]);
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
    text: `SELECT picked.id, picked.time, series.id FROM series CROSS JOIN series_time AS picked ON picked.series = series.id
           WHERE picked.id > ? AND ${isMark.text}
           UNION ALL
           SELECT events.id, time, series FROM events NOT INDEXED CROSS JOIN series ON series.id = events.series
           WHERE events.id > max(?, (SELECT value FROM meta WHERE key = 'series_time_upto')) AND ${isMark.text}`,
    values: [afterId, ...isMark.values, afterId, ...isMark.values],
  };
}
