// Collects everything that arrives over TCP, HTTP or a bridge, and commits it in groups.

import type { BatchReceipt, EventBatch, RejectedLine } from '../storage/event-batch';
import type { Storage } from '../storage/storage';
import { StoreError } from '../storage/store-error';
import { BatchBuilder, joinBatches, SeriesCheck } from './batch-builder';
import { CommitPace } from './commit-pace';
import { type Group, GroupQueue, type Queued } from './group-queue';

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

interface Submission extends Queued {
  readonly door: string;
  readonly batch: BatchBuilder;
  readonly since: number;
  resolve(receipt: Receipt): void;
  reject(error: StoreError): void;
}

// Streams pause when this much waits.
const maxWaitingEvents = 8_192;
const maxWaitingWeight = 8 * 1_048_576;
// Single requests are accepted up to this multiple of the limits.
const overfullFactor = 4;
// While the writer commits a group, the next one waits in its queue, and the group after the next is collected.
const maxGroupsUnderWay = 2;
// The result of a commit shows for this long whether commits succeed.
const provenMs = 1_000;

export class Intake {
  readonly #store: Storage;
  readonly #observer: IntakeObserver;
  readonly #onFailureChange: FailureListener;
  readonly #seriesCheck = new SeriesCheck();
  readonly #queue = new GroupQueue<Submission>();
  readonly #pace = new CommitPace();
  #underWay = 0;
  #sizeUnderWay = 0;
  #isOvertaking = false;
  #lastSettled = 0;
  #resumers: (() => void)[] = [];
  #lastFailure: StoreError | null = null;
  #triedAt = Number.NEGATIVE_INFINITY;
  #trial: Promise<void> | undefined;

  constructor(store: Storage, observer: IntakeObserver, onFailureChange: FailureListener) {
    this.#store = store;
    this.#observer = observer;
    this.#onFailureChange = onFailureChange;
  }

  #exceeds(factor: number): boolean {
    const { size, weight } = this.#queue;
    return size >= maxWaitingEvents * factor || weight >= maxWaitingWeight * factor;
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

  /**
   * Why commits fail; null when they succeed. Makes a commit without content if none was tried within the last second:
   * without it, a server that gets no events could not notice that its disk works again.
   */
  async tryCommit(): Promise<StoreError | null> {
    if (this.#trial === undefined && performance.now() - this.#triedAt < provenMs) return this.#lastFailure;
    this.#trial ??= this.#store
      .tryCommit()
      .then(
        () => this.#noteSuccess(),
        (error: StoreError) => void this.#noteFailure(error),
      )
      .finally(() => {
        this.#trial = undefined;
      });
    await this.#trial;
    return this.#lastFailure;
  }

  /** Number of events and rejected lines that wait for the next commit. */
  get waiting(): number {
    return this.#queue.size;
  }

  /**
   * Takes what `fill` adds as one submission. Resolves when all of it is committed and synced; rejects with a
   * `StoreError` when none of it is. Submissions of one sender are committed in order; by default each is the only one of
   * its sender.
   */
  submit(door: string, fill: (batch: BatchBuilder) => void, sender: object = {}): Promise<Receipt> {
    const batch = new BatchBuilder(this.#seriesCheck);
    fill(batch);
    const { size, weight } = batch;
    const receipt = new Promise<Receipt>((resolve, reject) => {
      this.#queue.add({ sender, size, weight, door, batch, since: performance.now(), resolve, reject });
    });
    this.#pump();
    return receipt;
  }

  // A group of few events overtakes others, if many wait or are under way. The next group is sent ahead when it is worth its own
  // commit.
  #pump(): void {
    const { groupSize } = this.#pace;
    if (!this.#isOvertaking && this.#queue.size + this.#sizeUnderWay > groupSize / 4) {
      const group = this.#queue.takeOvertaking();
      if (group) this.#send(group);
    }
    while (!this.#queue.isEmpty && this.#underWay < maxGroupsUnderWay) {
      if (this.#underWay > 0 && this.#queue.size < groupSize / 2) return;
      const group = this.#queue.take(groupSize);
      if (group === null) return;
      this.#send(group);
    }
  }

  #send(group: Group<Submission>): void {
    const { submissions, size, mayOvertake } = group;
    if (mayOvertake) this.#isOvertaking = true;
    else {
      this.#underWay++;
      this.#sizeUnderWay += size;
    }
    const sent = performance.now();
    const answer =
      size === 0
        ? Promise.resolve<BatchReceipt>({ ids: new Float64Array(0), fresh: new Uint8Array(0) })
        : this.#append(joinBatches(submissions.map(({ batch }) => batch)), mayOvertake);
    answer
      .then(
        (receipt) => {
          // The writer commits one group at a time.
          const now = performance.now();
          this.#pace.observe(size, now - Math.max(sent, this.#lastSettled));
          this.#lastSettled = now;
          this.#settle(submissions, receipt);
        },
        (error: StoreError) => this.#fail(submissions, error),
      )
      .finally(() => {
        this.#queue.settle(group);
        if (mayOvertake) this.#isOvertaking = false;
        else {
          this.#underWay--;
          this.#sizeUnderWay -= size;
        }
        this.#pump();
      });
    const resumers = this.#resumers;
    this.#resumers = [];
    for (const resume of resumers) resume();
  }

  async #append(batch: EventBatch, mayOvertake: boolean): Promise<BatchReceipt> {
    const receipt = await this.#store.append(batch, mayOvertake);
    this.#noteSuccess();
    return receipt;
  }

  #noteSuccess(): void {
    this.#triedAt = performance.now();
    if (this.#lastFailure !== null) this.#onFailureChange(null);
    this.#lastFailure = null;
  }

  #noteFailure(error: unknown): StoreError {
    this.#triedAt = performance.now();
    const told =
      error instanceof StoreError ? error : new StoreError('DATABASE_FAILED', { cause: String(error) });
    if (this.#lastFailure?.code !== told.code) this.#onFailureChange(told);
    this.#lastFailure = told;
    return told;
  }

  #settle(submissions: readonly Submission[], { ids, fresh }: BatchReceipt): void {
    let start = 0;
    for (const { door, batch, since, resolve } of submissions) {
      const end = start + batch.times.length;
      const news = fresh.subarray(start, end);
      let stored = 0;
      for (const isNew of news) stored += isNew;
      const receipt: Receipt = {
        ids: ids.subarray(start, end),
        fresh: news,
        stored,
        duplicate: news.length - stored,
        rejects: batch.rejects,
      };
      start = end;
      this.#observer.committed(door, receipt, (performance.now() - since) / 1000);
      resolve(receipt);
    }
  }

  #fail(submissions: readonly Submission[], error: StoreError): void {
    const told = this.#noteFailure(error);
    for (const { door, size, reject } of submissions) {
      this.#observer.failed(door, size, told);
      reject(told);
    }
  }
}
