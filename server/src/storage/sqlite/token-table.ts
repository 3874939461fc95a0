// The table of tokens. One instance per file; its changes run in the writer's transactions.

import type { NewToken, StoredToken } from '../token-store';
import type { Database } from './connection';
import type { Writer } from './writer';

export class TokenTable {
  readonly #writer: Writer;
  readonly #statements: ReturnType<typeof prepareStatements>;

  constructor(db: Database, writer: Writer) {
    this.#writer = writer;
    this.#statements = prepareStatements(db);
  }

  /** All tokens ever created, in order of creation. */
  all(): StoredToken[] {
    return this.#statements.all.all() as StoredToken[];
  }

  /** Adds a token and returns its id; null when its name is taken, or when it is not the first one although it should be. */
  add({ name, roles, hash, createdAt }: NewToken, isFirst: boolean): number | null {
    return this.#writer.transact(() => {
      const isRefused = this.#statements.isRefused.get(name, isFirst ? 1 : 0) === 1;
      return isRefused ? null : (this.#statements.add.get(name, roles, hash, createdAt) as number);
    });
  }

  /** Marks a token as revoked. */
  revoke(id: number, revokedAt: number): void {
    this.#writer.transact(() => this.#statements.revoke.run(revokedAt, id));
  }
}

function prepareStatements(db: Database) {
  return {
    all: db.prepare(
      `SELECT id, name, roles, hash, created_at AS createdAt, revoked_at AS revokedAt FROM tokens ORDER BY id`,
    ),
    isRefused: db
      .prepare('SELECT EXISTS (SELECT 1 FROM tokens WHERE (name = ? AND revoked_at IS NULL) OR ?)')
      .pluck(),
    add: db
      .prepare('INSERT INTO tokens (name, roles, hash, created_at) VALUES (?, ?, ?, ?) RETURNING id')
      .pluck(),
    revoke: db.prepare('UPDATE tokens SET revoked_at = ? WHERE id = ?'),
  };
}
