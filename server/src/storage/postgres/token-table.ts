// The table of tokens in PostgreSQL.

import type { NewToken, StoredToken } from '../token-store';
import type { Connection } from './connection';
import { begin, commit, flyAndCommit, type Sessions } from './sessions';

export class TokenTable {
  readonly #sessions: Sessions;

  constructor(sessions: Sessions) {
    this.#sessions = sessions;
  }

  /** All tokens ever created, in order of creation. */
  all(): Promise<StoredToken[]> {
    return this.#sessions.run((connection) => readTokens(connection, this.#sessions.schema));
  }

  /** Adds a token and returns its id; null when its name is taken, or when it is not the first one although it should be. */
  add({ name, roles, hash, createdAt }: NewToken, isFirst: boolean): Promise<number | null> {
    const table = `${this.#sessions.schema}.tokens`;
    return this.#sessions.run(async (connection) => {
      const answers = await flyAndCommit(connection, [
        begin,
        // One at a time.
        { text: `LOCK TABLE ${table} IN SHARE ROW EXCLUSIVE MODE` },
        {
          text: `INSERT INTO ${table} (name, roles, hash, created_at) SELECT $1::text, $2::text, $3::bytea, $4::bigint
                 WHERE NOT EXISTS (SELECT FROM ${table} WHERE hash = $3 OR (name = $1 AND revoked_at IS NULL) OR $5)`,
          values: [name, roles, Buffer.from(hash), createdAt, isFirst],
        },
        { text: `SELECT id FROM ${table} WHERE hash = $1`, values: [Buffer.from(hash)] },
        this.#moveVersion(),
        commit,
      ]);
      return (answers[3]?.rows[0]?.[0] as number | undefined) ?? null;
    });
  }

  /** Marks a token as revoked. */
  revoke(id: number, revokedAt: number): Promise<void> {
    return this.#sessions.run(async (connection) => {
      await flyAndCommit(connection, [
        begin,
        {
          text: `UPDATE ${this.#sessions.schema}.tokens SET revoked_at = $1 WHERE id = $2`,
          values: [revokedAt, id],
        },
        this.#moveVersion(),
        commit,
      ]);
    });
  }

  // The other servers notice it, and read the tokens again.
  #moveVersion() {
    return {
      text: `UPDATE ${this.#sessions.schema}.meta SET value = value + 1 WHERE key = 'tokens_version'`,
    };
  }
}

/** All tokens ever created, in order of creation. */
export async function readTokens(connection: Connection, schema: string): Promise<StoredToken[]> {
  const rows = await connection.query<[number, string, string, Uint8Array, number, number | null]>(
    `SELECT id, name, roles, hash, created_at, revoked_at FROM ${schema}.tokens ORDER BY id`,
  );
  return rows.map(([id, name, roles, hash, createdAt, revokedAt]) => ({
    ...{ id, name, roles, createdAt, revokedAt },
    hash: Uint8Array.from(hash),
  }));
}
