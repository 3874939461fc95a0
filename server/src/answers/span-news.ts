// Finds the spans that started, changed or ended since a position: those of new marks, and those that changed marks
// affect.

import { type Event, parseMark, type Span } from '@anthracite/protocol/core';
import type { SpanQuery } from '../query/event-query';
import type { GroupPlace } from '../storage/dialect';
import { groupName } from '../storage/marks/mark-series';
import { type Position, toPlace, toPosition } from '../storage/position';
import type { SpanNews } from './answers';
import type { Records } from './records';
import type { SpanFinder } from './span-finder';
import type { NearSpan, SpanIndex } from './span-index';

const marksAtOnce = 500;
const changesAtOnce = 50;
/** Characters of spans that are reported at once. */
const maxNewsChars = 1_048_576;

export class SpanNewsReader {
  readonly #records: Records;
  readonly #index: SpanIndex;
  readonly #finder: SpanFinder;

  constructor(records: Records, index: SpanIndex, finder: SpanFinder) {
    this.#records = records;
    this.#index = index;
    this.#finder = finder;
  }

  /** The changes to spans after a position, as the spans are now. */
  async news(query: SpanQuery, after: Position): Promise<SpanNews> {
    const from = toPlace(after);
    // Changes after this position are reported next time. It is harmless if the spans already show them.
    const last = await this.#records.place();
    const marks = await this.#newMarks(from.event, last.event);
    const touched = new TouchedSpans(this.#index);
    const gone = new Set<number>();
    let { event, change } = { event: marks.upto, change: from.change };
    const nearMarks = byPlace(await this.#index.spansNearMarks(marks.ids));
    let isAll = true;
    // Only a few long spans at once; the others are reported next time.
    for (const [place, id] of marks.ids.entries()) {
      touched.add(nearMarks(place));
      if (!touched.isEnough || place === marks.ids.length - 1) continue;
      event = id;
      isAll = false;
      break;
    }
    if (isAll) {
      const changes = await this.#records.changesAfter(from.change, changesAtOnce);
      isAll = changes.isAll;
      // The mark before the change, and the mark after it.
      const places = changes.entries.flatMap(({ event: id, before, after: now }) => [
        placeOf(id, before),
        placeOf(id, now),
      ]);
      const nearPlaces = byPlace(await this.#index.spansNear(places));
      for (const [place, entry] of changes.entries.entries()) {
        if (touched.isEnough) {
          isAll = false;
          break;
        }
        touched.add([...nearPlaces(2 * place), ...nearPlaces(2 * place + 1)]);
        gone.add(entry.event);
        change = entry.id;
      }
    }
    const spans = touched.spans;
    const wanted = await this.#finder.createFilter(query)(spans);
    const isWanted = new Set(wanted);
    for (const span of spans) {
      // A span with a single mark was never reported, unless the mark was changed. Other spans may have had the id of
      // any of their marks.
      if (span.markCount > 1 && !isWanted.has(span)) for (const { id } of span.marks) gone.add(id);
    }
    for (const { id } of wanted) gone.delete(id);
    return {
      spans: await this.#finder.withTitles(wanted),
      gone: [...gone],
      position: toPosition({ event, change }),
      isAll: isAll && event >= last.event,
    };
  }

  // Ids of marks after an id, in order, and the id up to which the list is complete.
  async #newMarks(afterId: number, lastId: number): Promise<{ ids: readonly number[]; upto: number }> {
    const found = await this.#index.marksBetween(afterId, lastId, marksAtOnce + 1);
    const ids = found.slice(0, marksAtOnce);
    const isCut = found.length > marksAtOnce;
    return { ids, upto: isCut ? (ids.at(-1) ?? lastId) : Math.max(afterId, lastId) };
  }
}

/** Changed spans, each once, as they are now. */
class TouchedSpans {
  readonly #index: SpanIndex;
  readonly #spans = new Map<number, Span>();
  #chars = 0;

  constructor(index: SpanIndex) {
    this.#index = index;
  }

  add(spans: readonly Span[]): void {
    for (const span of spans) {
      if (!this.#spans.has(span.id)) this.#chars += this.#index.charsOf(span);
      this.#spans.set(span.id, span);
    }
  }

  /** True when they are too long to be reported with more. */
  get isEnough(): boolean {
    return this.#chars > maxNewsChars;
  }

  get spans(): readonly Span[] {
    return [...this.#spans.values()];
  }
}

// The place of an event as a mark; null when it was not a mark.
function placeOf(id: number, fields: Event | null): GroupPlace | null {
  const meaning = fields && parseMark(fields.type, fields.tags);
  return fields && meaning ? { id, time: fields.time, group: groupName(meaning) } : null;
}

function byPlace(near: readonly NearSpan[]): (place: number) => readonly Span[] {
  const spans = new Map<number, Span[]>();
  for (const { place, span } of near) {
    const known = spans.get(place);
    if (known === undefined) spans.set(place, [span]);
    else known.push(span);
  }
  return (place) => spans.get(place) ?? [];
}
