// Chooses the thread that answers a question: the least busy one, or, for what takes long, always the same one. Pure.

import type { EventQuery } from './event-query';
import { isSearch } from './selector';

/** A thread as its chooser sees it. */
export interface PooledReader {
  /** Calls without an answer. */
  readonly pending: number;
  readonly isRunning: boolean;
}

export class ReaderPool<R extends PooledReader> {
  readonly #readers: readonly R[];
  /** Searches that went on in vain until their turn was over. */
  readonly #slow = new WeakSet<EventQuery>();

  /** At least one reader. */
  constructor(readers: readonly R[]) {
    this.#readers = readers;
  }

  /** For a question that is answered soon. */
  leastBusy(): R {
    return this.#running().reduce((best, reader) => (reader.pending < best.pending ? reader : best));
  }

  /** For a part of a list: a search that was slow before shares one thread with others of its kind. */
  forList(query: EventQuery): R {
    return this.#slow.has(query) ? this.#forLong() : this.leastBusy();
  }

  /** For a question that must look at all events of its range: where it searches, one thread has it, and the others stay free. */
  forWhole(query: EventQuery): R {
    return isSearch(query.search) ? this.#forLong() : this.leastBusy();
  }

  /** A part of a list ended before its limit, and there is more. */
  endedEarly(query: EventQuery): void {
    if (isSearch(query.search)) this.#slow.add(query);
  }

  #forLong(): R {
    return this.#running().at(-1) as R;
  }

  #running(): readonly R[] {
    const running = this.#readers.filter((reader) => reader.isRunning);
    return running.length > 0 ? running : this.#readers;
  }
}
