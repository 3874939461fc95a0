// The table of rejected lines: limited, the oldest are deleted first. Runs within the writer's transactions.

import type { RejectedLine } from '../event-batch';
import type { Database } from './connection';

/** The limits of stored rejected lines. */
export interface RejectLimits {
  /** Maximum number of rejected lines; beyond it the oldest are deleted and counted. */
  readonly maxRejects: number;
  /** Maximum bytes of rejected lines. */
  readonly maxRejectBytes: number;
}

export class RejectTable {
  readonly #limits: RejectLimits;
  readonly #statements: ReturnType<typeof prepareStatements>;
  #rejects = 0;
  #rejectBytes = 0;

  constructor(db: Database, limits: RejectLimits) {
    this.#limits = limits;
    this.#statements = prepareStatements(db);
    this.readState();
  }

  /** Reloads the current size: after opening, and after a failure. */
  readState(): void {
    [this.#rejects, this.#rejectBytes] = this.#statements.size.get() as [number, number];
  }

  /** Stores rejected lines, and deletes the oldest beyond the limits. */
  add(rejects: readonly RejectedLine[]): void {
    for (const { receivedAt, door, peer, code, message, line } of rejects) {
      this.#statements.insert.run(receivedAt, door, peer, code, message, line);
      this.#rejects++;
      this.#rejectBytes += line.length;
    }
    if (rejects.length > 0) this.#trim();
  }

  /** Deletes a line; false when it does not exist. */
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
