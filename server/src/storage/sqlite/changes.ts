// Edits, deletes, restores and purges events, and records the history. Runs within the writer's transactions.

import type { StoredEvent } from '@anthracite/protocol/core';
import type { EventQuery } from '../../query/event-query';
import { createQueryTest } from '../../query/query-test';
import { editOf, type Identity, isStale, toEvent, toStored } from '../change-rules';
import type {
  BulkOutcome,
  Change,
  ChangeOutcome,
  EventPatch,
  FoundEvents,
  WantedStates,
} from '../event-change';
import { toPlace } from '../position';
import type { Database } from './connection';
import type { EventRow, EventTable } from './event-table';
import type { HourCountTable } from './hour-count-table';
import type { MarkTable } from './marks/mark-table';
import type { SearchIndex } from './search-index';
import type { SeriesIndex } from './series-index';

/** The tables that a change affects. */
export interface ChangedTables {
  readonly events: EventTable;
  readonly seriesIndex: SeriesIndex;
  readonly hourCounts: HourCountTable;
  readonly searchIndex: SearchIndex;
  readonly marks: MarkTable;
}

export class Changes {
  readonly #tables: ChangedTables;
  readonly #statements: ReturnType<typeof prepareStatements>;
  #hasPurged = false;

  constructor(db: Database, tables: ChangedTables) {
    this.#tables = tables;
    this.#statements = prepareStatements(db);
  }

  /** Changes fields of an event; the other fields keep their current values. */
  edit(id: number, patch: EventPatch, change: Change, wanted: WantedStates): ChangeOutcome {
    const before = this.#tables.events.find(id);
    if (before === null) return { kind: 'missing' };
    const event = toStored(id, before);
    if (isStale(event, wanted)) return { kind: 'stale', event };
    const { edited, after } = editOf(event, patch);
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
    const event = toStored(id, before);
    if (isStale(event, wanted)) return { kind: 'stale', event };
    this.#delete([id], change);
    return { kind: 'done', event };
  }

  /** Deletes all events of a query, or none if their number is not as expected. */
  removeAll(query: EventQuery, found: FoundEvents, expected: number, change: Change): BulkOutcome {
    const ids = this.#matching(query, found);
    if (ids.length !== expected) return { kind: 'differs', count: ids.length };
    this.#delete(ids, change);
    return { kind: 'done', count: ids.length };
  }

  /** Restores a deleted event. */
  restore(id: number, change: Change): ChangeOutcome {
    const present = this.present(id);
    if (present !== null) return { kind: 'unchanged', event: present };
    const after = this.#lastDeleted(id);
    if (after === null) return { kind: 'missing' };
    const same = this.#tables.events.findSame(after);
    if (same !== null) return { kind: 'same', id: same };
    this.#putBack(id, after);
    this.#record(id, change, null, false);
    return { kind: 'done', event: toStored(id, after) };
  }

  /** Removes events, present or deleted, with their history, keys and undelivered messages. Nothing of them is recorded. */
  purge(ids: readonly number[]): void {
    this.#delete(ids, null);
    for (const id of ids) {
      this.#statements.forgetChanges.run(id);
      this.#statements.forgetKeys.run(id);
    }
    const list = JSON.stringify(ids);
    this.#statements.forgetMessages.run(list, list);
    this.#tables.events.rememberIds();
    this.#hasPurged = true;
  }

  /** Records that an event was purged. */
  recordPurge(id: number, { at, who }: Change): void {
    this.#statements.record.run(id, at, who, null, null, null, null, 1);
  }

  /** The current event, or null. */
  present(id: number): StoredEvent | null {
    const row = this.#tables.events.find(id);
    return row && toStored(id, row);
  }

  /** The fields of a deleted event before its deletion, or null. */
  deleted(id: number): StoredEvent | null {
    const identity = this.#lastDeleted(id);
    return identity && toStored(id, identity);
  }

  #lastDeleted(id: number): Identity | null {
    const last = this.#statements.lastDeleted.get(id) as [number, string, string] | undefined;
    if (last === undefined) return null;
    const [time, series, description] = last;
    return { time, series, description };
  }

  // Found events that have not changed since still match. Events that were added or changed since are tested again.
  #matching(query: EventQuery, { ids, since: position }: FoundEvents): number[] {
    const since = toPlace(position);
    const isMatch = createQueryTest(query);
    const changed = new Set(this.#statements.changedSince.all(since.change) as number[]);
    let matching = [...ids.filter((id) => id <= since.event && !changed.has(id))];
    for (const id of changed) {
      const row = id <= since.event ? this.#tables.events.find(id) : null;
      if (row !== null && isMatch(toEvent(row))) matching.push(id);
    }
    // Nothing was recorded of purged events.
    if (this.#hasPurged) matching = matching.filter((id) => this.#statements.exists.get(id) !== undefined);
    for (const row of this.#statements.eventsSince.iterate(since.event)) {
      const [id, time, series, description] = row as [number, number, string, string];
      if (isMatch(toEvent({ time, series, description }))) matching.push(id);
    }
    return matching.sort((one, other) => one - other);
  }

  #delete(ids: readonly number[], change: Change | null): void {
    const { events, seriesIndex, hourCounts, searchIndex, marks } = this.#tables;
    // Holds only one text at a time.
    const take = function* (
      this: Changes,
    ): Generator<readonly [number, Pick<EventRow, 'time' | 'seriesId'>]> {
      for (const id of ids) {
        const row = events.find(id);
        if (row === null) continue;
        events.remove(id);
        hourCounts.remove(id, row);
        searchIndex.remove(id);
        marks.remove(id);
        if (change !== null) this.#record(id, change, row, true);
        yield [id, row];
      }
    };
    seriesIndex.remove(take.call(this));
  }

  #takeAway(id: number, row: EventRow): void {
    const { events, seriesIndex, hourCounts, searchIndex, marks } = this.#tables;
    events.remove(id);
    seriesIndex.remove([[id, row]]);
    hourCounts.remove(id, row);
    searchIndex.remove(id);
    marks.remove(id);
  }

  #putBack(id: number, identity: Identity): void {
    const { events, seriesIndex, hourCounts, searchIndex, marks } = this.#tables;
    const row = events.put(id, identity);
    seriesIndex.add(id, row);
    hourCounts.add(id, row);
    searchIndex.add(id, row);
    marks.add(id, row);
  }

  // The fields after a change are in the event itself, or in its next change, as the fields before that.
  #record(id: number, { at, who }: Change, before: EventRow | null, isDeletion: boolean): void {
    const { events } = this.#tables;
    const hash = before && events.hashOf(before.description);
    const { time = null, seriesId = null, description = null } = before ?? {};
    this.#statements.record.run(id, at, who, time, seriesId, hash, description, isDeletion ? 1 : 0);
    events.rememberFormer();
  }
}

function prepareStatements(db: Database) {
  return {
    record: db.prepare(
      `INSERT INTO history (event, at, who, time, series, hash, description, is_deletion)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    ),
    exists: db.prepare('SELECT 1 FROM events WHERE id = ?').pluck(),
    forgetChanges: db.prepare('DELETE FROM history WHERE event = ?'),
    forgetKeys: db.prepare('DELETE FROM event_key WHERE event = ?'),
    forgetMessages: db.prepare(
      `DELETE FROM undelivered
       WHERE json_extract(message, '$.event.id') IN (SELECT value FROM json_each(?))
       OR EXISTS (
         SELECT 1 FROM json_each(message, '$.span.marks') AS mark
         WHERE json_extract(mark.value, '$.id') IN (SELECT value FROM json_each(?))
       )`,
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
