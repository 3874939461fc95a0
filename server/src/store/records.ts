// The ledger of rejected lines, and the history of changes, page by page. Reads only.

import type { Event } from '@anthracite/protocol/core';
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
  before: string | null,
  after: string | null,
];

/** How much text, or how many bytes of lines, a page has before it ends. */
const maxPageChars = 1_048_576;

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
        coalesce((SELECT max(event) FROM former), 0),
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
      text: `SELECT id, event, at, who, before, after FROM history ${text}`,
      values,
    }) as Iterable<HistoryRow>;
    const { items, isAll } = takePage(
      rows,
      limit,
      ([, , , , before, after]) => (before?.length ?? 0) + (after?.length ?? 0),
    );
    const entries = items.map(([id, event, at, who, before, after]) => ({
      id,
      event,
      at,
      who,
      before: parseFields(before),
      after: parseFields(after),
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

function parseFields(json: string | null): Event | null {
  return json === null ? null : (JSON.parse(json) as Event);
}
