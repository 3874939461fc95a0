// Follows the alerts of one hook: remembers their spans, and stores and moves their marks. After a restart, the state is read
// from the store: the spans that are open, or ended within the last two days.

import type { Span } from '@anthracite/protocol/core';
import type { Intake } from '../../events/intake';
import type { HookAlerts, HookEvent } from '../../hooks/hook';
import type { EventKey } from '../../storage/event-batch';
import type { MoveOutcome } from '../../storage/event-change';
import { type AlertPlan, AlertPlanner, type AlertSpan } from './alert-spans';
import { storeEvents } from './hook-events';

/** What it needs of the store. */
export interface AlertStore {
  spans(
    query: {
      readonly fromMs: number;
      readonly untilMs: number;
      readonly all: readonly string[];
      readonly order: 'ascending';
    },
    limit: number,
    after: { readonly time: number; readonly id: number } | null,
  ): Promise<{
    readonly spans: readonly (Span & { readonly title: string })[];
    readonly next: { readonly time: number; readonly id: number } | null;
  }>;
  moveMark(key: EventKey, time: number | null, at: number): Promise<MoveOutcome>;
}

/** The options of a follower. */
export interface AlertFollowerOptions {
  /** The value of the tag `tool` of its spans. */
  readonly tool: string;
  /** The source of the keys of its marks. */
  readonly source: string;
  /** What the span keys of the hook start with; distinguishes hooks of one kind. */
  readonly prefix: string;
  /** After how many milliseconds without a message a span ends. */
  readonly staleMs: () => number;
  readonly store: AlertStore;
  readonly intake: Pick<Intake, 'submit'>;
  readonly clock: () => number;
}

const nothingStored = { stored: 0, duplicate: 0 };
const dayMs = 86_400_000;
const pageSize = 1_000;
const maxAlerts = 100_000;

export class AlertFollower {
  readonly #options: AlertFollowerOptions;
  readonly #states = new Map<string, readonly AlertSpan[]>();
  #isLoaded = false;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: AlertFollowerOptions) {
    this.#options = options;
  }

  /** Takes a message; messages are handled in the order they came. Rejects with a `StoreError`; it may be taken again then. */
  follow(message: HookAlerts): Promise<{ readonly stored: number; readonly duplicate: number }> {
    return this.#inTurn((planner) => planner.message(message));
  }

  /** Ends the spans of alerts that no message reports any more. Resolves with their number. */
  async endStale(): Promise<number> {
    const { clock, staleMs } = this.#options;
    const { stored } = await this.#inTurn((planner) => planner.endUnheard(clock() - staleMs()));
    return stored;
  }

  #inTurn(use: (planner: AlertPlanner) => void) {
    const own = this.#turn.then(async () => {
      const { prefix, clock } = this.#options;
      await this.#load();
      const planner = new AlertPlanner(this.#states, prefix, clock());
      use(planner);
      return this.#carryOut(planner.plan);
    });
    this.#turn = own.catch(() => {});
    return own;
  }

  async #carryOut({ events, moves, spans, duplicate }: AlertPlan) {
    const { store, intake, source, clock } = this.#options;
    const first = (await storeEvents(intake, source, events)) ?? nothingStored;
    let moved = 0;
    const missing: HookEvent[] = [];
    for (const { key, time, otherwise } of moves) {
      const { kind } = await store.moveMark({ source, key }, time, clock());
      if (kind === 'done') moved++;
      if (kind === 'missing' && otherwise !== null) missing.push(otherwise);
    }
    const second = (await storeEvents(intake, source, missing)) ?? nothingStored;
    for (const [id, all] of spans) this.#keep(id, all);
    return {
      stored: first.stored + second.stored + moved,
      duplicate: first.duplicate + second.duplicate + duplicate,
    };
  }

  #keep(id: string, spans: readonly AlertSpan[]): void {
    // Keeps the most recently changed alerts last.
    this.#states.delete(id);
    this.#states.set(id, spans);
    if (this.#states.size <= maxAlerts) return;
    for (const [oldest, of] of this.#states) {
      if (of.at(-1)?.end === null) continue;
      this.#states.delete(oldest);
      return;
    }
  }

  async #load(): Promise<void> {
    if (this.#isLoaded) return;
    const { store, tool, clock } = this.#options;
    const now = clock();
    const query = {
      ...{ fromMs: now - 2 * dayMs, untilMs: now + dayMs },
      ...{ all: [`tool=${tool}`], order: 'ascending' as const },
    };
    let next: { readonly time: number; readonly id: number } | null = null;
    do {
      const part: Awaited<ReturnType<AlertStore['spans']>> = await store.spans(query, pageSize, next);
      for (const span of part.spans) this.#remember(span, now);
      next = part.next;
    } while (next !== null);
    this.#isLoaded = true;
  }

  #remember(span: Span & { readonly title: string }, now: number): void {
    const { prefix } = this.#options;
    const key = span.key ?? '';
    const [, id, start = ''] =
      /^([^.]+)-([0-9a-z]{1,8})$/.exec(key.startsWith(prefix) ? key.slice(prefix.length) : '') ?? [];
    if (id === undefined) return;
    const own = /^(?:span|incident|outage|end)=/;
    const known = this.#states.get(id) ?? [];
    const isGuessed = span.end !== null && span.tags.some((tag) => tag.startsWith('end='));
    const loaded: AlertSpan = {
      ...{ key, stem: span.type, title: span.title, start: span.begin, end: span.end, isGuessed },
      tags: span.tags.filter((tag) => !own.test(tag)),
      starts: new Set([Number.parseInt(start, 36), Math.floor(span.begin / 1_000)]),
      ...{ told: 'unknown', guess: 'unknown', heard: now, group: '' },
    };
    this.#keep(
      id,
      [...known, loaded].sort((one, other) => one.start - other.start),
    );
  }
}
