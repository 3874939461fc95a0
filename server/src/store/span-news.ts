// Tells which spans began, changed or ended since: those that new marks belong to, and those that changed marks have changed.

import { type Event, parseMark, type Span } from '@anthracite/protocol/core';
import type { SpanNews, SpanQuery, StorePosition } from './event-store';
import type { Records } from './records';
import type { SpanFinder } from './span-finder';
import { isMark, type SpanIndex } from './span-index';
import type { Statements } from './statements';

const marksAtOnce = 500;
const changesAtOnce = 50;
/** How much text of spans is told at once. */
const maxNewsChars = 1_048_576;
// So many events are looked through for marks before the answer: others who wait for this thread get their turn.
const maxLookedThrough = 50_000;

export class SpanNewsReader {
  readonly #statements: Statements;
  readonly #records: Records;
  readonly #index: SpanIndex;
  readonly #finder: SpanFinder;

  constructor(statements: Statements, records: Records, index: SpanIndex, finder: SpanFinder) {
    this.#statements = statements;
    this.#records = records;
    this.#index = index;
    this.#finder = finder;
  }

  /** What became of spans behind a position, as they are now. */
  news(query: SpanQuery, after: StorePosition): SpanNews {
    // What comes behind this position is told the next time, and does no harm if it shows already.
    const last = this.#records.position();
    const marks = this.#newMarks(after.event, last.event);
    const { entries, isAll } = this.#records.changesAfter(after.change, changesAtOnce);
    const touched = new Map<number, Span>();
    const gone = new Set<number>();
    let position = { event: marks.upto, change: after.change };
    let chars = 0;
    const touch = (spans: readonly Span[]): void => {
      for (const span of spans) {
        if (!touched.has(span.id)) chars += this.#index.charsOf(span);
        touched.set(span.id, span);
      }
    };
    // Of long spans a few: the others are told the next time.
    let isCut = false;
    for (const [place, id] of marks.ids.entries()) {
      const mark = this.#index.mark(id);
      if (mark !== null) touch(this.#index.spansNear(mark));
      isCut = chars > maxNewsChars && place < marks.ids.length - 1;
      if (!isCut) continue;
      position = { ...position, event: id };
      break;
    }
    for (const { id, event, before, after: now } of isCut ? [] : entries) {
      isCut = chars > maxNewsChars;
      if (isCut) break;
      for (const meaning of [meaningOf(before), meaningOf(now)]) {
        if (meaning !== null) touch(this.#index.spansNear({ id: event, ...meaning }));
      }
      gone.add(event);
      position = { ...position, change: id };
    }
    const isWanted = this.#finder.createTest(query);
    const wanted = [...touched.values()].filter(isWanted);
    for (const span of touched.values()) {
      // One that has a single mark was never shown, unless that was changed. Others may have had the id of any of their marks.
      if (span.markCount > 1 && !isWanted(span)) for (const { id } of span.marks) gone.add(id);
    }
    for (const { id } of wanted) gone.delete(id);
    return {
      spans: wanted.map((span) => this.#finder.withTitle(span)),
      gone: [...gone],
      position,
      isAll: position.event >= last.event && isAll && !isCut,
    };
  }

  // Ids of marks behind an id, in order, and up to which they are all there.
  #newMarks(afterId: number, lastId: number): { ids: readonly number[]; upto: number } {
    const upto = Math.min(lastId, afterId + maxLookedThrough);
    const rows = this.#statements.all({
      text: `SELECT events.id FROM events NOT INDEXED CROSS JOIN series ON series.id = events.series
             WHERE events.id > ? AND events.id <= ? AND ${isMark.text} ORDER BY events.id LIMIT ?`,
      values: [afterId, upto, ...isMark.values, marksAtOnce + 1],
    }) as [number][];
    const ids = rows.slice(0, marksAtOnce).map(([id]) => id);
    const isCut = rows.length > marksAtOnce;
    return { ids, upto: isCut ? (ids.at(-1) ?? upto) : Math.max(afterId, upto) };
  }
}

function meaningOf(fields: Event | null) {
  if (fields === null) return null;
  const meaning = parseMark(fields.type, fields.tags);
  return meaning && { time: fields.time, meaning };
}
