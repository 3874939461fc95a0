// Notices what other servers commit: asks for the last ids again and again.

import type { StoredToken } from '../token-store';
import { Connection } from './connection';
import type { SessionOptions } from './sessions';
import { readTokens } from './token-table';

/** What a poll has seen. All numbers only grow. */
export interface Seen {
  /** The ids of the last event and of the last change, and how often events were removed without a trace. */
  readonly event: number;
  readonly change: number;
  readonly removals: number;
}

/** Receives what a poll notices. */
export interface PollListener {
  /** Events were committed, by whichever server. */
  committed(): void;
  /** Tokens were created or revoked, by whichever server: all tokens. */
  tokensChanged(tokens: readonly StoredToken[]): void;
}

const intervalMs = 50;
/** Milliseconds after its last poll at which a server no longer knows which tokens are valid. */
export const leaseMs = 1_000;
const sizeIntervalMs = 60_000;
const zero: Seen = { event: 0, change: 0, removals: 0 };

export class Poll {
  readonly #options: Omit<SessionOptions, 'onRepeat'>;
  readonly #listener: PollListener;
  #connection: Connection | null = null;
  #seen: Seen = zero;
  #timer: NodeJS.Timeout | undefined;
  #current: Promise<void> = Promise.resolve();
  #fresh: Promise<void> | null = null;
  #error: unknown = null;
  #isStopped = false;
  #lastGood = 0;
  #bytes = 0;
  #sizedAt = Number.NEGATIVE_INFINITY;
  #ownUnderWay = 0;
  #own: Pick<Seen, 'event' | 'change'> = zero;
  #isHeldBack = false;
  /** The version of tokens that the listener knows. */
  #tokens = 0;

  constructor(options: Omit<SessionOptions, 'onRepeat'>, listener: PollListener) {
    this.#options = options;
    this.#listener = listener;
  }

  /** Polls once, and then regularly. Throws errors of the server. */
  async start(): Promise<void> {
    this.#seen = await this.#look();
    this.#plan();
  }

  /** Size of the tables and their indexes in bytes, as it was less than some minutes ago. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Null when the last poll is new enough; otherwise it is repeated. Rejects with errors of the server. */
  whenCurrent(): Promise<void> | null {
    if (this.#isFresh) return null;
    this.#fresh ??= this.#refresh().finally(() => {
      this.#fresh = null;
    });
    return this.#fresh;
  }

  /** Reports that this server starts to write. */
  beginOwn(): void {
    this.#ownUnderWay++;
  }

  /** Reports that this server has written: its listeners know of the commits up to these ids. */
  endOwn({ event = 0, change = 0 }: Partial<Pick<Seen, 'event' | 'change'>>): void {
    this.#ownUnderWay--;
    const { event: lastEvent, change: lastChange } = this.#own;
    this.#own = { event: Math.max(event, lastEvent), change: Math.max(change, lastChange) };
  }

  /** Ends it. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    this.#connection?.destroy();
    await this.#current;
  }

  get #isFresh(): boolean {
    return performance.now() - this.#lastGood < leaseMs;
  }

  async #refresh(): Promise<void> {
    await this.#turn();
    // The first one may have waited for one that hung.
    if (!this.#isFresh) await this.#turn();
    if (!this.#isFresh) throw this.#error ?? new Error('the poll takes too long');
  }

  #plan(): void {
    if (this.#isStopped) return;
    this.#timer = setTimeout(() => void this.#turn().finally(() => this.#plan()), intervalMs);
  }

  // One at a time. Never rejects.
  #turn(): Promise<void> {
    this.#current = this.#current.then(() => this.#takeTurn());
    return this.#current;
  }

  async #takeTurn(): Promise<void> {
    if (this.#isStopped) return;
    let seen: Seen;
    try {
      seen = await this.#look();
    } catch (error) {
      this.#error = error;
      this.#connection?.destroy();
      this.#connection = null;
      return;
    }
    const before = this.#seen;
    const isNew =
      (seen.event > before.event && seen.event !== this.#own.event) ||
      (seen.change > before.change && seen.change !== this.#own.change) ||
      seen.removals !== before.removals;
    // It may be a commit of this server that is about to be answered, and is then reported by that.
    if (isNew && this.#ownUnderWay > 0 && !this.#isHeldBack) {
      this.#isHeldBack = true;
      return;
    }
    this.#isHeldBack = false;
    this.#seen = seen;
    if (isNew) this.#listener.committed();
  }

  async #look(): Promise<Seen> {
    const started = performance.now();
    const { address } = this.#options;
    if (this.#connection?.isUsable !== true) this.#connection = await Connection.open(address, this.#options);
    if (this.#isStopped) this.#connection.destroy();
    const { schema } = address;
    const [row] = await this.#connection.query<[number, number, number, number]>(
      `SELECT coalesce((SELECT max(id) FROM ${schema}.events), 0), coalesce((SELECT max(id) FROM ${schema}.history), 0),
         coalesce((SELECT value FROM ${schema}.meta WHERE key = 'removals'), 0),
         (SELECT value FROM ${schema}.meta WHERE key = 'tokens_version')`,
    );
    if (started - this.#sizedAt > sizeIntervalMs) {
      const [size] = await this.#connection.query<[number]>(
        `SELECT coalesce(sum(pg_total_relation_size(oid)), 0) FROM pg_class
         WHERE relkind = 'r' AND relnamespace = $1::regnamespace`,
        [schema],
      );
      this.#bytes = size?.[0] ?? 0;
      this.#sizedAt = started;
    }
    const [event, change, removals, tokens] = row as [number, number, number, number];
    if (tokens !== this.#tokens) {
      this.#listener.tokensChanged(await readTokens(this.#connection, schema));
      this.#tokens = tokens;
    }
    this.#lastGood = started;
    return { event, change, removals };
  }
}
