// The ledger of rejected lines, and the history of changes. Reads only.

import type { Event } from '@anthracite/protocol/core';
import type { HistoryEntry, LedgerEntry, LedgerPage } from './event-store';
import type { Sql } from './sql';
import type { Statements } from './statements';

export class Records {
  readonly #statements: Statements;

  constructor(statements: Statements) {
    this.#statements = statements;
  }

  ledger(limit: number, before: number | null): LedgerPage {
    const entries = this.#ledgerRows('WHERE id < ? ORDER BY id DESC LIMIT ?', [
      before ?? Number.MAX_SAFE_INTEGER,
      limit + 1,
    ]);
    const kept = entries.slice(0, limit);
    return { entries: kept, nextBefore: entries.length > limit ? (kept.at(-1)?.id ?? null) : null };
  }

  ledgerEntry(id: number): LedgerEntry | null {
    return this.#ledgerRows('WHERE id = ?', [id])[0] ?? null;
  }

  /** All changes of an event, oldest first. */
  history(event: number): HistoryEntry[] {
    return this.#historyRows({ text: 'WHERE event = ? ORDER BY id', values: [event] });
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
  changesAfter(id: number, limit: number): HistoryEntry[] {
    return this.#historyRows({ text: 'WHERE id > ? ORDER BY id LIMIT ?', values: [id, limit] });
  }

  #historyRows({ text, values }: Sql): HistoryEntry[] {
    const rows = this.#statements.all({
      text: `SELECT id, event, at, who, before, after FROM history ${text}`,
      values,
    }) as [number, number, number, string | null, string | null, string | null][];
    return rows.map(([id, event, at, who, before, after]) => ({
      id,
      event,
      at,
      who,
      before: parseFields(before),
      after: parseFields(after),
    }));
  }

  #ledgerRows(where: string, values: readonly number[]): LedgerEntry[] {
    const text = `SELECT id, received_at, door, peer, code, message, line FROM rejects ${where}`;
    const rows = this.#statements.all({ text, values }) as [
      number,
      number,
      string,
      string,
      string,
      string,
      Uint8Array,
    ][];
    return rows.map(([id, receivedAt, door, peer, code, message, line]) => ({
      id,
      receivedAt,
      door,
      peer,
      code,
      message,
      line,
    }));
  }
}

function parseFields(json: string | null): Event | null {
  return json === null ? null : (JSON.parse(json) as Event);
}
