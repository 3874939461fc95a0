// The table of tokens in PostgreSQL.

import type { StoredToken } from '../token-store';
import { begin, commit, flyAndCommit, type Sessions } from './sessions';

export class TokenTable {
  readonly #sessions: Sessions;

  constructor(sessions: Sessions) {
    this.#sessions = sessions;
  }

  /** All tokens ever created, in order of creation. */
  all(): Promise<StoredToken[]> {
    return this.#sessions.run(async (connection) => {
      const rows = await connection.query<[number, string, string, Buffer, number, number | null]>(
        `SELECT id, name, roles, hash, created_at, revoked_at FROM ${this.#sessions.schema}.tokens ORDER BY id`,
      );
      return rows.map(([id, name, roles, hash, createdAt, revokedAt]) => ({
        ...{ id, name, roles, createdAt, revokedAt },
        hash: Uint8Array.from(hash),
      }));
    });
  }

  /** Adds a token and returns its id. */
  add({ name, roles, hash, createdAt }: Omit<StoredToken, 'id' | 'revokedAt'>): Promise<number> {
    const table = `${this.#sessions.schema}.tokens`;
    return this.#sessions.run(async (connection) => {
      const answers = await flyAndCommit(connection, [
        begin,
        {
          text: `INSERT INTO ${table} (name, roles, hash, created_at) VALUES ($1, $2, $3, $4)
                 ON CONFLICT (hash) DO NOTHING`,
          values: [name, roles, Buffer.from(hash), createdAt],
        },
        { text: `SELECT id FROM ${table} WHERE hash = $1`, values: [Buffer.from(hash)] },
        this.#moveVersion(),
        commit,
      ]);
      return answers[2]?.rows[0]?.[0] as number;
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
