// Finds the spans that match a query. A span is tested like an event that has the types, the tags and the text of all
// its marks.

import { createSearchTest, type Search, type Span, titleOf } from '@anthracite/protocol/core';
import { type SpanFormat, type SpanFormatting, spanFormats } from '../formats/span-formats';
import type { TitledSpan } from '../formats/titled-span';
import type { Cursor, SpanQuery } from '../query/event-query';
import { isSearch } from '../query/query-test';
import { createSpanTest } from '../query/span-test';
import type { Asker } from '../storage/asker';
import type { Page, Reach, SpanList } from './answers';
import { Records } from './records';
import type { SpanIndex } from './span-index';

/** Characters of its spans after which a page ends. */
const maxPageChars = 1_048_576;
// A page whose search finds little ends after this time, so that other queries of the thread get their turn.
const maxPageMs = 200;
const spansPerLook = 64;
const maxTitleChars = 500;
const maxTitledMarks = 10;
const titlesAtOnce = 500;

/** Keeps the spans that match a query, in their order. */
export type SpanFilter = (spans: readonly Span[]) => Promise<readonly Span[]>;

export class SpanFinder {
  readonly #asker: Asker;
  readonly #index: SpanIndex;
  readonly #records: Records;

  constructor(asker: Asker, index: SpanIndex) {
    this.#asker = asker;
    this.#index = index;
    this.#records = new Records(asker);
  }

  /** A page of the spans that overlap the query's range, in order of their start, as text. */
  async page(
    query: SpanQuery,
    format: SpanFormat,
    now: number,
    limit: number,
    after: Cursor | null,
  ): Promise<Page> {
    const { item, separator, takesMarkTitles, takesRevisions }: SpanFormatting = spanFormats[format];
    const { spans, next } = await this.list(query, limit, after);
    const told = takesMarkTitles ? await this.#withMarkTitles(spans) : spans;
    const marks = takesRevisions ? spans.flatMap((span) => span.marks.map(({ id }) => id)) : [];
    const revisions = await this.#records.revisionsOf(marks);
    const text = told.map((span) => item(span, now, revisions)).join(separator);
    return {
      bytes: new TextEncoder().encode(text),
      count: spans.length,
      next,
      reach: after === null ? await this.#reach(query, now, spans, next) : null,
    };
  }

