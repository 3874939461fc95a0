// The tables of targets. One instance per file; their changes run in the writer's transactions.

import type { RemoteId, StoredTarget, TargetStep, UndeliveredMessage } from '../target-store';
import type { Database } from './connection';
import type { Writer } from './writer';

/** Undelivered messages that are kept for each target. */
const maxUndelivered = 1_000;

export class TargetTable {
  readonly #writer: Writer;
  readonly #statements: ReturnType<typeof prepareStatements>;

  constructor(db: Database, writer: Writer) {
    this.#writer = writer;
    this.#statements = prepareStatements(db);
  }

  /** All targets that ever had a position. */
  all(): StoredTarget[] {
    return this.#statements.all.all() as StoredTarget[];
  }

  /** Stores the progress of a target, and what belongs to it. */
  step({ target, position, spanPosition, failingSince, remote, undelivered }: TargetStep): void {
    this.#writer.transact(() => {
      this.#statements.save.run(target, position, spanPosition, failingSince);
      if (remote !== undefined) this.#remember(target, remote);
      if (undelivered === undefined) return;
      const { at, title, why, message } = undelivered;
      this.#statements.putAside.run(target, at, title, why, message);
      const { changes } = this.#statements.trim.run(target, target, maxUndelivered);
      if (changes > 0) this.#statements.addForgotten.run(changes, target);
    });
  }

  /** The id of a subject at a target, or null. */
  remoteId(target: string, subject: string): number | null {
    return (this.#statements.remote.get(target, subject) as number | undefined) ?? null;
  }

  /** Undelivered messages after an id, oldest first. */
  undelivered(afterId: number, limit: number): UndeliveredMessage[] {
    return this.#statements.undelivered.all(afterId, limit) as UndeliveredMessage[];
  }

  /** An undelivered message, or null. */
  message(id: number): { target: string; message: string } | null {
    return (this.#statements.message.get(id) as { target: string; message: string } | undefined) ?? null;
  }

  /** Deletes an undelivered message. */
  settle(id: number, remote?: RemoteId): void {
    this.#writer.transact(() => {
      const found = this.message(id);
      if (found !== null && remote !== undefined) this.#remember(found.target, remote);
      this.#statements.settle.run(id);
    });
  }

  #remember(target: string, { subject, id }: RemoteId): void {
    if (id === null) this.#statements.forget.run(target, subject);
    else this.#statements.remember.run(target, subject, id);
  }
}

function prepareStatements(db: Database) {
  return {
    all: db.prepare(
      `SELECT name, position, span_position AS spanPosition, failing_since AS failingSince, forgotten,
        (SELECT count(*) FROM undelivered WHERE undelivered.target = name) AS undelivered
      FROM target ORDER BY name`,
    ),
    save: db.prepare(
      `INSERT INTO target (name, position, span_position, failing_since) VALUES (?, ?, ?, ?)
      ON CONFLICT (name) DO UPDATE SET
        position = excluded.position, span_position = excluded.span_position, failing_since = excluded.failing_since`,
    ),
    putAside: db.prepare('INSERT INTO undelivered (target, at, title, why, message) VALUES (?, ?, ?, ?, ?)'),
    trim: db.prepare(
      `DELETE FROM undelivered WHERE target = ? AND id <= (
        SELECT id FROM undelivered WHERE target = ? ORDER BY id DESC LIMIT 1 OFFSET ?
      )`,
    ),
    addForgotten: db.prepare('UPDATE target SET forgotten = forgotten + ? WHERE name = ?'),
    remote: db.prepare('SELECT remote FROM target_remote WHERE target = ? AND subject = ?').pluck(),
    remember: db.prepare('INSERT OR REPLACE INTO target_remote (target, subject, remote) VALUES (?, ?, ?)'),
    forget: db.prepare('DELETE FROM target_remote WHERE target = ? AND subject = ?'),
    undelivered: db.prepare(
      'SELECT id, target, at, title, why FROM undelivered WHERE id > ? ORDER BY id LIMIT ?',
    ),
    message: db.prepare('SELECT target, message FROM undelivered WHERE id = ?'),
    settle: db.prepare('DELETE FROM undelivered WHERE id = ?'),
  };
}
