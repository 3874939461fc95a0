// Sends messages to one target: in order, one at a time, each until it is delivered or put aside. Its position is
// stored after each message, so that nothing is lost when the server ends; the last message may then be sent twice.

import type { EventStore } from '../../answers/event-store';
import type { CommitSignal } from '../../events/commit-signal';
import type { Logger } from '../../log';
import { StoreError } from '../../storage/store-error';
import type { TargetProgress, TargetStep } from '../../storage/target-store';
import { type Attempt, patienceMs, pauseBefore, type Remembered } from '../../targets/attempt';
import { subjectOf } from '../../targets/grafana';
import { type Message, titleOfMessage } from '../../targets/message';
import { hostOf, type Target } from '../../targets/target';
import type { AllowedAddresses } from './allowed-addresses';
import { Attempts } from './attempts';
import { MessageSource } from './message-source';

/** Waits for some milliseconds, or until the signal is aborted. */
export type Pause = (ms: number, signal: AbortSignal) => Promise<void>;

/** What all couriers share. */
export interface CourierOptions {
  readonly store: EventStore;
  readonly commits: CommitSignal;
  readonly addresses: AllowedAddresses;
  readonly log: Logger;
  /** The public address of the server, or `''`. */
  readonly base: string;
  readonly clock: () => number;
  readonly pause: Pause;
  readonly timeoutMs: number;
  /** Called with the outcome of each attempt. */
  readonly onAttempt: (target: string, outcome: Attempt['kind']) => void;
}

/** The state of a target. `waiting`: the last attempt failed, and there will be another. `off`: it wants no more messages. */
export type CourierState = 'working' | 'waiting' | 'off';

/** What a target did last. Times in milliseconds since the epoch. */
export interface CourierStatus {
  readonly state: CourierState;
  readonly progress: TargetProgress;
  readonly lastDelivery: number | null;
  /** The outcome of the last attempt, and its reason; null before the first. */
  readonly last: { readonly at: number; readonly outcome: Attempt['kind']; readonly why: string } | null;
  readonly nextAttempt: number | null;
}

// Chats accept about one message a second.
const chatGapMs = 1_000;
const idleMs = 60_000;
// Under load, several commits are read at once.
const restMs = 100;
const storePauseMs = 5_000;
// Progress over events that are not selected is stored seldom: after a restart, they are only read again.
const maxUnsavedMs = 60_000;
const maxRememberedSpans = 1_000;

export class Courier {
  readonly target: Target;
  readonly #options: CourierOptions;
  readonly #source: MessageSource;
  readonly #attempts: Attempts;
  readonly #closing = new AbortController();
  readonly #aborting = new AbortController();
  /** The last messages about spans, by span: the same state is not sent twice. */
  readonly #sentSpans = new Map<number, string>();
  #progress: TargetProgress;
  #savedAt: number;
  #isSaved = true;
  #lane: Promise<unknown> = Promise.resolve();
  #work: Promise<void> = Promise.resolve();
  #state: CourierState = 'working';
  #last: CourierStatus['last'] = null;
  #lastDelivery: number | null = null;
  #nextAttempt: number | null = null;
  #freeAt = 0;

