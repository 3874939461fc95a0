// Reads rejected lines, the history of changes, and the keys of events, page by page.

import { type Event, parseSeries } from '@anthracite/protocol/core';
import type { Revision, Revisions } from '../formats/revision';
import type { Asker } from '../storage/asker';
import type { StoredReject, StoredRejectPage } from '../storage/event-batch';
import type { HistoryPage } from '../storage/event-change';
import type { Place } from '../storage/position';
import type { Sql } from '../storage/sql';

type RejectRow = [
  id: number,
  receivedAt: number,
  door: string,
  peer: string,
  code: string,
  message: string,
  line: Uint8Array,
];
type HistoryRow = [
  id: number,
  event: number,
  at: number,
  who: string | null,
  timeBefore: number | null,
  seriesBefore: string | null,
  descriptionBefore: string | null,
  timeAfter: number | null,
  seriesAfter: string | null,
  descriptionAfter: string | null,
];

type RevisionRow = readonly [event: number, count: number, at: number, firstTime: number];

const eventsAtOnce = 1_000;
/** Characters of text, or bytes of lines, after which a page ends. */
const maxPageChars = 1_048_576;

export class Records {
  readonly #asker: Asker;

  constructor(asker: Asker) {
    this.#asker = asker;
  }

  async rejects(limit: number, before: number | null): Promise<StoredRejectPage> {
    const rows = this.#rejectRows(
      this.#asker.sql.records.rejects(before ?? Number.MAX_SAFE_INTEGER, limit + 1),
    );
    const { items, isAll } = await takePage(rows, limit, ({ line, message }) => line.length + message.length);
    return { entries: items, nextBefore: isAll ? null : (items.at(-1)?.id ?? null) };
  }

  async reject(id: number): Promise<StoredReject | null> {
    for await (const entry of this.#rejectRows(this.#asker.sql.records.reject(id))) return entry;
    return null;
  }

  /** The number of rejected lines. */
  rejectCount(): Promise<number> {
    return this.#asker.number(this.#asker.sql.records.rejectCount);
  }

  /** The key of an event: the first by source and key when it has several, null when it has none. */
  async key(event: number): Promise<string | null> {
    const [row] = await this.#asker.all<[string]>(this.#asker.sql.records.keyOf(event));
    return row?.[0] ?? null;
  }

  /** The revisions of those of some events that were changed. */
  async revisionsOf(events: readonly number[]): Promise<Revisions> {
    const revisions = new Map<number, Revision>();
    for (let from = 0; from < events.length; from += eventsAtOnce) {
      const sql = this.#asker.sql.records.revisionsOf(events.slice(from, from + eventsAtOnce));
      for (const [event, count, at, firstTime] of await this.#asker.all<RevisionRow>(sql))
        revisions.set(event, { count, at, firstTime });
    }
    return revisions;
  }

  /** The changes of an event after a change id, oldest first. */
  history(event: number, after: number): Promise<HistoryPage> {
    return this.#historyPage(this.#asker.sql.records.changes(event, after));
  }

  /** The newest changes of an event, oldest first. */
  async newestHistory(event: number): Promise<HistoryPage> {
    const { entries, isAll } = await this.#historyPage(this.#asker.sql.records.newestChanges(event));
    return { entries: [...entries].reverse(), isAll };
  }

  /** The highest id that an event has or had, and the id of the last change. */
  async place(): Promise<Place> {
    const [[event, change] = [0, 0]] = await this.#asker.all<[number, number]>(
      this.#asker.sql.records.position,
    );
    return { event, change };
  }

  /** The changes of any event after a change id, in the order they were made. */
  changesAfter(id: number, limit: number): Promise<HistoryPage> {
    return this.#historyPage(this.#asker.sql.records.changes(null, id), limit);
  }

  async #historyPage(sql: Sql, limit = Number.POSITIVE_INFINITY): Promise<HistoryPage> {
    const rows = each(this.#asker.blocks<HistoryRow>(sql, 1));
    const { items, isAll } = await takePage(
      rows,
      limit,
      ([, , , , , seriesBefore, before, , seriesAfter, after]) =>
        [seriesBefore, before, seriesAfter, after].reduce((sum, text) => sum + (text?.length ?? 0), 0),
    );
    const entries = items.map(([id, event, at, who, ...sides]) => ({
      id,
      event,
      at,
      who,
      before: toFields(sides[0], sides[1], sides[2]),
      after: toFields(sides[3], sides[4], sides[5]),
    }));
    return { entries, isAll };
  }

  async *#rejectRows(sql: Sql): AsyncGenerator<StoredReject> {
    for await (const row of each(this.#asker.blocks<RejectRow>(sql, 1))) {
      const [id, receivedAt, door, peer, code, message, line] = row;
      yield { id, receivedAt, door, peer, code, message, line };
    }
  }
}

// Holds one long row in memory at a time.
async function* each<T>(blocks: AsyncIterable<readonly T[]>): AsyncGenerator<T> {
  for await (const block of blocks) yield* block;
}

// Takes the items of one page: up to `limit`, fewer when they are long, at least one.
async function takePage<T>(
  rows: AsyncIterable<T>,
  limit: number,
  charsOf: (item: T) => number,
): Promise<{ readonly items: T[]; readonly isAll: boolean }> {
  const items: T[] = [];
  let chars = 0;
  for await (const row of rows) {
    if (items.length >= limit || chars > maxPageChars) return { items, isAll: false };
    items.push(row);
    chars += charsOf(row);
  }
  return { items, isAll: true };
}

function toFields(time: number | null, series: string | null, description: string | null): Event | null {
  if (time === null || series === null || description === null) return null;
  const parsed = parseSeries(series);
  if (!parsed.ok) throw new Error(`the store has a malformed series: ${parsed.problem.message}`);
  return { time, ...parsed.value, description };
}
