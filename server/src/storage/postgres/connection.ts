// A connection to PostgreSQL: to the first host that accepts writes. Rows come as arrays; texts are encoded and decoded.

import type { Client } from 'pg';
import type { PostgresAddress, PostgresHost } from '../../postgres-address';
import { pg } from './pg-library';
import { decodeText, encodeText } from './text-code';
import { tlsOf } from './tls';

/** A value of a parameter. Buffers, such as those of `arrays.ts`, are sent in binary. */
export type Value = string | number | boolean | null | Buffer;

/** A statement with its `$n` values. */
export interface Statement {
  readonly text: string;
  readonly values?: readonly Value[];
}

/** The answer to a statement. */
export interface Answer<Row extends readonly unknown[] = readonly unknown[]> {
  readonly rows: readonly Row[];
  /** The command that the server has executed, such as `COMMIT`. */
  readonly command: string;
  /** Rows that were read or changed. */
  readonly count: number;
}

/** The options of a connection. */
export interface ConnectionOptions {
  /** The password of the address, unless it has one. */
  readonly password?: string | null;
  /** Milliseconds within which a statement must be answered, or the connection ends; default 15,000, 0 for no limit. */
  readonly answerMs?: number;
}

const connectMs = 2_000;
const defaultAnswerMs = 15_000;
// Types with parsers of our own, by their numbers.
const oid = { bytea: 17, int8: 20, text: 25, numeric: 1700 } as const;

/** A statement failed because the connection broke: whether it was executed is unknown. */
export class Disconnected extends Error {
  override readonly name = 'Disconnected';
}

/** No host accepts a connection for writing. */
export class NoPrimary extends Error {
  override readonly name = 'NoPrimary';
}

const parsers = new Map<number, (text: string) => unknown>([
  [oid.int8, Number],
  [oid.numeric, Number],
  [oid.text, decodeText],
  // In memory of its own, which can be passed to another thread.
  [oid.bytea, (text) => Uint8Array.from(Buffer.from(text.slice(2), 'hex'))],
]);

// `pg` asks for parsers by type, for results in text.
const typeParsers = {
  getTypeParser: ((type: number, format?: 'text' | 'binary') =>
    (format === 'binary' ? undefined : parsers.get(type)) ??
    pg.types.getTypeParser(type, format as 'text')) as typeof pg.types.getTypeParser,
};

export class Connection {
  readonly host: PostgresHost;
  readonly #client: Client;
  #isBroken = false;
  #notices: string[] = [];

  private constructor(client: Client, host: PostgresHost) {
    this.#client = client;
    this.host = host;
    // Without a listener, the end of an idle connection would end the process.
    client.on('error', () => {
      this.#isBroken = true;
    });
    client.on('end', () => {
      this.#isBroken = true;
    });
    client.on('notice', ({ severity, message }) => {
      if (severity === 'WARNING') this.#notices.push(String(message));
    });
  }

  /** Connects to the first host that accepts writes. Throws the error of the last host, or `NoPrimary`. */
  static async open(address: PostgresAddress, options: ConnectionOptions = {}): Promise<Connection> {
    let last: unknown;
    for (const host of address.hosts) {
      try {
        const connection = await connect(address, host, options);
        const [row] = await connection.query<[boolean, string]>(
          "SELECT pg_is_in_recovery(), current_setting('transaction_read_only')",
        );
        if (row?.[0] === false && row[1] === 'off') return connection;
        connection.destroy();
        last = new NoPrimary(`${nameOf(host)} is a standby, or only for reading`);
      } catch (error) {
        last = error;
      }
    }
    throw last;
  }

  /** Wraps a connected client. */
  static of(client: Client, host: PostgresHost): Connection {
    return new Connection(client, host);
  }

  /** False once the connection has ended. */
  get isUsable(): boolean {
    return !this.#isBroken;
  }

  /** The rows of a statement. */
  async query<Row extends readonly unknown[]>(
    text: string,
    values: readonly Value[] = [],
  ): Promise<readonly Row[]> {
    return (await this.#send<Row>({ text, values })).rows;
  }

  /** The answer to a statement. */
  async run(text: string, values: readonly Value[] = []): Promise<Answer> {
    return this.#send({ text, values });
  }

  /**
   * Sends statements at once, and returns their answers. Rejects with the first error when all have ended; the statements after
   * a failed one are executed unless they belong to its transaction.
   */
  async flight(statements: readonly Statement[]): Promise<readonly Answer[]> {
    const sent = await Promise.allSettled(statements.map((one) => this.#send(one)));
    const failed = sent.find((one) => one.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
    return sent.map((one) => (one as PromiseFulfilledResult<Answer>).value);
  }

  /** The warnings since the last call. */
  takeWarnings(): readonly string[] {
    const taken = this.#notices;
    this.#notices = [];
    return taken;
  }

  /** Ends the connection after the statements that were sent. */
  async close(): Promise<void> {
    if (this.#isBroken) return;
    this.#isBroken = true;
    await this.#client.end().catch(() => {});
  }

  /** Ends the connection at once, whatever it is doing. */
  destroy(): void {
    this.#isBroken = true;
    (this.#client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
  }

  async #send<Row extends readonly unknown[]>({ text, values = [] }: Statement): Promise<Answer<Row>> {
    if (this.#isBroken) throw new Disconnected('the connection has ended');
    try {
      const result = await this.#client.query<Row & unknown[]>({
        text,
        values: values.map((value) => (typeof value === 'string' ? encodeText(value) : value)),
        rowMode: 'array',
      });
      // Several statements in one text have several results.
      const last = Array.isArray(result) ? (result as (typeof result)[]).at(-1) : result;
      return { rows: (last?.rows ?? []) as Row[], command: last?.command ?? '', count: last?.rowCount ?? 0 };
    } catch (error) {
      if (isOfServer(error)) throw error;
      this.destroy();
      throw new Disconnected(error instanceof Error ? error.message : String(error), { cause: error });
    }
  }
}

/** Whether the server has answered with an error, so that the connection can still be used. */
function isOfServer(error: unknown): boolean {
  if (!(error instanceof Error) || !('severity' in error)) return false;
  // The server ends the connection after these.
  return error.severity === 'ERROR';
}

async function connect(
  address: PostgresAddress,
  host: PostgresHost,
  { password = null, answerMs = defaultAnswerMs }: ConnectionOptions,
): Promise<Connection> {
  const tls = tlsOf(address, host);
  try {
    return await connectWith(tls);
  } catch (error) {
    const isPlain = error instanceof Error && error.message.includes('does not support SSL');
    if (address.sslMode === 'prefer' && tls !== false && isPlain) return connectWith(false);
    throw error;
  }

  async function connectWith(ssl: typeof tls): Promise<Connection> {
    const client = new pg.Client({
      host: host.host,
      port: host.port,
      ...(address.user !== null && { user: address.user }),
      ...(address.database !== null && { database: address.database }),
      password: () => {
        const given = address.password ?? password;
        if (given === null)
          throw new Error('the server asks for a password, but the address has no password');
        return given;
      },
      ssl,
      application_name: 'anthracite',
      keepAlive: true,
      connectionTimeoutMillis: connectMs,
      ...(answerMs > 0 && { query_timeout: answerMs }),
      types: typeParsers,
      pipeline: true,
    } as ConstructorParameters<typeof Client>[0]);
    const connection = Connection.of(client, host);
    try {
      await client.connect();
    } catch (error) {
      connection.destroy();
      throw error;
    }
    return connection;
  }
}

function nameOf({ host, port }: PostgresHost): string {
  return host.startsWith('/') ? host : `${host}:${port}`;
}
