// Stores the progress of an index that follows the events. Runs within the writer's transactions.

import type { Database, Statement } from './connection';

export class IndexProgress {
  readonly #get: Statement;
  readonly #set: Statement;
  readonly #key: string;
  #upto = 0;

  /** `key` is its name in `meta`. */
  constructor(db: Database, key: string) {
    this.#get = db.prepare('SELECT value FROM meta WHERE key = ?').pluck();
    this.#set = db.prepare('UPDATE meta SET value = ? WHERE key = ?');
    this.#key = key;
    this.readState();
  }

  /** Reloads the progress: after opening, and after a failure. */
  readState(): void {
    this.#upto = this.#get.get(this.#key) as number;
  }

  /** The highest id up to which the index contains all events. */
  get upto(): number {
    return this.#upto;
  }

  /** Records that the index contains all events up to an id. */
  moveTo(id: number): void {
    this.#set.run(id, this.#key);
    this.#upto = id;
  }
}
