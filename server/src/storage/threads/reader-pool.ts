// Chooses the thread for a query: the least busy one or, for slow queries, always the same one. Pure.

import type { EventQuery } from '../../query/event-query';
import { isSearch } from '../../query/query-test';

/** A thread, as the pool needs it. */
export interface PooledReader {
  /** Calls without an answer. */
  readonly pending: number;
  readonly isRunning: boolean;
}

export class ReaderPool<R extends PooledReader> {
  readonly #readers: readonly R[];
  /** Searches that found too little before their turn ended. */
  readonly #slow = new WeakSet<EventQuery>();

  /** At least one reader. */
  constructor(readers: readonly R[]) {
    this.#readers = readers;
  }

  /** For a fast query. */
  leastBusy(): R {
    return this.#running().reduce((best, reader) => (reader.pending < best.pending ? reader : best));
  }

  /** For a part of a list: a search that was slow before shares one thread with other slow searches. */
  forList(query: EventQuery): R {
    return this.#slow.has(query) ? this.#forLong() : this.leastBusy();
  }

  /** For a query that must read all events of its range: searches share one thread, and the others stay free. */
  forWhole(query: EventQuery): R {
    return isSearch(query.search) ? this.#forLong() : this.leastBusy();
  }

  /** Reports that a part of a list ended before its limit, although there is more. */
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
