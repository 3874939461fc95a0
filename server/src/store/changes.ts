// Edits, deletes and restores events, and writes down who did it. Runs within the writer's transactions.

import { type Event, joinSeries, parseSeries } from '@anthracite/protocol/core';
import type { Database } from './database';
import type { Change, ChangeOutcome } from './event-store';
import type { EventRow, EventTable, Identity } from './event-table';
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

  /** Makes an event another, under its id. */
  edit(id: number, fields: Event, change: Change): ChangeOutcome {
    const before = this.#tables.events.find(id);
    if (before === null) return { kind: 'missing' };
    const after: Identity = {
      time: fields.time,
      series: joinSeries(fields.type, fields.tags),
      description: fields.description,
    };
    const same = this.#tables.events.findSame(after);
    if (same !== null) return same === id ? { kind: 'unchanged' } : { kind: 'same', id: same };
    this.#takeAway(id, before);
    this.#putBack(id, after);
    this.#write(id, change, before, after);
    return { kind: 'done' };
  }

  /** Deletes events; returns how many of them were there. */
  remove(ids: readonly number[], change: Change): number {
    let removed = 0;
    for (const id of ids) {
      const before = this.#tables.events.find(id);
      if (before === null) continue;
      this.#takeAway(id, before);
      this.#write(id, change, before, null);
      removed++;
    }
    return removed;
  }

  /** Puts a deleted event back as it was. */
  restore(id: number, change: Change): ChangeOutcome {
    if (this.#tables.events.find(id) !== null) return { kind: 'unchanged' };
    const last = this.#statements.lastBefore.get(id) as string | undefined;
    if (last === undefined) return { kind: 'missing' };
    const { time, type, tags, description } = JSON.parse(last) as Event;
    const after: Identity = { time, series: joinSeries(type, tags), description };
    const same = this.#tables.events.findSame(after);
    if (same !== null) return { kind: 'same', id: same };
    this.#putBack(id, after);
    this.#write(id, change, null, after);
    return { kind: 'done' };
  }

  #takeAway(id: number, row: EventRow): void {
    const { events, seriesIndex, searchIndex } = this.#tables;
    events.remove(id);
    events.rememberFormer(id, row);
    seriesIndex.remove(id, row);
    searchIndex.remove(id);
  }

  #putBack(id: number, identity: Identity): void {
    const { events, seriesIndex, searchIndex } = this.#tables;
    events.forgetFormer(identity);
    const row = events.put(id, identity);
    seriesIndex.add(id, row);
    searchIndex.add(id, row);
  }

  #write(id: number, { at, who }: Change, before: Identity | null, after: Identity | null): void {
    this.#statements.write.run(id, at, who, toJson(before), toJson(after));
  }
}

function toJson(identity: Identity | null): string | null {
  if (identity === null) return null;
  const { time, series, description } = identity;
  const parsed = parseSeries(series);
  if (!parsed.ok) throw new Error(`the store has a malformed series: ${parsed.problem.message}`);
  return JSON.stringify({ time, ...parsed.value, description });
}

function prepareStatements(db: Database) {
  return {
    write: db.prepare('INSERT INTO history (event, at, who, before, after) VALUES (?, ?, ?, ?, ?)'),
    lastBefore: db
      .prepare('SELECT before FROM history WHERE event = ? AND after IS NULL ORDER BY id DESC LIMIT 1')
      .pluck(),
  };
}
