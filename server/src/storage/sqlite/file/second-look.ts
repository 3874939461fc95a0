// Checks a file a second time, with a new connection in its own process, before it is called damaged: SQLite reports
// read errors of the disk as damage.

import { StoreError } from '../../store-error';
import { beginCheck, type Checking } from '../integrity/checking';

export class SecondLook {
  readonly #file: string;
  readonly #onFatal: (error: StoreError) => void;
  readonly #onDoubt: () => void;
  #checking: Checking | undefined;
  #look: Promise<string | null> | undefined;

  /** `onFatal` is called for errors that the second check confirms, and `onDoubt` for others. */
  constructor(file: string, onFatal: (error: StoreError) => void, onDoubt: () => void = () => {}) {
    this.#file = file;
    this.#onFatal = onFatal;
    this.#onDoubt = onDoubt;
  }

  /** Resolves when no check is running: nothing is written before. Undefined if none exists. */
  get settled(): Promise<unknown> | undefined {
    return this.#look;
  }

  /** The confirmed error: the same, or `DATABASE_FAILED` when the file is intact, or cannot be read at all. */
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

  /** Ends a running check. */
  async stop(): Promise<void> {
    await this.#checking?.end();
  }

  // Why it is not damaged; null when it is.
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
    if (outcome === null) return 'the server is stopping';
    if (outcome.status === 'damaged') return null;
    return outcome.status === 'sound' ? 'a second check found no damage' : `a second check: ${outcome.cause}`;
  }
}
