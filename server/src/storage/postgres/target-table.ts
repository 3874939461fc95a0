// The tables of targets in PostgreSQL.

import type { RemoteId, StoredTarget, TargetStep, TargetStore, UndeliveredMessage } from '../target-store';
import { int8Array } from './arrays';
import type { Connection, Statement } from './connection';
import { begin, commit, flyAndCommit, type Sessions } from './sessions';

/** Undelivered messages that are kept for each target. */
const maxUndelivered = 1_000;

export class TargetTable implements TargetStore {
  readonly #sessions: Sessions;
  readonly #schema: string;

  constructor(sessions: Sessions) {
    this.#sessions = sessions;
    this.#schema = sessions.schema;
  }

  async all(): Promise<StoredTarget[]> {
    const rows = await this.#read<[string, string, string, number | null, number, number]>(
      `SELECT name, position, span_position, failing_since, forgotten,
         (SELECT count(*) FROM ${this.#schema}.undelivered WHERE undelivered.target = name)
       FROM ${this.#schema}.target ORDER BY name`,
    );
    return rows.map(([name, position, spanPosition, failingSince, forgotten, undelivered]) => ({
      ...{ name, failingSince, forgotten, undelivered },
      position: position as StoredTarget['position'],
      spanPosition: spanPosition as StoredTarget['position'],
    }));
  }

  step({ target, position, spanPosition, failingSince, remote, undelivered }: TargetStep): Promise<void> {
    const statements: Statement[] = [
      {
        text: `INSERT INTO ${this.#schema}.target (name, position, span_position, failing_since) VALUES ($1, $2, $3, $4)
               ON CONFLICT (name) DO UPDATE SET position = excluded.position,
                 span_position = excluded.span_position, failing_since = excluded.failing_since`,
        values: [target, position, spanPosition, failingSince],
      },
    ];
    if (remote !== undefined) statements.push(this.#remember(target, remote));
    if (undelivered !== undefined) {
      const { at, title, why, message } = undelivered;
      statements.push(
        {
          text: `INSERT INTO ${this.#schema}.undelivered (target, at, title, why, message, events)
                 VALUES ($1, $2, $3, $4, $5, $6)`,
          values: [target, at, title, why, message, int8Array(eventsOf(message))],
        },
        {
          text: `WITH gone AS (
                   DELETE FROM ${this.#schema}.undelivered WHERE target = $1 AND id <= (
                     SELECT id FROM ${this.#schema}.undelivered WHERE target = $1
                     ORDER BY id DESC LIMIT 1 OFFSET ${maxUndelivered}
                   ) RETURNING id
                 )
                 UPDATE ${this.#schema}.target SET forgotten = forgotten + (SELECT count(*) FROM gone) WHERE name = $1`,
          values: [target],
        },
      );
    }
    return this.#write(statements);
  }

  async remoteId(target: string, subject: string): Promise<number | null> {
    const text = `SELECT remote FROM ${this.#schema}.target_remote WHERE target = $1 AND subject = $2`;
    return (await this.#read<[number]>(text, [target, subject]))[0]?.[0] ?? null;
  }

  async undelivered(afterId: number, limit: number): Promise<UndeliveredMessage[]> {
    const rows = await this.#read<[number, string, number, string, string]>(
      `SELECT id, target, at, title, why FROM ${this.#schema}.undelivered WHERE id > $1 ORDER BY id LIMIT $2`,
      [afterId, limit],
    );
    return rows.map(([id, target, at, title, why]) => ({ id, target, at, title, why }));
  }

  async message(id: number): Promise<{ target: string; message: string } | null> {
    const text = `SELECT target, message FROM ${this.#schema}.undelivered WHERE id = $1`;
    const [row] = await this.#read<[string, string]>(text, [id]);
    return row === undefined ? null : { target: row[0], message: row[1] };
  }

  async settle(id: number, remote?: RemoteId): Promise<void> {
    const found = remote === undefined ? null : await this.message(id);
    await this.#write([
      ...(found === null || remote === undefined ? [] : [this.#remember(found.target, remote)]),
      { text: `DELETE FROM ${this.#schema}.undelivered WHERE id = $1`, values: [id] },
    ]);
  }

  #remember(target: string, { subject, id }: RemoteId): Statement {
    return id === null
      ? {
          text: `DELETE FROM ${this.#schema}.target_remote WHERE target = $1 AND subject = $2`,
          values: [target, subject],
        }
      : {
          text: `INSERT INTO ${this.#schema}.target_remote (target, subject, remote) VALUES ($1, $2, $3)
                 ON CONFLICT (target, subject) DO UPDATE SET remote = excluded.remote`,
          values: [target, subject, id],
        };
  }

  #read<Row extends readonly unknown[]>(
    text: string,
    values: readonly (string | number)[] = [],
  ): Promise<readonly Row[]> {
    return this.#sessions.run((connection: Connection) => connection.query<Row>(text, values));
  }

  #write(statements: readonly Statement[]): Promise<void> {
    return this.#sessions.run(
      async (connection) => void (await flyAndCommit(connection, [begin, ...statements, commit])),
    );
  }
}

// The ids of all events that a message contains.
function eventsOf(message: string): number[] {
  const { event, span } = JSON.parse(message) as {
    event?: { id?: number };
    span?: { marks?: readonly { id: number }[] };
  };
  return [event?.id, ...(span?.marks ?? []).map(({ id }) => id)].filter((id) => typeof id === 'number');
}
