// Finds the spans that a query asks for: a span is looked at as an event that has the types, the tags and the text of all its marks.

import { createSearchTest, type Span, titleOf } from '@anthracite/protocol/core';
import { type SpanFormat, type SpanFormatting, spanFormats } from '../formats/span-formats';
import type { TitledSpan } from '../formats/titled-span';
import type { Cursor, EventQuery, Page, SpanList, SpanQuery } from './event-store';
import { createQueryTest } from './query-test';
import { isSearch } from './selector';
import type { SpanIndex } from './span-index';
import type { Statements } from './statements';

/** How much text of its spans a page has before it ends. */
const maxPageChars = 1_048_576;
const maxTitleChars = 500;
const maxTitledMarks = 10;
// UTF-8 has at most four bytes a character.
const maxTitleBytes = 4 * (maxTitleChars + 1);

export class SpanFinder {
  readonly #statements: Statements;
  readonly #index: SpanIndex;

  constructor(statements: Statements, index: SpanIndex) {
    this.#statements = statements;
    this.#index = index;
  }

  /** A page of the spans that overlap the query's range, in order of their begin, as text. */
  page(query: SpanQuery, format: SpanFormat, now: number, limit: number, after: Cursor | null): Page {
    const { item, separator, takesMarkTitles }: SpanFormatting = spanFormats[format];
    const { spans, next } = this.list(query, limit, after);
    const told = takesMarkTitles ? spans.map((span) => this.#withMarkTitles(span)) : spans;
    const text = told.map((span) => item(span, now)).join(separator);
    return { bytes: new TextEncoder().encode(text), count: spans.length, next };
  }

  /** The same as data. A page of long spans has a few. */
  list(query: SpanQuery, limit: number, after: Cursor | null): SpanList {
    const spans: TitledSpan[] = [];
    let chars = 0;
    for (const span of this.find(query, after)) {
      const last = spans.at(-1);
      if (spans.length === limit || chars > maxPageChars) {
        return { spans, next: last ? { time: last.begin, id: last.id } : null };
      }
      spans.push(this.withTitle(span));
      chars += this.#index.charsOf(span);
    }
    return { spans, next: null };
  }

  /** All spans that overlap the query's range, without their titles; some without tags and key, see `SpanIndex`. */
  *find(query: SpanQuery, after: Cursor | null = null): Generator<Span> {
    const isWanted = this.createTest(query);
    const sign = query.order === 'ascending' ? 1 : -1;
    const all = this.#index.spans();
    for (const span of query.order === 'ascending' ? all : [...all].reverse()) {
      const isBehind = after === null || sign * (span.begin - after.time || span.id - after.id) > 0;
      if (isBehind && isWanted(span)) yield span;
    }
  }

  /** Makes the test whether a query asks for a span. */
  createTest(query: SpanQuery): (span: Span) => boolean {
    const isWanted = createSpanTest(query, (span) => this.#index.whole(span).tags);
    const isFound = this.#createTextTest(query);
    return (span) => isWanted(span) && isFound(span);
  }

  /** The span that an event marks; null where it marks none. */
  span(id: number): TitledSpan | null {
    const span = this.#index.spanOf(id);
    return span && this.withTitle(span);
  }

  /** A span with all its texts and its title, which is read now. */
  withTitle(span: Span): TitledSpan {
    return { ...this.#index.whole(span), title: this.titleOf(span.id) };
  }

  /** All tags of a span. */
  tagsOf(span: Span): readonly string[] {
    return this.#index.whole(span).tags;
  }

  #withMarkTitles(span: TitledSpan): TitledSpan {
    const { id, title, marks } = span;
    const first = marks.slice(0, maxTitledMarks);
    return { ...span, markTitles: first.map((mark) => (mark.id === id ? title : this.titleOf(mark.id))) };
  }

  #createTextTest({ search }: EventQuery): (span: Span) => boolean {
    if (search === null) return () => false;
    if (!isSearch(search)) return () => true;
    // Each term by itself, and each description by itself: all of them may be more than fits into memory.
    const tests = search.map((term) => createSearchTest([{ ...term, isExcluded: false }]));
    return (span) => {
      const { type, tags, marks } = this.#index.whole(span);
      const isIn = tests.map((test) => test({ type, tags, description: '' }));
      for (const { id } of marks) {
        if (isIn.every((is) => is)) break;
        const description = this.#description(id);
        for (const [place, test] of tests.entries())
          isIn[place] ||= test({ type: '', tags: [], description });
      }
      return search.every(({ isExcluded }, place) => isIn[place] !== isExcluded);
    };
  }

  #description(id: number): string {
    const row = this.#statements.all({
      text: 'SELECT description FROM events WHERE id = ?',
      values: [id],
    })[0];
    return (row as [string] | undefined)?.[0] ?? '';
  }

  /** The title of an event. Not more of a description is read than a title can have. */
  titleOf(id: number): string {
    // As bytes: SQLite ends text at the first NUL.
    const row = this.#statements.all({
      text: 'SELECT substr(CAST(description AS BLOB), 1, ?) FROM events WHERE id = ?',
      values: [maxTitleBytes, id],
    })[0] as [Buffer] | undefined;
    const title = [...titleOf(row?.[0].toString() ?? '')];
    return title.length <= maxTitleChars ? title.join('') : `${title.slice(0, maxTitleChars).join('')}...`;
  }
}

// By range, types and tags. A type that is left out must not be among a span's types, any other need only be.
// `tagsOf` is asked where tags are asked for, and nothing else has decided.
function createSpanTest(
  {
    fromMs,
    untilMs,
    types = [],
    any,
    all,
    none,
    scales = [],
    severities = [],
    origins = [],
    isOpen,
  }: SpanQuery,
  tagsOf: (span: Span) => readonly string[],
): (span: Span) => boolean {
  const anyTime = { fromMs: Number.NEGATIVE_INFINITY, untilMs: Number.POSITIVE_INFINITY };
  const isExclusion = (pattern: string): boolean => pattern.startsWith('!');
  const wanted = types.filter((pattern) => !isExclusion(pattern));
  const isTagged = createQueryTest({
    ...anyTime,
    order: 'ascending',
    ...(any && { any }),
    ...(all && { all }),
    ...(none && { none }),
  });
  const hasTags = [any, all, none].some((patterns) => (patterns?.length ?? 0) > 0);
  const isOfType = createQueryTest({ ...anyTime, order: 'ascending', types: wanted });
  const isLeftIn = createQueryTest({ ...anyTime, order: 'ascending', types: types.filter(isExclusion) });
  return (span) => {
    if (isOpen !== undefined && isOpen !== (span.end === null)) return false;
    if (!isAmong(scales, span.scale) || !isAmong(severities, span.severity)) return false;
    if (!isAmong(origins, span.origin)) return false;
    if (span.begin > untilMs || (span.end ?? Number.POSITIVE_INFINITY) < fromMs) return false;
    const { begin: time } = span;
    const asEvents = [span.type, ...new Set(span.marks.map(({ type }) => type))].map((type) => ({
      time,
      type,
      tags: [],
      description: '',
    }));
    if (!asEvents.some(isOfType) || !asEvents.every(isLeftIn)) return false;
    return !hasTags || isTagged({ time, type: span.type, tags: tagsOf(span), description: '' });
  };
}

function isAmong<T>(wanted: readonly T[], value: T): boolean {
  return wanted.length === 0 || wanted.includes(value);
}
