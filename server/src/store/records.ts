// The ledger of rejected lines, and the history of changes, page by page. Reads only.

import { type Event, parseSeries } from '@anthracite/protocol/core';
import type { HistoryPage, LedgerEntry, LedgerPage } from './event-store';
import type { Sql } from './sql';
import type { Statements } from './statements';

type LedgerRow = [
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

/** How much text, or how many bytes of lines, a page has before it ends. */
const maxPageChars = 1_048_576;

// What a change made of an event stands in the next change of it, or else in the event.
const historyRows = `
  SELECT history.id AS id, history.event AS event, history.at, history.who, history.time, old.text, history.description,
    CASE WHEN history.is_deletion THEN NULL ELSE coalesce(later.time, events.time) END,
    CASE WHEN history.is_deletion THEN NULL ELSE new.text END,
    CASE WHEN history.is_deletion THEN NULL ELSE coalesce(later.description, events.description) END
  FROM history
  LEFT JOIN history AS later ON later.id = (
    SELECT min(id) FROM history AS others WHERE others.event = history.event AND others.id > history.id
  )
  LEFT JOIN events ON later.id IS NULL AND events.id = history.event
  LEFT JOIN series AS old ON old.id = history.series
  LEFT JOIN series AS new ON new.id = coalesce(later.series, events.series)`;

export class Records {
  readonly #statements: Statements;

  constructor(statements: Statements) {
    this.#statements = statements;
  }

  ledger(limit: number, before: number | null): LedgerPage {
    const rows = this.#ledgerRows('WHERE id < ? ORDER BY id DESC LIMIT ?', [
      before ?? Number.MAX_SAFE_INTEGER,
      limit + 1,
    ]);
    const { items, isAll } = takePage(rows, limit, ({ line, message }) => line.length + message.length);
    return { entries: items, nextBefore: isAll ? null : (items.at(-1)?.id ?? null) };
  }

  ledgerEntry(id: number): LedgerEntry | null {
    return [...this.#ledgerRows('WHERE id = ?', [id])][0] ?? null;
  }

  /** Changes of an event behind the one with an id, oldest first. */
  history(event: number, after: number): HistoryPage {
    return this.#historyPage({ text: 'WHERE event = ? AND id > ? ORDER BY id', values: [event, after] });
  }

  /** The newest changes of an event, oldest first. */
  newestHistory(event: number): HistoryPage {
    const { entries, isAll } = this.#historyPage({
      text: 'WHERE event = ? ORDER BY id DESC',
      values: [event],
    });
    return { entries: [...entries].reverse(), isAll };
  }

  /** The highest id that an event has or had, and the last change. */
  position(): { event: number; change: number } {
    const text = `SELECT
      max(
        coalesce((SELECT max(id) FROM events), 0),
        coalesce((SELECT max(event) FROM history), 0),
        (SELECT value FROM meta WHERE key = 'series_time_upto')
      ),
      coalesce((SELECT max(id) FROM history), 0)`;
    const [event, change] = this.#statements.all({ text, values: [] })[0] as [number, number];
    return { event, change };
  }

  /** Changes of any event behind one, in the order they were made. */
  changesAfter(id: number, limit: number): HistoryPage {
    return this.#historyPage({ text: 'WHERE id > ? ORDER BY id', values: [id] }, limit);
  }

  #historyPage({ text, values }: Sql, limit = Number.POSITIVE_INFINITY): HistoryPage {
    const rows = this.#statements.iterate({
      text: `SELECT * FROM (${historyRows}) ${text}`,
      values,
    }) as Iterable<HistoryRow>;
    const { items, isAll } = takePage(rows, limit, ([, , , , , seriesBefore, before, , seriesAfter, after]) =>
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

  *#ledgerRows(where: string, values: readonly number[]): Generator<LedgerEntry> {
    const text = `SELECT id, received_at, door, peer, code, message, line FROM rejects ${where}`;
    for (const row of this.#statements.iterate({ text, values })) {
      const [id, receivedAt, door, peer, code, message, line] = row as LedgerRow;
      yield { id, receivedAt, door, peer, code, message, line };
    }
  }
}

// Takes what a page holds: up to `limit` items, and no more once they are long. One there is always.
function takePage<T>(
  rows: Iterable<T>,
  limit: number,
  charsOf: (item: T) => number,
): { readonly items: T[]; readonly isAll: boolean } {
  const items: T[] = [];
  let chars = 0;
  for (const row of rows) {
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
