// Pairs the marks of a group to spans, wherever the database keeps them. Marks are paired from left to right, and a span ends
// where the next one starts. A mark that is added or removed therefore changes the spans around its place, up to the next
// span that still starts at an earlier start.

import { buildSpan, compareMarks, firstPlace, type Mark, maxWeighedMarks } from '@anthracite/protocol/core';
import { type MarkSeries, roleCodes } from './mark-series';
import type { StoredSpan } from './span-row';

/** The place of a mark within its group: by time, in milliseconds since the epoch, and by id. */
export type Place = Pick<Mark, 'time' | 'id'>;

/** A place where a mark was added (1) or removed (-1). */
export interface TouchedPlace extends Place {
  readonly change: 1 | -1;
}

/** A span in the table, by its place in the group. */
export interface KnownSpan {
  readonly first: Place;
  readonly markCount: number;
}

/** A mark in the table of marks. */
export interface GroupMark extends Place {
  readonly series: number;
}

/** The marks and spans of groups, each in the order of places. Ranges include their start and exclude their end. */
export interface MarkRows {
  /** The first mark at or after a place. */
  markFrom(group: number, place: Place): GroupMark | null;
  /** The first mark of a role after a place. */
  nextOfRole(group: number, role: number, after: Place): Place | null;
  /** The first two marks of a role after one place and before another. */
  twoOfRole(group: number, role: number, after: Place, until: Place): readonly GroupMark[];
  /** The first marks of a range. */
  marksBetween(group: number, from: Place, until: Place, limit: number): readonly GroupMark[];
  countBetween(group: number, from: Place, until: Place): number;
  /** The last span that starts before a place. */
  spanBefore(group: number, place: Place): KnownSpan | null;
  /** The first span that starts at or after a place. */
  spanFrom(group: number, place: Place): KnownSpan | null;
  /** The first span that starts after a place. */
  spanAfter(group: number, place: Place): KnownSpan | null;
  /** Removes the spans that start within a range. */
  removeSpans(group: number, from: Place, until: Place): void;
  /** Adds a span, which starts with the mark at a place. */
  addSpan(group: number, first: Place, stored: StoredSpan): void;
}

/** Before all places. */
export const beforeAll: Place = { time: Number.MIN_SAFE_INTEGER, id: 0 };
/** After all places. */
export const behindAll: Place = { time: Number.MAX_SAFE_INTEGER, id: 0 };
const noTags: readonly string[] = [];
const { start, detected, end } = roleCodes;

export class SpanPairing {
  readonly #rows: MarkRows;
  readonly #seriesOf: (id: number) => MarkSeries | null;

  /** `seriesOf` is called for the series of marks only. */
  constructor(rows: MarkRows, seriesOf: (id: number) => MarkSeries | null) {
    this.#rows = rows;
    this.#seriesOf = seriesOf;
  }

  /** Updates the spans of a group where marks were added or removed. `isFresh` when the group had none before. */
  settle(group: number, touched: TouchedPlace[], isFresh: boolean): void {
    touched.sort(compareMarks);
    let upto = beforeAll;
    for (const place of touched) {
      if (compareMarks(place, upto) >= 0) upto = this.#settleAt(group, place, touched, isFresh);
    }
  }

  /** The span that starts with a mark of a group, computed from the existing marks; null when the mark does not exist. */
  spanAt(group: number, place: Place): StoredSpan | null {
    const first = this.#rows.markFrom(group, place);
    if (first === null || compareMarks(first, place) !== 0) return null;
    const next = this.#nextFirst(group, first);
    const count = this.#countOf(group, first, next, null, []);
    return this.#build(group, first, next, this.#rows.spanBefore(group, first) !== null, count);
  }

