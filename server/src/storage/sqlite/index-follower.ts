// Decides when the writer updates the background indexes, erases what was purged, and writes its log into the file: in
// short steps, while no call waits. Pure.

import type { Background } from '../threads/thread-server';
import type { FollowingIndex, Writer } from './writer';

// A block of the index of series costs about the same whatever its size, so it is large; it is added in portions.
const rules = {
  series: { step: 50_000, maxLag: 400_000 },
  // Also fills the counts of a file from before they were kept.
  counts: { step: 4_000, maxLag: 400_000 },
  search: { step: 1_000, maxLag: 4_000_000 },
} as const satisfies Record<FollowingIndex, { step: number; maxLag: number }>;
const indexes = Object.keys(rules) as FollowingIndex[];
// A few events wait for more of them.
const fewEvents = 500;
const idleMs = 20;
// A log of this many pages is written into the file between calls. Otherwise the commit of a batch would do it.
const longLog = 500;
// Between the batches of a flood there is no time for a step, except from time to time.
const betweenCallsMs = 5;
const maxPauseMs = 100;
// Somebody who reads an earlier state of the file keeps the log from being emptied.
const blockedMs = 100;
// When the disk is full the indexes stay behind; queries read the rest from the events.
const retryMs = 1_000;
// While an index lags too far behind, senders wait until it has taken a little more than they have sent.
const catchUp = 1.25;

/** The part of the writer that the follower uses. */
export type FollowedWriter = Pick<
  Writer,
  'lag' | 'follow' | 'mergeSearch' | 'lastId' | 'loggedPages' | 'checkpoint' | 'isErasing' | 'erase'
>;

export class IndexFollower implements Background {
  readonly #writer: FollowedWriter;
  readonly #hasCall: () => boolean;
  readonly #now: () => number;
  #isUnmerged = true;
  #isMergesTurn = false;
  #hasFailed = false;
  #isBlocked = false;
  #isStopped = false;
  #lastId: number;
  /** Number of events that the indexes must take before more are stored. */
  #owed = 0;
  #isAfterCall = false;
  #longLog = longLog;
  #lastStep: number;

  /** `hasCall` reports whether a call waits; `now` returns milliseconds. */
  constructor(writer: FollowedWriter, hasCall: () => boolean, now = (): number => performance.now()) {
    this.#writer = writer;
    this.#hasCall = hasCall;
    this.#now = now;
    this.#lastId = writer.lastId;
    this.#lastStep = now();
  }

  get pauseMs(): number | null {
    const lag = Math.max(...indexes.map((index) => this.#writer.lag(index)));
    const isTidy = !this.#isUnmerged && !this.#writer.isErasing;
    if (this.#isStopped || (lag === 0 && isTidy)) return null;
    if (this.#hasFailed) return retryMs;
    if (lag === 0 && this.#isBlocked) return blockedMs;
    const waitsForMore = lag > 0 && lag <= fewEvents && !this.#canErase;
    const wanted = waitsForMore ? idleMs : this.#isAfterCall ? betweenCallsMs : 0;
    return Math.max(0, Math.min(wanted, this.#lastStep + maxPauseMs - this.#now()));
  }

  get isOverdue(): boolean {
    return this.#owed > 0 && !this.#hasFailed && !this.#isStopped && this.#overdue !== undefined;
  }

  afterCall(): void {
    this.#isAfterCall = true;
    const { lastId } = this.#writer;
    const added = Math.max(0, lastId - this.#lastId);
    this.#lastId = lastId;
    this.#owed = this.#overdue === undefined ? 0 : this.#owed + catchUp * added;
  }

  step(): void {
    if (this.#isStopped) return;
    const behind = this.#overdue ?? indexes.find((index) => this.#writer.lag(index) > 0);
    try {
      this.#hasFailed = false;
      if (this.#writer.loggedPages >= this.#longLog) this.#checkpoint();
      else if (this.#isUntidy && this.#isTurnToTidy(behind)) {
        this.#isMergesTurn = false;
        this.#tidy();
      } else if (behind !== undefined) this.#follow(behind);
    } catch {
      this.#hasFailed = true;
    }
    this.#isAfterCall = false;
    this.#lastStep = this.#now();
  }

  stop(): void {
    this.#isStopped = true;
  }

  get #isUntidy(): boolean {
    return this.#isUnmerged || this.#writer.isErasing;
  }

  // An erasure continues while a few events arrive all the time.
  get #canErase(): boolean {
    return this.#writer.isErasing && !this.#isBlocked;
  }

  #isTurnToTidy(behind: FollowingIndex | undefined): boolean {
    if (behind === undefined) return true;
    if (behind === 'series' && !(this.#canErase && this.#writer.lag(behind) <= fewEvents)) return false;
    return this.#isMergesTurn;
  }

  // An erasure also merges.
  #tidy(): void {
    if (this.#writer.isErasing) this.#isBlocked = !this.#writer.erase();
    else this.#isUnmerged = this.#writer.mergeSearch();
  }

  // A reader may need the file's earlier state for long.
  #checkpoint(): void {
    this.#writer.checkpoint();
    this.#longLog = this.#writer.loggedPages + longLog;
  }

  get #overdue(): FollowingIndex | undefined {
    return indexes.find((index) => this.#writer.lag(index) > rules[index].maxLag);
  }

  #follow(index: FollowingIndex): void {
    const before = this.#writer.lag(index);
    this.#writer.follow(index, rules[index].step, this.#hasCall);
    this.#owed -= Math.max(1, before - this.#writer.lag(index));
    if (index === 'search') this.#isMergesTurn = this.#isUnmerged = true;
    else if (this.#writer.isErasing) this.#isMergesTurn = true;
  }
}
