// The part of a group's marks and spans that a transaction has read, as the pairing reads it. What it has not read it needs: then
// the transaction reads more, and the pairing starts again. Pure.

import { compareMarks, firstPlace } from '@anthracite/protocol/core';
import {
  beforeAll,
  behindAll,
  type GroupMark,
  type KnownSpan,
  type MarkRows,
  type Place,
} from '../marks/span-pairing';
import type { StoredSpan } from '../marks/span-row';

/** A mark of a group, with its role. */
export interface WindowMark extends GroupMark {
  readonly role: number;
}

/** A question about the marks of a group that a window cannot answer. */
export interface MarkQuestion {
  readonly kind: 'marks' | 'count';
  /** The role of the wanted marks; null for all. */
  readonly role: number | null;
  readonly from: Place;
  /** Whether a mark at `from` itself is wanted. */
  readonly isFromIncluded: boolean;
  readonly until: Place;
  readonly limit: number;
}

/** What the pairing needs besides the window: answers about marks, more spans, or the text of a series. */
export class Need {
  constructor(readonly what: MarkQuestion | 'spansBefore' | 'spansAfter' | { readonly series: number }) {}
}

/** What a transaction has read of a group. */
export interface ReadGroup {
  /** All marks from `marksFrom` on, up to `marksUntil`. */
  readonly marks: readonly WindowMark[];
  readonly marksFrom: Place;
  readonly marksUntil: Place;
  /** All spans that start from `spansFrom` on, up to `spansUntil`. */
  readonly spans: readonly KnownSpan[];
  readonly spansFrom: Place;
  readonly spansUntil: Place;
}

/** The name of a question, by which its answer is kept. */
export function nameOf({ kind, role, from, isFromIncluded, until, limit }: MarkQuestion): string {
  return [kind, role, from.time, from.id, isFromIncluded, until.time, until.id, limit].join();
}

/** A span that the pairing has added. */
export interface AddedSpan {
  readonly first: Place;
  readonly stored: StoredSpan;
}

export class MarkWindow implements MarkRows {
  readonly #read: ReadGroup;
  readonly #answers: ReadonlyMap<string, readonly WindowMark[] | number>;
  #spans: KnownSpan[];
  readonly #added = new Map<KnownSpan, AddedSpan>();
  readonly #removed: Place[] = [];

  /** `answers` are those to questions, by their names. */
  constructor(read: ReadGroup, answers: ReadonlyMap<string, readonly WindowMark[] | number>) {
    this.#read = read;
    this.#answers = answers;
    this.#spans = [...read.spans];
  }

  /** The spans that were added and not removed again. */
  get added(): AddedSpan[] {
    return [...this.#added.values()];
  }

  /** The starts of removed spans that the database has. */
  get removed(): readonly Place[] {
    return this.#removed;
  }

  markFrom(_group: number, place: Place): GroupMark | null {
    return (
      this.#marks({ from: place, isFromIncluded: true, until: behindAll, role: null, limit: 1 })[0] ?? null
    );
  }

  nextOfRole(_group: number, role: number, after: Place): Place | null {
    return this.#marks({ from: after, isFromIncluded: false, until: behindAll, role, limit: 1 })[0] ?? null;
  }

  twoOfRole(_group: number, role: number, after: Place, until: Place): readonly GroupMark[] {
    return this.#marks({ from: after, isFromIncluded: false, until, role, limit: 2 });
  }

  marksBetween(_group: number, from: Place, until: Place, limit: number): readonly GroupMark[] {
    return this.#marks({ from, isFromIncluded: true, until, role: null, limit });
  }

  countBetween(_group: number, from: Place, until: Place): number {
    const { marks, marksFrom, marksUntil } = this.#read;
    if (compareMarks(from, marksFrom) >= 0 && compareMarks(until, marksUntil) <= 0)
      return Math.max(0, indexIn(marks, until) - indexIn(marks, from));
    return this.#answer({
      kind: 'count',
      role: null,
      from,
      isFromIncluded: true,
      until,
      limit: 0,
    }) as number;
  }

  spanBefore(_group: number, place: Place): KnownSpan | null {
    if (compareMarks(place, this.#read.spansUntil) > 0) throw new Need('spansAfter');
    const found = this.#spans[this.#indexOfSpan(place) - 1];
    if (found === undefined && this.#read.spansFrom !== beforeAll) throw new Need('spansBefore');
    return found ?? null;
  }

  spanFrom(_group: number, place: Place): KnownSpan | null {
    if (compareMarks(place, this.#read.spansFrom) < 0) throw new Need('spansBefore');
    const found = this.#spans[this.#indexOfSpan(place)];
    if (found === undefined && this.#read.spansUntil !== behindAll) throw new Need('spansAfter');
    return found ?? null;
  }

  spanAfter(group: number, place: Place): KnownSpan | null {
    return this.spanFrom(group, { time: place.time, id: place.id + 1 });
  }

  removeSpans(_group: number, from: Place, until: Place): void {
    if (compareMarks(from, this.#read.spansFrom) < 0) throw new Need('spansBefore');
    if (compareMarks(until, this.#read.spansUntil) > 0) throw new Need('spansAfter');
    const [first, last] = [this.#indexOfSpan(from), this.#indexOfSpan(until)];
    for (const span of this.#spans.splice(first, Math.max(0, last - first))) {
      if (!this.#added.delete(span)) this.#removed.push(span.first);
    }
  }

  addSpan(_group: number, { time, id }: Place, stored: StoredSpan): void {
    const first = { time, id };
    const span: KnownSpan = { first, markCount: stored.span.markCount };
    this.#spans.splice(this.#indexOfSpan(first), 0, span);
    this.#added.set(span, { first, stored });
  }

  #marks(question: Omit<MarkQuestion, 'kind'>): readonly WindowMark[] {
    const { marks, marksFrom, marksUntil } = this.#read;
    const { from, isFromIncluded, until, role, limit } = question;
    if (compareMarks(from, marksFrom) >= 0) {
      const found: WindowMark[] = [];
      for (let at = indexIn(marks, from); at < marks.length && found.length < limit; at++) {
        const mark = marks[at] as WindowMark;
        if (compareMarks(mark, until) >= 0) break;
        if (!isFromIncluded && compareMarks(mark, from) === 0) continue;
        if (role === null || mark.role === role) found.push(mark);
      }
      if (found.length === limit || compareMarks(until, marksUntil) <= 0) return found;
    }
    return this.#answer({ kind: 'marks', ...question }) as readonly WindowMark[];
  }

  #answer(question: MarkQuestion): readonly WindowMark[] | number {
    const known = this.#answers.get(nameOf(question));
    if (known === undefined) throw new Need(question);
    return known;
  }

  // The index of the first span that starts at or after a place.
  #indexOfSpan(place: Place): number {
    return firstPlace(
      this.#spans.length,
      (at) => compareMarks((this.#spans[at] as KnownSpan).first, place) >= 0,
    );
  }
}

// The index of the first mark at or after a place.
function indexIn(marks: readonly Place[], place: Place): number {
  return firstPlace(marks.length, (at) => compareMarks(marks[at] as Place, place) >= 0);
}