  // Pairs again from the span before a place. The spans from the returned place on are up to date, except for later
  // touched places.
  #settleAt(group: number, place: Place, touched: readonly TouchedPlace[], isFresh: boolean): Place {
    const before = isFresh ? null : this.#rows.spanBefore(group, place);
    const from = before?.first ?? beforeAll;
    let hasPrevious = before !== null && this.#rows.spanBefore(group, before.first) !== null;
    let known = isFresh ? null : this.#rows.spanFrom(group, from);
    const added: [Place, StoredSpan][] = [];
    let first = this.#rows.markFrom(group, from);
    while (first !== null) {
      // The first known span that starts here or later.
      while (known !== null && compareMarks(known.first, first) < 0)
        known = this.#rows.spanAfter(group, known.first);
      const isKnown = known !== null && compareMarks(known.first, first) === 0;
      // A span is unchanged if it starts at the same mark, after all touched places before it, and follows another span
      // as before.
      if (isKnown && added.length > 0 && compareMarks(place, first) < 0 && !isAmong(touched, first)) {
        if (this.#rows.spanBefore(group, first) !== null || !this.#isKeyed(first)) break;
      }
      const next = this.#nextFirst(group, first);
      const count = this.#countOf(group, first, next, isKnown ? known : null, touched);
      added.push([first, this.#build(group, first, next, hasPrevious, count)]);
      hasPrevious = true;
      first = next && this.#rows.markFrom(group, next);
    }
    const upto = first ?? behindAll;
    if (!isFresh) this.#rows.removeSpans(group, from, upto);
    for (const [at, stored] of added) this.#rows.addSpan(group, at, stored);
    return upto;
  }

  // The place where the span of a mark ends because the next span starts; null when it lasts to the end of the group.
  // `buildSpan` decides mark by mark which marks belong to a span; here the few decisive marks are enough.
  #nextFirst(group: number, first: GroupMark): Place | null {
    const { meaning } = this.#known(first.series);
    const isKeyed = meaning.key !== null;
    const next = (roles: readonly number[], after: Place | null): Place | null =>
      after && this.#nextOf(group, roles, after);
    if (meaning.role !== 'end') return next(isKeyed ? [start] : [start, detected], next([end], first));
    // With a key, a start that should have come before the end belongs to the same span.
    return isKeyed ? next([start], next([end], next([start], first))) : next([start, detected], first);
  }

  #nextOf(group: number, roles: readonly number[], after: Place): Place | null {
    const places = roles
      .map((role) => this.#rows.nextOfRole(group, role, after))
      .filter((place) => place !== null)
      .sort(compareMarks);
    return places[0] ?? null;
  }

  #build(
    group: number,
    first: GroupMark,
    next: Place | null,
    hasPrevious: boolean,
    markCount: number,
  ): StoredSpan {
    const until = next ?? behindAll;
    const weighed = this.#rows.marksBetween(group, first, until, maxWeighedMarks);
    const decisive = markCount > weighed.length ? this.#decisive(group, weighed, until) : [];
    const seriesOf = new Map([...weighed, ...decisive].map(({ id, series }) => [id, series]));
    const marks = [...weighed, ...decisive].map(({ time, id, series }): Mark => {
      const { type, meaning } = this.#known(series);
      return { id, time, type, tags: noTags, meaning };
    });
    const span = buildSpan(marks, hasPrevious && this.#isKeyed(first), markCount);
    const seriesOfMarks = span.marks.map(({ id }) => seriesOf.get(id) as number);
    const series = seriesOf.get(span.id) as number;
    const chars = seriesOfMarks.reduce((sum, one) => sum + this.#known(one).chars, 0);
    return { span, series, seriesOfMarks, chars };
  }

  // The later marks that start, detect or end the span: the first two of each role, and the ends after its start.
  #decisive(group: number, weighed: readonly GroupMark[], until: Place): GroupMark[] {
    const twoOf = (role: number, after: Place): readonly GroupMark[] =>
      this.#rows.twoOfRole(group, role, after, until);
    const last = weighed.at(-1) as GroupMark;
    const starts = twoOf(start, last);
    const ends = [...twoOf(end, last), ...starts.slice(0, 1).flatMap((mark) => twoOf(end, mark))];
    const byId = new Map([...starts, ...twoOf(detected, last), ...ends].map((mark) => [mark.id, mark]));
    return [...byId.values()].sort(compareMarks);
  }

  // The number of marks of a span. If its extent is unchanged, computed from the added and removed marks, because a
  // span can have very many.
  #countOf(
    group: number,
    first: Place,
    next: Place | null,
    known: KnownSpan | null,
    touched: readonly TouchedPlace[],
  ): number {
    const until = next ?? behindAll;
    const after = known && this.#rows.spanAfter(group, known.first);
    const isAsFar = known !== null && compareMarks(after?.first ?? behindAll, until) === 0;
    if (!isAsFar) return this.#rows.countBetween(group, first, until);
    let count = known.markCount;
    for (let at = placeOf(first, touched); at < touched.length; at++) {
      const place = touched[at] as TouchedPlace;
      if (compareMarks(place, until) >= 0) break;
      count += place.change;
    }
    return count;
  }

  #known(id: number): MarkSeries {
    const series = this.#seriesOf(id);
    if (series === null) throw new Error(`series ${id} has marks in the table, and marks nothing`);
    return series;
  }

  #isKeyed({ series }: Pick<GroupMark, 'series'>): boolean {
    return this.#known(series).meaning.key !== null;
  }
}

function isAmong(touched: readonly TouchedPlace[], place: Place): boolean {
  const found = touched[placeOf(place, touched)];
  return found !== undefined && compareMarks(found, place) === 0;
}

// The index of the first of sorted places that is not before another.
function placeOf(place: Place, touched: readonly TouchedPlace[]): number {
  return firstPlace(touched.length, (at) => compareMarks(touched[at] as TouchedPlace, place) >= 0);
}
