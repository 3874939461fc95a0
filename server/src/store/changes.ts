// Edits, deletes and restores events, and writes down who did it. Runs within the writer's transactions.

import { joinSeries, parseSeries, type StoredEvent } from '@anthracite/protocol/core';
import type { Database } from './database';
import { stateOf } from './event-state';
import type {
  BulkOutcome,
  Change,
  ChangeOutcome,
  EventPatch,
  EventQuery,
  FoundEvents,
  WantedStates,
} from './event-store';
import type { EventRow, EventTable, Identity } from './event-table';
import { createQueryTest } from './query-test';
import type { SearchIndex } from './search-index';
import type { SeriesIndex } from './series-index';

/** What is changed together. */
export interface ChangedTables {
  readonly events: EventTable;
  readonly seriesIndex: SeriesIndex;
  readonly searchIndex: SearchIndex;
}

export class Changes {
  readonly #tables: ChangedTables;
  readonly #statements: ReturnType<typeof prepareStatements>;

  constructor(db: Database, tables: ChangedTables) {
    this.#tables = tables;
    this.#statements = prepareStatements(db);
  }

  /** Changes fields of an event; the others stay as they are by now. */
  edit(id: number, patch: EventPatch, change: Change, wanted: WantedStates): ChangeOutcome {
    const before = this.#tables.events.find(id);
    if (before === null) return { kind: 'missing' };
    const event = toEvent(id, before);
    if (isStale(event, wanted)) return { kind: 'stale', event };
    const edited = { ...event, ...patch };
    const after: Identity = {
      time: edited.time,
      series: joinSeries(edited.type, edited.tags),
      description: edited.description,
    };
    const same = this.#tables.events.findSame(after);
    if (same === id) return { kind: 'unchanged', event };
    if (same !== null) return { kind: 'same', id: same };
    this.#takeAway(id, before);
    this.#record(id, change, before, false);
    this.#putBack(id, after);
    return { kind: 'done', event: edited };
  }

  /** Deletes an event. */
  remove(id: number, change: Change, wanted: WantedStates): ChangeOutcome {
    const before = this.#tables.events.find(id);
    if (before === null) return { kind: 'missing' };
    const event = toEvent(id, before);
    if (isStale(event, wanted)) return { kind: 'stale', event };
    this.#delete([id], change);
    return { kind: 'done', event };
  }

  /** Deletes all events of a query, or none of them where there are not as many as expected. */
  removeAll(query: EventQuery, found: FoundEvents, expected: number, change: Change): BulkOutcome {
    const ids = this.#matching(query, found);
    if (ids.length !== expected) return { kind: 'differs', count: ids.length };
    this.#delete(ids, change);
    return { kind: 'done', count: ids.length };
  }

  /** Puts a deleted event back as it was. */
  restore(id: number, change: Change): ChangeOutcome {
    const present = this.#tables.events.find(id);
    if (present !== null) return { kind: 'unchanged', event: toEvent(id, present) };
    const last = this.#statements.lastDeleted.get(id) as [number, string, string] | undefined;
    if (last === undefined) return { kind: 'missing' };
    const [time, series, description] = last;
    const after: Identity = { time, series, description };
    const same = this.#tables.events.findSame(after);
    if (same !== null) return { kind: 'same', id: same };
    this.#putBack(id, after);
    this.#record(id, change, null, false);
    return { kind: 'done', event: toEvent(id, after) };
  }

  // Of what was found, all that was not touched since matches still. What came or was changed since is looked at again.
  #matching(query: EventQuery, { ids, since }: FoundEvents): number[] {
    const isMatch = createQueryTest(query);
    const changed = new Set(this.#statements.changedSince.all(since.change) as number[]);
    const matching = [...ids.filter((id) => id <= since.event && !changed.has(id))];
    for (const id of changed) {
      const row = id <= since.event ? this.#tables.events.find(id) : null;
      if (row !== null && isMatch(toEvent(id, row))) matching.push(id);
    }
    for (const row of this.#statements.eventsSince.iterate(since.event)) {
      const [id, time, series, description] = row as [number, number, string, string];
      if (isMatch(toEvent(id, { time, series, description }))) matching.push(id);
    }
    return matching.sort((one, other) => one - other);
  }

  #delete(ids: readonly number[], change: Change): void {
    const { events, seriesIndex, searchIndex } = this.#tables;
    // Of texts only one is held at a time.
    const take = function* (
      this: Changes,
    ): Generator<readonly [number, Pick<EventRow, 'time' | 'seriesId'>]> {
      for (const id of ids) {
        const row = events.find(id);
        if (row === null) continue;
        events.remove(id);
        searchIndex.remove(id);
        this.#record(id, change, row, true);
        yield [id, row];
      }
    };
    seriesIndex.remove(take.call(this));
  }

  #takeAway(id: number, row: EventRow): void {
    const { events, seriesIndex, searchIndex } = this.#tables;
    events.remove(id);
    seriesIndex.remove([[id, row]]);
    searchIndex.remove(id);
  }

  #putBack(id: number, identity: Identity): void {
    const { events, seriesIndex, searchIndex } = this.#tables;
    const row = events.put(id, identity);
    seriesIndex.add(id, row);
    searchIndex.add(id, row);
  }

  // What an event became stands in the event, or in what its next change says of it before.
  #record(id: number, { at, who }: Change, before: EventRow | null, isDeletion: boolean): void {
    const { events } = this.#tables;
    const hash = before && events.hashOf(before.description);
    const { time = null, seriesId = null, description = null } = before ?? {};
    this.#statements.record.run(id, at, who, time, seriesId, hash, description, isDeletion ? 1 : 0);
    events.rememberFormer();
  }
}

function isStale(event: StoredEvent, wanted: WantedStates): boolean {
  return wanted !== null && !wanted.includes(stateOf(event));
}

function toEvent(id: number, { time, series, description }: Identity): StoredEvent {
  const parsed = parseSeries(series);
  if (!parsed.ok) throw new Error(`the store has a malformed series: ${parsed.problem.message}`);
  return { id, time, ...parsed.value, description };
}

function prepareStatements(db: Database) {
  return {
    record: db.prepare(
      `INSERT INTO history (event, at, who, time, series, hash, description, is_deletion)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    ),
    lastDeleted: db
      .prepare(
        `SELECT time, text, description FROM history JOIN series ON series.id = history.series
         WHERE event = ? AND is_deletion ORDER BY history.id DESC LIMIT 1`,
      )
      .raw(),
    changedSince: db.prepare('SELECT DISTINCT event FROM history WHERE id > ?').pluck(),
    eventsSince: db
      .prepare(
        `SELECT events.id, time, text, description FROM events NOT INDEXED JOIN series ON series.id = events.series
         WHERE events.id > ?`,
      )
      .raw(),
  };
}
