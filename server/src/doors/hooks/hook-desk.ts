// Takes deliveries to hooks: verifies and maps them, stores their events, follows their alerts, and counts what became of them.

import { preview, problem } from '@anthracite/protocol';
import { MappingThread, type ReportBody, UnmappableReport } from '@anthracite/protocol/bridge';
import { safeText } from '@anthracite/protocol/change';
import type { Intake } from '../../events/intake';
import type { Hook, HookAlerts, HookHeaders, HookKind, Mapped } from '../../hooks/hook';
import { kindsOfHooks } from '../../hooks/kinds';
import type { Logger } from '../../log';
import type { Metrics } from '../../metrics';
import { AlertFollower, type AlertStore } from './alert-follower';
import { door, keySourceOf, spanPrefixOf, storeEvents } from './hook-events';
import { HookLog, type HookOutcome, type HookRecord } from './hook-log';
import { type DeliveryFacts, type Reception, receive } from './reception';

/** The options of the desk. */
export interface HookDeskOptions {
  readonly hooks: readonly Hook[];
  readonly store: AlertStore;
  readonly intake: Intake;
  readonly metrics: Metrics;
  readonly log: Logger;
  readonly clock: () => number;
}

/** A delivery. */
export interface HookDelivery {
  /** The hooks that it may be for: one, except for an imitated API. */
  readonly hooks: readonly Hook[];
  readonly headers: HookHeaders;
  readonly path: string;
  readonly body: ReportBody;
  /** True if the sender presented a token that may write, or needs none. */
  readonly hasToken: boolean;
  /** The sender: address and port. */
  readonly peer: string;
}

/** What became of a delivery that was understood, or not. */
export interface HookReceipt {
  readonly hook: Hook;
  readonly stored: number;
  readonly duplicate: number;
  readonly ignored: readonly string[];
  readonly problems: readonly string[];
  /** Ids of its events. */
  readonly ids: readonly number[];
  readonly dedupKey: string;
}

/** The result of a delivery. `unreadable`: the body cannot be read at all. */
export type HookResult =
  | { readonly kind: 'unproven' }
  | { readonly kind: 'foreign' }
  | { readonly kind: 'unreadable'; readonly why: string }
  | { readonly kind: 'taken'; readonly receipt: HookReceipt };

// Reading a body of this size takes less time than passing it to a thread.
const maxBytesHere = 65_536;
const maxToldProblems = 100;
const staleLookMs = 60_000;
const limits = { timeoutMs: 10_000, maxMemoryMb: 512 };

export class HookDesk {
  readonly #options: HookDeskOptions;
  #byName: ReadonlyMap<string, Hook> = new Map();
  readonly #followers = new Map<string, AlertFollower>();
  readonly #log = new HookLog();
  readonly #thread = new MappingThread<DeliveryFacts, Reception>(require.resolve('./hook-script'), limits);
  readonly #timer: NodeJS.Timeout;

  constructor(options: HookDeskOptions) {
    this.#options = options;
    this.replace(options.hooks);
    this.#timer = setInterval(() => void this.endStale(), staleLookMs).unref();
  }

