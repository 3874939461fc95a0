// Groups the events of a list.

import { type GroupedEvent, isPlainName, type StoredEvent } from '@anthracite/protocol/core';
import type { Cursor, EventQuery, Grouping } from '../query/event-query';
import { type GroupedPart, GroupedPartBuilder, groupValueOf, isBefore, rangeBefore } from '../query/grouping';
import { endAfter } from '../query/range-end';
import { StoreError } from '../storage/store-error';

// A part of a list of groups ends after this time, complete or not.
const maxGroupMs = 1_000;

/** Reads the events of a query, in order. */
interface EventSource {
  blocks(query: EventQuery, after?: Cursor | null, most?: number): AsyncIterable<readonly StoredEvent[]>;
  each(query: EventQuery): AsyncIterable<StoredEvent>;
}

export class GroupReader {
  readonly #reader: EventSource;
  readonly #maxSearched: number;

  /** A search for a part of a list fails after `maxSearched` events. */
  constructor(reader: EventSource, maxSearched: number) {
    this.#reader = reader;
    this.#maxSearched = maxSearched;
  }

  /** The group of an event in a list in ascending order: the first event, with the others grouped into it. */
  async of(query: EventQuery, grouping: Grouping, event: StoredEvent): Promise<GroupedEvent> {
    const shared = groupValueOf(event, grouping);
    if (shared === null) return event;
    const { key, value } = shared;
    const isKin = (other: StoredEvent): boolean => {
      const theirs = groupValueOf(other, grouping);
      return other.type === event.type && theirs?.key === key && theirs.value === value;
    };
    const kin: EventQuery = {
      ...query,
      // A type with special characters, used as a pattern, could match other types.
      types: isPlainName(event.type) ? [event.type] : (query.types ?? []),
      all: [...(query.all ?? []), ...(key === '' ? [] : [`${key}=${value}`])],
    };
    const deadline = performance.now() + maxGroupMs;
    const isLate = (): boolean => performance.now() > deadline;
    let first = event.time;
    for await (const other of this.#reader.each({
      ...kin,
      order: 'descending',
      untilMs: endAfter(event.time),
    })) {
      if (first - other.time > grouping.windowMs || isLate()) break;
      if (isKin(other)) first = other.time;
    }
    const group = new GroupedPartBuilder(grouping, { limit: 1, isLate });
    for await (const other of this.#reader.each({ ...kin, order: 'ascending', fromMs: first })) {
      if (isKin(other) && !group.add(other)) break;
    }
    return group.build().entries[0] ?? event;
  }

  /** A part of a list whose events are grouped; `limit` counts groups. */
  async part(
    query: EventQuery,
    grouping: Grouping,
    limit: number,
    after: Cursor | null,
  ): Promise<GroupedPart> {
    const deadline = performance.now() + maxGroupMs;
    const part = new GroupedPartBuilder(grouping, { limit, isLate: () => performance.now() > deadline });
    if (after !== null) {
      for await (const block of this.#reader.blocks(rangeBefore(query, after, grouping.windowMs))) {
        for (const event of block) {
          if (isBefore(event, after, query) && !part.addBefore(event))
            throw new StoreError('OUT_OF_MEMORY', {});
        }
      }
    }
    for await (const block of this.#reader.blocks(query, after, this.#maxSearched)) {
      if (!block.every((event) => part.add(event))) break;
    }
    return part.build();
  }
}
