// Looks at a file once more, by a new connection in a process of its own, before it is called damaged: SQLite takes a read error of
// the disk for damage.

import { beginCheck, type Checking } from './integrity/checking';
import { StoreError } from './store-error';

export class SecondLook {
  readonly #file: string;
  readonly #onFatal: (error: StoreError) => void;
  readonly #onDoubt: () => void;
  #checking: Checking | undefined;
  #look: Promise<string | null> | undefined;

  /** `onFatal` hears of what holds at the second look, too, and `onDoubt` of what does not. */
  constructor(file: string, onFatal: (error: StoreError) => void, onDoubt: () => void = () => {}) {
    this.#file = file;
    this.#onFatal = onFatal;
    this.#onDoubt = onDoubt;
  }

  /** Resolves when no look is under way: nothing is written before. Undefined when there is none. */
  get settled(): Promise<unknown> | undefined {
    return this.#look;
  }

  /** The error that holds: the same, or `DATABASE_FAILED` where the file is sound, or cannot be read at all. */
  async judge(error: StoreError): Promise<StoreError> {
    // Rows that contradict each other were read without an error.
    const cause = String(error.facts['cause'] ?? '');
    const needsLook = error.code === 'DATABASE_DAMAGED' && !error.isCertain;
    const excuse = needsLook ? await this.#lookOnce() : null;
    if (excuse !== null) {
      this.#onDoubt();
      return new StoreError('DATABASE_FAILED', { file: this.#file, cause: `${cause}; ${excuse}` });
    }
    if (error.isFatal) this.#onFatal(error);
    return error;
  }

  /** Ends a look that is under way. */
  async stop(): Promise<void> {
    await this.#checking?.end();
  }

  // Why it is not damaged; null where it is.
  #lookOnce(): Promise<string | null> {
    this.#look ??= this.#begin().finally(() => {
      this.#look = undefined;
    });
    return this.#look;
  }

  async #begin(): Promise<string | null> {
    this.#checking = beginCheck({ file: this.#file, extent: 'structure', rest: 0 });
    const outcome = await this.#checking.outcome;
    this.#checking = undefined;
    if (outcome === null) return 'the server stops';
    if (outcome.status === 'damaged') return null;
    return outcome.status === 'sound'
      ? 'a second look found the file sound'
      : `a second look: ${outcome.cause}`;
  }
}