  constructor(target: Target, progress: TargetProgress, options: CourierOptions) {
    this.target = target;
    this.#options = options;
    this.#progress = progress;
    this.#savedAt = options.clock();
    this.#source = new MessageSource(target, options.store, options.clock);
    this.#attempts = new Attempts(target, {
      ...options,
      remoteId: (subject) => options.store.targets.remoteId(target.name, subject),
    });
  }

  get status(): CourierStatus {
    return {
      state: this.#state,
      progress: this.#progress,
      lastDelivery: this.#lastDelivery,
      last: this.#last,
      nextAttempt: this.#nextAttempt,
    };
  }

  /** Starts to send. */
  start(): void {
    this.#work = this.#run();
  }

  /** Sends a message once, at once, between two others. */
  sendNow(message: Message): Promise<Attempt> {
    return this.#attempt(message);
  }

  /** What to remember about the subject of a message after a delivery. */
  remoteOf(message: Message, remote: Remembered): Pick<TargetStep, 'remote'> {
    return remote === undefined ? {} : { remote: { subject: subjectOf(message), id: remote } };
  }

  /** Ends: waits up to `maxMs` milliseconds for the current request, and stores the position. */
  async close(maxMs: number): Promise<void> {
    this.#closing.abort();
    const late = setTimeout(() => this.#aborting.abort(), maxMs);
    await this.#work;
    clearTimeout(late);
    if (!this.#isSaved) await this.#save(this.#progress).catch(() => {});
    await this.#attempts.close();
  }

  get #isOver(): boolean {
    return this.#closing.signal.aborted || this.#options.commits.isClosed || this.#state === 'off';
  }

  async #run(): Promise<void> {
    const { log, pause } = this.#options;
    while (!this.#isOver) {
      try {
        await this.#round();
      } catch (err) {
        if (err instanceof StoreError && err.code === 'STORE_CLOSED') return;
        log.error(
          { err, target: this.target.name },
          'cannot read the messages for a target, or store its position',
        );
        await pause(storePauseMs, this.#closing.signal);
      }
    }
  }

  async #round(): Promise<void> {
    const { commits, pause } = this.#options;
    const { version } = commits;
    const { messages, places, isAll } = await this.#source.after(this.#progress);
    for (const { message, places: after } of messages) {
      if (!(await this.#deliver(message, { ...after, failingSince: null }))) return;
    }
    this.#pass({ ...places, failingSince: null });
    if (!this.#isSaved && this.#options.clock() - this.#savedAt > maxUnsavedMs) {
      await this.#save(this.#progress);
    }
    if (!isAll) return;
    await commits.next(version, idleMs);
    if (commits.version !== version) await pause(restMs, this.#closing.signal);
  }

  // Moves on without a message.
  #pass(progress: TargetProgress): void {
    const { position, spanPosition } = this.#progress;
    if (progress.position === position && progress.spanPosition === spanPosition) return;
    this.#progress = progress;
    this.#isSaved = false;
  }

  // True when the message was delivered or put aside; false when the courier ends first.
  async #deliver(message: Message, after: TargetProgress): Promise<boolean> {
    const { log, clock, pause } = this.#options;
    const { name } = this.target;
    const spanId = 'span' in message ? message.span.id : null;
    if (spanId !== null && this.#sentSpans.get(spanId) === message.id) {
      this.#pass(after);
      return true;
    }
    for (let retry = 0; ; retry++) {
      if (this.#isOver) return false;
      const attempt = await this.#attempt(message);
      const facts = { target: name, host: hostOf(this.target) };
      switch (attempt.kind) {
        case 'delivered':
          if (this.#progress.failingSince !== null) log.info(facts, 'a target works again');
          await this.#save(after, this.remoteOf(message, attempt.remote));
          if (spanId !== null) this.#keepSpan(spanId, message.id);
          return true;
        case 'gone':
          this.#state = 'off';
          log.error(
            { ...facts, why: attempt.why },
            'a target wants no more messages; it is off until the server restarts',
          );
          return false;
        case 'refused':
          await this.#putAside(message, attempt.why, after);
          return true;
        case 'failed': {
          // The server aborted the request because it is stopping.
          if (this.#aborting.signal.aborted) return false;
          const now = clock();
          const since = this.#progress.failingSince ?? now;
          if (now - since >= patienceMs) {
            await this.#putAside(message, attempt.why, after);
            return true;
          }
          const pauseMs = pauseBefore(retry, attempt, Math.random());
          log.warn(
            { ...facts, why: attempt.why, pauseMs: Math.round(pauseMs) },
            'cannot deliver to a target',
          );
          if (this.#progress.failingSince === null) {
            await this.#save({ ...this.#progress, failingSince: since });
          }
          this.#state = 'waiting';
          this.#nextAttempt = now + pauseMs;
          await pause(pauseMs, this.#closing.signal);
          this.#nextAttempt = null;
        }
      }
    }
  }

  // One request at a time, those of `sendNow` too.
  #attempt(message: Message): Promise<Attempt> {
    const { clock, pause, onAttempt } = this.#options;
    const turn = this.#lane.then(async () => {
      if (this.#freeAt > clock()) await pause(this.#freeAt - clock(), this.#closing.signal);
      const attempt = await this.#attempts.make(message, this.#aborting.signal);
      const at = clock();
      if (isChat(this.target)) this.#freeAt = at + chatGapMs;
      if (attempt.kind === 'delivered') this.#lastDelivery = at;
      if (this.#state !== 'off') this.#state = attempt.kind === 'failed' ? 'waiting' : 'working';
      this.#last = { at, outcome: attempt.kind, why: 'why' in attempt ? attempt.why : '' };
      onAttempt(this.target.name, attempt.kind);
      return attempt;
    });
    this.#lane = turn.catch(() => {});
    return turn;
  }

  async #putAside(message: Message, why: string, after: TargetProgress): Promise<void> {
    const { log, clock } = this.#options;
    await this.#save(after, {
      undelivered: { at: clock(), title: titleOfMessage(message), why, message: JSON.stringify(message) },
    });
    log.warn(
      { target: this.target.name, host: hostOf(this.target), why },
      'a message was not delivered and is put aside; see anthracite targets undelivered',
    );
  }

  async #save(
    progress: TargetProgress,
    others: Pick<TargetStep, 'remote' | 'undelivered'> = {},
  ): Promise<void> {
    await this.#options.store.targets.step({ target: this.target.name, ...progress, ...others });
    this.#progress = progress;
    this.#savedAt = this.#options.clock();
    this.#isSaved = true;
  }

  #keepSpan(id: number, message: string): void {
    this.#sentSpans.delete(id);
    this.#sentSpans.set(id, message);
    const [oldest] = this.#sentSpans.keys();
    if (this.#sentSpans.size > maxRememberedSpans && oldest !== undefined) this.#sentSpans.delete(oldest);
  }
}

function isChat({ shape }: Target): boolean {
  return !['standard-webhooks', 'grafana', 'mail'].includes(shape);
}
