// Keeps the couriers of all targets: starts and ends them, tells their state, and sends single messages on request.

import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '../../log';
import type { Metrics } from '../../metrics';
import { toPlace } from '../../storage/position';
import type { UndeliveredMessage } from '../../storage/target-store';
import type { Attempt } from '../../targets/attempt';
import { exampleMessage, type Message } from '../../targets/message';
import type { Target } from '../../targets/target';
import { AllowedAddresses, type Resolve } from './allowed-addresses';
import { Courier, type CourierOptions, type CourierStatus, type Pause } from './courier';

/** Parts of the network and the clock that tests replace. */
export interface TargetTesting {
  readonly pause?: Pause;
  readonly resolve?: Resolve;
  readonly timeoutMs?: number;
}

/** The options of the desk. */
export interface TargetDeskOptions
  extends Pick<CourierOptions, 'store' | 'commits' | 'log' | 'base' | 'clock'> {
  readonly targets: readonly Target[];
  /** Private networks to which events may be sent. */
  readonly allowedNetworks: readonly string[];
  readonly metrics: Metrics;
  readonly testing?: TargetTesting | undefined;
}

/** A target and its state. */
export interface TargetReport extends CourierStatus {
  readonly target: Target;
  /** Number of events and changes that were stored after its position, whether selected or not. */
  readonly behind: number;
  readonly undelivered: number;
  readonly forgotten: number;
}

const answerTimeoutMs = 15_000;
const pauseFor: Pause = async (ms, signal) => {
  await sleep(ms, undefined, { signal, ref: false }).catch(() => {});
};

export class TargetDesk {
  readonly #options: TargetDeskOptions;
  readonly #shared: CourierOptions;
  #couriers: readonly Courier[] = [];

  constructor(options: TargetDeskOptions) {
    this.#options = options;
    const { testing = {}, allowedNetworks, metrics } = options;
    this.#shared = {
      ...options,
      addresses: new AllowedAddresses(allowedNetworks, testing.resolve),
      pause: testing.pause ?? pauseFor,
      timeoutMs: testing.timeoutMs ?? answerTimeoutMs,
      onAttempt: metrics.targetTried,
    };
    if (options.targets.length > 0) metrics.watchTargets(() => this.reports());
  }

  /** Starts to send. New targets begin with the next event. Rejects with a `StoreError`. */
  async start(): Promise<void> {
    const { targets, store, log } = this.#options;
    if (targets.length === 0) return;
    const stored = new Map((await store.targets.all()).map((one) => [one.name, one]));
    const end = await store.position();
    this.#couriers = await Promise.all(
      targets.map(async (target) => {
        const known = stored.get(target.name);
        const progress = known ?? { position: end, spanPosition: end, failingSince: null };
        if (known === undefined) {
          await storeFirst(this.#options, target, progress);
          log.info(
            { target: target.name },
            'a new target: events from now on are sent, earlier ones are not',
          );
        }
        const { position, spanPosition, failingSince } = progress;
        return new Courier(target, { position, spanPosition, failingSince }, this.#shared);
      }),
    );
    for (const courier of this.#couriers) courier.start();
  }

  /** The state of each target. Rejects with a `StoreError`. */
  async reports(): Promise<readonly TargetReport[]> {
    const { store } = this.#options;
    if (this.#couriers.length === 0) return [];
    const stored = new Map((await store.targets.all()).map((one) => [one.name, one]));
    const end = toPlace(await store.position());
    return this.#couriers.map((courier) => {
      const { status, target } = courier;
      const { event, change } = toPlace(status.progress.position);
      const { undelivered = 0, forgotten = 0 } = stored.get(target.name) ?? {};
      return {
        ...status,
        target,
        behind: Math.max(0, end.event - event) + Math.max(0, end.change - change),
        undelivered,
        forgotten,
      };
    });
  }

  /** Undelivered messages after an id, oldest first. */
  undelivered(afterId: number, limit: number): Promise<readonly UndeliveredMessage[]> {
    return this.#options.store.targets.undelivered(afterId, limit);
  }

  /** Sends an example to a target; null if no target has the name. */
  async tryOut(name: string): Promise<Attempt | null> {
    const courier = this.#find(name);
    return courier === undefined ? null : courier.sendNow(exampleMessage(name, this.#options.clock()));
  }

  /**
   * Sends an undelivered message again, and deletes it if it was delivered. Null if none has the id; `unconfigured` if its
   * target no longer exists.
   */
  async resend(id: number): Promise<Attempt | 'unconfigured' | null> {
    const { store } = this.#options;
    const found = await store.targets.message(id);
    if (found === null) return null;
    const courier = this.#find(found.target);
    if (courier === undefined) return 'unconfigured';
    const message = JSON.parse(found.message) as Message;
    const attempt = await courier.sendNow(message);
    if (attempt.kind === 'delivered') {
      await store.targets.settle(id, courier.remoteOf(message, attempt.remote).remote);
    }
    return attempt;
  }

  /** Ends sending; requests under way have up to `maxMs` milliseconds to finish. */
  async close(maxMs: number): Promise<void> {
    await Promise.all(this.#couriers.map((courier) => courier.close(maxMs)));
  }

  #find(name: string): Courier | undefined {
    return this.#couriers.find(({ target }) => target.name === name);
  }
}

// A full disk must not keep the server from starting.
async function storeFirst(
  { store, log }: { readonly store: CourierOptions['store']; readonly log: Logger },
  target: Target,
  progress: CourierStatus['progress'],
): Promise<void> {
  try {
    await store.targets.step({ target: target.name, ...progress });
  } catch (err) {
    log.error({ err, target: target.name }, 'cannot store the position of a new target');
  }
}