  /** All hooks. */
  get hooks(): readonly Hook[] {
    return [...this.#byName.values()];
  }

  /** Uses these hooks from now on. Deliveries that are being read keep their hook. */
  replace(hooks: readonly Hook[]): void {
    this.#byName = new Map(hooks.map((hook) => [hook.name, hook]));
    this.#options.metrics.watchHooks([...this.#byName.keys()], (name) => this.#log.of(name).lastGood);
  }

  /** The hook with a name. */
  find(name: string): Hook | undefined {
    return this.#byName.get(name);
  }

  /** The hooks of a kind. */
  ofKind(kind: HookKind): readonly Hook[] {
    return this.hooks.filter((hook) => hook.kind === kind);
  }

  /** The deliveries of a hook since the start. */
  recordOf(hook: Hook): HookRecord {
    return this.#log.of(hook.name);
  }

  /** Takes a delivery. Rejects with a `StoreError` if its events could not be stored; the sender may send it again then. */
  async take(delivery: HookDelivery): Promise<HookResult> {
    const { hooks, headers, path, body, hasToken, peer } = delivery;
    const facts: DeliveryFacts = { hooks, headers, path, hasToken, now: this.#options.clock() };
    const first = hooks[0] as Hook;
    let reception: Reception;
    try {
      reception =
        body.length <= maxBytesHere
          ? receive(body.whole(), facts)
          : await this.#thread.map(body.whole(), facts);
    } catch (error) {
      // A small body that is hostile to the mapping itself, or a large one that took too long.
      const why = error instanceof UnmappableReport ? error.message : 'it could not be read';
      if (!(error instanceof UnmappableReport))
        this.#options.log.error({ err: error, hook: first.name }, 'cannot map a delivery');
      reception = { kind: 'unreadable', hook: 0, why: why.replace('the report', 'the body') };
    }
    switch (reception.kind) {
      case 'unproven':
      case 'foreign':
        this.refused(first, reception.kind === 'unproven' ? 'wrong signature or secret' : 'not JSON', peer);
        return { kind: reception.kind };
      case 'unreadable': {
        const hook = hooks[reception.hook] as Hook;
        await this.#tellProblems(hook, [reception.why], delivery);
        this.#count(hook, 'problem', reception.why, 0, peer);
        return { kind: 'unreadable', why: reception.why };
      }
      case 'mapped':
        return this.#store(hooks[Math.max(reception.hook, 0)] as Hook, reception, delivery);
    }
  }

  /** Counts a delivery that was refused before it was read. */
  refused(hook: Hook, why: string, peer: string): void {
    this.#count(hook, 'refused', why, 0, peer);
    this.#options.log.warn({ hook: hook.name, peer, why }, 'refused a delivery to a hook');
  }

  /** Ends spans of alerts that no message reports any more. */
  async endStale(): Promise<void> {
    for (const [hook, follower] of this.#followers) {
      try {
        const ended = await follower.endStale();
        if (ended > 0)
          this.#options.log.info({ hook, ended }, 'ended alerts that no message reports any more');
      } catch (err) {
        this.#options.log.warn({ err, hook }, 'cannot end alerts that no message reports any more');
      }
    }
  }

  /** Waits up to `maxMs` milliseconds for deliveries that are being read. */
  async close(maxMs: number): Promise<void> {
    clearInterval(this.#timer);
    await this.#thread.close(maxMs);
  }

  async #store(
    hook: Hook,
    { mapped, dedupKey }: { readonly mapped: Mapped; readonly dedupKey: string },
    delivery: HookDelivery,
  ): Promise<HookResult> {
    const { events, alerts, ignored, problems } = mapped;
    const own = await storeEvents(this.#options.intake, keySourceOf(hook), events);
    let { stored, duplicate } = own ?? { stored: 0, duplicate: 0 };
    if (alerts !== null) {
      const receipt = await this.#follow(hook, alerts);
      stored += receipt.stored;
      duplicate += receipt.duplicate;
    }
    if (problems.length > 0) await this.#tellProblems(hook, problems, delivery);
    const outcome: HookOutcome =
      problems.length > 0 ? 'problem' : stored > 0 ? 'stored' : duplicate > 0 ? 'duplicate' : 'ignored';
    const why = problems[0] ?? (outcome === 'ignored' ? ignored[0] : undefined) ?? '';
    this.#count(hook, outcome, why, stored, delivery.peer);
    const ids = Array.from(own?.ids ?? []);
    const receipt = { hook, stored, duplicate, ignored, problems, ids, dedupKey };
    return { kind: 'taken', receipt };
  }

  #follow(hook: Hook, alerts: HookAlerts): Promise<{ readonly stored: number; readonly duplicate: number }> {
    const { name, kind } = hook;
    const source = keySourceOf(hook);
    let follower = this.#followers.get(source);
    if (follower === undefined) {
      const { store, intake, clock } = this.#options;
      follower = new AlertFollower({
        ...{ tool: kind, source, prefix: spanPrefixOf(hook), store, intake, clock },
        // The file may have another value now. A hook that was removed keeps its own.
        staleMs: () => (this.find(name) ?? hook).options.staleHours * 3_600_000,
      });
      this.#followers.set(source, follower);
    }
    return follower.follow(alerts);
  }

  // A body may hold secrets: the rejected line has only its size, its id and the hook.
  async #tellProblems(
    hook: Hook,
    problems: readonly string[],
    { headers, body, peer }: HookDelivery,
  ): Promise<void> {
    const { intake, clock } = this.#options;
    const header = kindsOfHooks[hook.kind].deliveryHeader;
    const id = header === undefined ? '' : safeText(headers[header] ?? '', 100);
    const facts = [
      `# delivery to the hook ${hook.name}`,
      ...(id === '' ? [] : [`id ${id}`]),
      `${body.length} bytes`,
    ];
    const line = Buffer.from(facts.join(', '));
    await intake.submit(door, (batch) => {
      for (const why of problems.slice(0, maxToldProblems)) {
        batch.addReject(line, problem('HOOK_PROBLEM', { hook: hook.name, why }), { door, peer }, clock());
      }
    });
    this.#options.log.warn(
      { hook: hook.name, peer, why: preview(problems[0] ?? '') },
      'cannot read a delivery to a hook',
    );
  }

  #count(hook: Hook, outcome: HookOutcome, why: string, stored: number, peer: string): void {
    this.#options.metrics.hookTaken(hook.name, outcome);
    this.#log.add(hook.name, { at: this.#options.clock(), outcome, why, stored, peer });
  }
}
