// Collects everything that arrives over TCP, HTTP or a bridge, and commits it in groups.

import type { BatchReceipt, EventBatch, RejectedLine } from '../storage/event-batch';
import type { Storage } from '../storage/storage';
import { StoreError } from '../storage/store-error';
import { BatchBuilder, SeriesCheck } from './batch-builder';

/** The result of one submission. Arrays have one element for each added event, in order. */
export interface Receipt {
  readonly ids: Float64Array;
  /** 1 for a new event, 0 for a duplicate. */
  readonly fresh: Uint8Array;
  readonly stored: number;
  readonly duplicate: number;
  readonly rejects: readonly RejectedLine[];
}

/** Observes commits, for the metrics. */
export interface IntakeObserver {
  committed(door: string, receipt: Receipt, seconds: number): void;
  failed(door: string, events: number, error: StoreError): void;
}

/** Called with the reason when commits start to fail, and with null when they succeed again. */
export type FailureListener = (failure: StoreError | null) => void;

interface Waiter {
  readonly door: string;
  readonly start: number;
  readonly end: number;
  readonly rejects: readonly RejectedLine[];
  readonly since: number;
  resolve(receipt: Receipt): void;
  reject(error: StoreError): void;
}

// Commits one group at a time: everything that came during the previous commit, up to these limits.
const maxGroupEvents = 8_192;
const maxGroupWeight = 8 * 1_048_576;
// Single requests are accepted up to this multiple of the limits.
const overfullFactor = 4;
// A second group is sent to the writer only when it is large enough for its own commit.
const worthPipelining = 1_024;

export class Intake {
  readonly #store: Storage;
  readonly #observer: IntakeObserver;
  readonly #onFailureChange: FailureListener;
  readonly #seriesCheck = new SeriesCheck();
  #group: { batch: BatchBuilder; waiters: Waiter[] };
  #underWay = 0;
  #resumers: (() => void)[] = [];
  #lastFailure: StoreError | null = null;

  constructor(store: Storage, observer: IntakeObserver, onFailureChange: FailureListener) {
    this.#store = store;
    this.#observer = observer;
    this.#onFailureChange = onFailureChange;
    this.#group = this.#newGroup();
  }

  #newGroup() {
    return { batch: new BatchBuilder(this.#seriesCheck), waiters: [] as Waiter[] };
  }

  #exceeds(factor: number): boolean {
    const { batch } = this.#group;
    return (
      batch.times.length + batch.rejects.length >= maxGroupEvents * factor ||
      batch.weight >= maxGroupWeight * factor
    );
  }

  /** True while streams should pause; `whenRoom` resolves when they may continue. */
  get isFull(): boolean {
    return this.#exceeds(1);
  }

  /** True when even a single request must be refused. */
  get isOverfull(): boolean {
    return this.#exceeds(overfullFactor);
  }

  /** Resolves when `isFull` is false. */
  async whenRoom(): Promise<void> {
    while (this.isFull) await new Promise<void>((resolve) => this.#resumers.push(resolve));
  }

  /** Why the last commit failed; null when it succeeded. */
  get lastFailure(): StoreError | null {
    return this.#lastFailure;
  }

  /** Number of events and rejected lines that wait for the next commit. */
  get waiting(): number {
    return this.#group.batch.times.length + this.#group.batch.rejects.length;
  }

  /**
   * Takes what `fill` adds as one submission. Resolves when all of it is committed and synced; rejects with a
   * `StoreError` when none of it is.
   */
  submit(door: string, fill: (batch: BatchBuilder) => void): Promise<Receipt> {
    const { batch, waiters } = this.#group;
    const start = batch.times.length;
    const firstReject = batch.rejects.length;
    fill(batch);
    const rejects = batch.rejects.slice(firstReject);
    const receipt = new Promise<Receipt>((resolve, reject) => {
      waiters.push({
        door,
        start,
        end: batch.times.length,
        rejects,
        since: performance.now(),
        resolve,
        reject,
      });
    });
    this.#pump();
    return receipt;
  }

  #pump(): void {
    const { batch, waiters } = this.#group;
    if (waiters.length === 0) return;
    if (this.#underWay > 0 && (this.#underWay > 1 || batch.times.length < worthPipelining)) return;
    this.#group = this.#newGroup();
    this.#underWay++;
    const { times, series, descriptions, rejects, keys } = batch;
    const answer =
      times.length + rejects.length === 0
        ? Promise.resolve<BatchReceipt>({ ids: new Float64Array(0), fresh: new Uint8Array(0) })
        : this.#append({ times, series, descriptions, rejects, ...(keys.size > 0 && { keys }) });
    answer
      .then(
        (receipt) => this.#settle(waiters, receipt),
        (error: StoreError) => this.#fail(waiters, error),
      )
      .finally(() => {
        this.#underWay--;
        this.#pump();
      });
    const resumers = this.#resumers;
    this.#resumers = [];
    for (const resume of resumers) resume();
  }

  async #append(batch: EventBatch): Promise<BatchReceipt> {
    const receipt = await this.#store.append(batch);
    if (this.#lastFailure !== null) this.#onFailureChange(null);
    this.#lastFailure = null;
    return receipt;
  }

  #settle(waiters: readonly Waiter[], { ids, fresh }: BatchReceipt): void {
    for (const { door, start, end, rejects, since, resolve } of waiters) {
      const news = fresh.subarray(start, end);
      let stored = 0;
      for (const isNew of news) stored += isNew;
      const receipt: Receipt = {
        ids: ids.subarray(start, end),
        fresh: news,
        stored,
        duplicate: news.length - stored,
        rejects,
      };
      this.#observer.committed(door, receipt, (performance.now() - since) / 1000);
      resolve(receipt);
    }
  }

  #fail(waiters: readonly Waiter[], error: StoreError): void {
    const told =
      error instanceof StoreError ? error : new StoreError('DATABASE_FAILED', { cause: String(error) });
    if (this.#lastFailure?.code !== told.code) this.#onFailureChange(told);
    this.#lastFailure = told;
    for (const { door, start, end, rejects, reject } of waiters) {
      this.#observer.failed(door, end - start + rejects.length, told);
      reject(told);
    }
  }
}
