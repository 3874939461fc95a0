// The table of rejected lines: bounded, the oldest go first. Runs within the writer's transactions.

import type { Database } from './database';
import type { RejectedLine } from './event-store';

/** Bounds of what the ledger keeps. */
export interface LedgerLimits {
  /** Rejected lines that the ledger holds; beyond it the oldest are forgotten, and counted. */
  readonly maxRejects: number;
  /** Bytes of rejected lines that the ledger holds. */
  readonly maxRejectBytes: number;
}

export class Ledger {
  readonly #limits: LedgerLimits;
  readonly #statements: ReturnType<typeof prepareStatements>;
  #rejects = 0;
  #rejectBytes = 0;

  constructor(db: Database, limits: LedgerLimits) {
    this.#limits = limits;
    this.#statements = prepareStatements(db);
    this.readState();
  }

  /** Reads anew how full it is: after opening, and after a failure. */
  readState(): void {
    [this.#rejects, this.#rejectBytes] = this.#statements.size.get() as [number, number];
  }

  /** Keeps rejected lines, and forgets the oldest where there are too many. */
  add(rejects: readonly RejectedLine[]): void {
    for (const { receivedAt, door, peer, code, message, line } of rejects) {
      this.#statements.insert.run(receivedAt, door, peer, code, message, line);
      this.#rejects++;
      this.#rejectBytes += line.length;
    }
    if (rejects.length > 0) this.#trim();
  }

  /** Takes a line out; false when it is not there. */
  remove(id: number): boolean {
    const bytes = this.#statements.bytes.get(id) as number | undefined;
    if (bytes === undefined) return false;
    this.#delete(id, bytes);
    return true;
  }

  #trim(): void {
    let forgotten = 0;
    while (this.#rejects > this.#limits.maxRejects || this.#rejectBytes > this.#limits.maxRejectBytes) {
      const [id, bytes] = this.#statements.oldest.get() as [number, number];
      this.#delete(id, bytes);
      forgotten++;
    }
    if (forgotten > 0) this.#statements.addForgotten.run(forgotten);
  }

  #delete(id: number, bytes: number): void {
    this.#statements.delete.run(id);
    this.#rejects--;
    this.#rejectBytes -= bytes;
  }
}

function prepareStatements(db: Database) {
  return {
    size: db.prepare('SELECT count(*), coalesce(sum(length(line)), 0) FROM rejects').raw(),
    insert: db.prepare(
      'INSERT INTO rejects (received_at, door, peer, code, message, line) VALUES (?, ?, ?, ?, ?, ?)',
    ),
    delete: db.prepare('DELETE FROM rejects WHERE id = ?'),
    bytes: db.prepare('SELECT length(line) FROM rejects WHERE id = ?').pluck(),
    oldest: db.prepare('SELECT id, length(line) FROM rejects ORDER BY id LIMIT 1').raw(),
    addForgotten: db.prepare("UPDATE meta SET value = value + ? WHERE key = 'rejects_forgotten'"),
  };
}