  // A list of spans stays the same until another span starts, or until one of them has ended before the range. The
  // duration of an open span grows, and what is planned comes to pass.
  async #reach(
    { fromMs, untilMs }: SpanQuery,
    now: number,
    spans: readonly Span[],
    next: Cursor | null,
  ): Promise<Reach> {
    const [row] = await this.#asker.all<[number]>(this.#asker.sql.spans.beginFrom(untilMs));
    const latestUntilMs = row?.[0] ?? Number.POSITIVE_INFINITY;
    const ends = spans.map(({ end }) => end ?? Number.POSITIVE_INFINITY);
    const isOpen = ends.includes(Number.POSITIVE_INFINITY);
    const planned = [...spans.map(({ begin }) => begin), ...ends].filter((time) => time > now);
    return {
      fromMs: next === null ? Math.min(latestUntilMs, ...ends) : fromMs,
      untilMs: latestUntilMs,
      now: isOpen ? now : Math.min(...planned) - 1,
    };
  }

  /** The same page as data. A page of long spans has a few. */
  async list(query: SpanQuery, limit: number, after: Cursor | null): Promise<SpanList> {
    const keepWanted = this.createFilter(query);
    const deadline = performance.now() + maxPageMs;
    const spans: Span[] = [];
    let chars = 0;
    let vain = 0;
    let last: Span | undefined;
    const part = async (next: Cursor | null): Promise<SpanList> => ({
      spans: await this.withTitles(spans),
      next,
    });
    for await (const block of this.#blocks(query, after)) {
      for (let from = 0; from < block.length; from += spansPerLook) {
        if (last && vain >= spansPerLook && performance.now() > deadline) return part(cursorOf(last));
        const some = block.slice(from, from + spansPerLook);
        const wanted = new Set(await keepWanted(some));
        for (const span of some) {
          if (last && (spans.length === limit || chars > maxPageChars)) return part(cursorOf(last));
          last = span;
          if (!wanted.has(span)) vain++;
          else {
            spans.push(span);
            chars += this.#index.charsOf(span);
          }
        }
      }
    }
    return part(null);
  }

  /** All spans that overlap the query's range, in blocks, without their titles and tags; see `SpanIndex`. */
  async *find(query: SpanQuery): AsyncGenerator<readonly Span[]> {
    const keepWanted = this.createFilter(query);
    for await (const block of this.#blocks(query, null)) yield await keepWanted(block);
  }

  /** Creates the filter of a query. */
  createFilter(query: SpanQuery): SpanFilter {
    const { isCandidate, hasTags } = createSpanTest(query);
    const { search } = query;
    if (search === null) return async () => [];
    return async (spans) => {
      let kept: readonly Span[] = spans.filter(isCandidate);
      if (hasTags !== null) kept = await this.#keepWhole(kept, async (whole) => whole.map(hasTags));
      if (isSearch(search)) kept = await this.#keepWhole(kept, (whole) => this.#areFound(whole, search));
      return kept;
    };
  }

  /** The span of a mark, given the id of any of its marks; null when the event is not a mark. */
  async span(id: number): Promise<TitledSpan | null> {
    const span = await this.#index.spanOf(id);
    return span && this.withTitle(span);
  }

  /** A span with all its texts and its title, which is read now. */
  async withTitle(span: Span): Promise<TitledSpan> {
    return (await this.withTitles([span]))[0] as TitledSpan;
  }

  /** The same for several spans. */
  async withTitles(spans: readonly Span[]): Promise<readonly TitledSpan[]> {
    const titles = await this.titlesOf(spans.map(({ id }) => id));
    return (await this.#index.whole(spans)).map((span) => ({ ...span, title: titles.get(span.id) ?? '' }));
  }

  /** Spans with their tags, in blocks that limit the length of the tags. */
  async *whole(spans: readonly Span[]): AsyncGenerator<readonly Span[]> {
    for (const part of partsOf(spans, (span) => this.#index.charsOf(span)))
      yield await this.#index.whole(part);
  }

  /** The titles of some events, by id. Reads only the part of a description that a title can have. */
  async titlesOf(ids: readonly number[]): Promise<ReadonlyMap<number, string>> {
    const titles = new Map<number, string>();
    for (let from = 0; from < ids.length; from += titlesAtOnce) {
      const some = ids.slice(from, from + titlesAtOnce);
      const rows = await this.#asker.all<[number, string]>(
        this.#asker.sql.events.beginningsOf(some, maxTitleChars + 1),
      );
      for (const [id, beginning] of rows) titles.set(id, shorten(titleOf(beginning)));
    }
    return titles;
  }

  #blocks(query: SpanQuery, after: Cursor | null): AsyncIterable<readonly Span[]> {
    return this.#index.blocks(query, after);
  }

  // In blocks that limit the length of the tags. Neither the input nor the output has tags.
  async #keepWhole(
    spans: readonly Span[],
    test: (whole: readonly Span[]) => Promise<readonly boolean[]>,
  ): Promise<readonly Span[]> {
    const kept: Span[] = [];
    for (const part of partsOf(spans, (span) => this.#index.charsOf(span))) {
      const isKept = await test(await this.#index.whole(part));
      kept.push(...part.filter((_, place) => isKept[place]));
    }
    return kept;
  }

  async #withMarkTitles(spans: readonly TitledSpan[]): Promise<readonly TitledSpan[]> {
    const idsOf = ({ marks }: Span): number[] => marks.slice(0, maxTitledMarks).map(({ id }) => id);
    const titles = await this.titlesOf(spans.flatMap(idsOf));
    return spans.map((span) => ({ ...span, markTitles: idsOf(span).map((id) => titles.get(id) ?? '') }));
  }

  // Tests each term and each description separately: all of them together may not fit into memory.
  async #areFound(spans: readonly Span[], search: Search): Promise<readonly boolean[]> {
    const tests = search.map((term) => createSearchTest([{ ...term, isExcluded: false }]));
    const found = spans.map(({ type, tags }) => tests.map((test) => test({ type, tags, description: '' })));
    const places = new Map<number, number>();
    for (const [place, { marks }] of spans.entries()) for (const { id } of marks) places.set(id, place);
    const texts = this.#asker.sql.events.textsOf([...places.keys()]);
    for await (const block of this.#asker.blocks<[number, string]>(texts, 1)) {
      for (const [id, description] of block) {
        const isIn = found[places.get(id) as number] as boolean[];
        for (const [place, test] of tests.entries())
          isIn[place] ||= test({ type: '', tags: [], description });
      }
    }
    return found.map((isIn) => search.every(({ isExcluded }, place) => isIn[place] !== isExcluded));
  }
}

function shorten(text: string): string {
  const title = [...text];
  return title.length <= maxTitleChars ? text : `${title.slice(0, maxTitleChars).join('')}...`;
}

function cursorOf({ begin, id }: Span): Cursor {
  return { time: begin, id };
}

// Splits spans into parts whose texts fit into a page, or that have one span.
function* partsOf(spans: readonly Span[], charsOf: (span: Span) => number): Generator<readonly Span[]> {
  let part: Span[] = [];
  let chars = 0;
  for (const span of spans) {
    part.push(span);
    chars += charsOf(span);
    if (chars <= maxPageChars) continue;
    yield part;
    part = [];
    chars = 0;
  }
  if (part.length > 0) yield part;
}
