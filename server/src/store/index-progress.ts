// How far an index that follows the events has come. Runs within the writer's transactions.

import type { Database, Statement } from './database';

export class IndexProgress {
  readonly #get: Statement;
  readonly #set: Statement;
  readonly #key: string;
  #upto = 0;

  /** `key` names it in `meta`. */
  constructor(db: Database, key: string) {
    this.#get = db.prepare('SELECT value FROM meta WHERE key = ?').pluck();
    this.#set = db.prepare('UPDATE meta SET value = ? WHERE key = ?');
    this.#key = key;
    this.readState();
  }

  /** Reads anew how far it has come: after opening, and after a failure. */
  readState(): void {
    this.#upto = this.#get.get(this.#key) as number;
  }

  /** The highest id up to which the index holds all events. */
  get upto(): number {
    return this.#upto;
  }

  /** The index now holds all events up to an id. */
  moveTo(id: number): void {
    this.#set.run(id, this.#key);
    this.#upto = id;
  }
}
