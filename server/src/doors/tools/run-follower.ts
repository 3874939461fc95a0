// Remembers which hosts fail, so that repeated failures are grouped and recoveries are reported. After a restart the
// state is read from the store: the spans of failures that are open, or ended within the last day.

import {
  type Followed,
  followRun,
  type HostRun,
  type HostState,
  toTagWord,
} from '@anthracite/protocol/change';
import type { Event, Span } from '@anthracite/protocol/core';

interface FailureQuery {
  readonly fromMs: number;
  readonly untilMs: number;
  readonly types: readonly string[];
  readonly order: 'ascending';
}

interface Cursor {
  readonly time: number;
  readonly id: number;
}

/** The queries that it needs of the store: lists in pages, each with the place where the next page starts. */
export interface FailureHistory {
  spans(
    query: FailureQuery,
    limit: number,
    after: Cursor | null,
  ): Promise<{ readonly spans: readonly Span[]; readonly next: Cursor | null }>;
  events(
    query: FailureQuery,
    grouping: null,
    limit: number,
    after: Cursor | null,
  ): Promise<{ readonly events: readonly Event[]; readonly next: Cursor | null }>;
}

/** The options of the follower. */
export interface RunFollowerOptions {
  /** `puppet` or `chef`. */
  readonly tool: string;
  readonly store: FailureHistory;
  readonly clock: () => number;
  /** Called when the store could not be read: failures are then reported as if they were new. */
  onUnknown(error: unknown): void;
}

const dayMs = 86_400_000;
const maxHosts = 100_000;
const pageSize = 10_000;

/** Follows runs, which must be passed one at a time. */
export class RunFollower {
  readonly #options: RunFollowerOptions;
  readonly #states = new Map<string, HostState>();
  #isLoaded = false;
  #isUnknown = false;

  constructor(options: RunFollowerOptions) {
    this.#options = options;
  }

  /** Whether a successful run of a host may end a failure. */
  knows(host: string): boolean {
    return !this.#isLoaded || this.#states.has(toTagWord(host));
  }

  /**
   * Takes a run, and passes its events, if any, to `submit`. If that rejects, nothing is remembered and the run may be
   * passed again.
   */
  async follow(
    run: HostRun | null,
    event: Event | null,
    submit: (events: readonly Event[]) => Promise<void>,
  ): Promise<Followed> {
    await this.#load();
    const key = run === null ? '' : toTagWord(run.host);
    const followed = followRun(this.#states.get(key) ?? null, run, event, this.#options.clock());
    if (followed.events.length > 0) await submit(followed.events);
    if (run !== null) this.#keep(key, followed.state);
    return followed;
  }

  #keep(key: string, state: HostState | null): void {
    // Keeps the most recently changed states last.
    this.#states.delete(key);
    if (state === null) return;
    this.#states.set(key, state);
    const [oldest] = this.#states.keys();
    if (this.#states.size > maxHosts && oldest !== undefined) this.#states.delete(oldest);
  }

  async #load(): Promise<void> {
    if (this.#isLoaded) return;
    try {
      for (const [key, state] of await readStates(this.#options)) {
        if (!this.#states.has(key)) this.#keep(key, state);
      }
      this.#isLoaded = true;
    } catch (error) {
      if (!this.#isUnknown) this.#options.onUnknown(error);
      this.#isUnknown = true;
    }
  }
}

/** The states of the hosts whose failures are open, or ended within the last day. */
async function readStates({ tool, store, clock }: RunFollowerOptions): Promise<Map<string, HostState>> {
  const states = new Map<string, HostState>();
  const now = clock();
  const query: FailureQuery = {
    fromMs: now - dayMs,
    untilMs: now + dayMs,
    types: [`${tool}_failed`],
    order: 'ascending',
  };
  for await (const { spans } of pagesOf((after) => store.spans(query, pageSize, after))) {
    for (const span of spans) {
      const host = tagValue(span, 'span');
      if (host !== '') states.set(host, stateOf(span, states.has(host)));
    }
  }
  // Failures that changed, or were repeated, within a span: events of the type without an ending.
  const repeats: FailureQuery = { ...query, fromMs: now - 2 * dayMs };
  for await (const { events } of pagesOf((after) => store.events(repeats, null, pageSize, after))) {
    for (const event of events) addTold(states, event);
  }
  return states;
}

/** All pages of a list, to its end: a page may end before it is full. */
async function* pagesOf<Page extends { readonly next: Cursor | null }>(
  read: (after: Cursor | null) => Promise<Page>,
): AsyncGenerator<Page> {
  let after: Cursor | null = null;
  do {
    const page: Page = await read(after);
    yield page;
    after = page.next;
  } while (after !== null);
}

function addTold(states: Map<string, HostState>, event: Pick<Event, 'time' | 'tags'>): void {
  const host = tagValue(event, 'span');
  const failure = tagValue(event, 'failure');
  const { time } = event;
  const state = states.get(host);
  if (state === undefined || time < state.since) return;
  const told = [...state.told.filter(([key]) => key !== failure), [failure, time] as const];
  const runs = Math.max(state.runs, Number(tagValue(event, 'repeat')) || 0);
  states.set(host, { ...state, told, runs, last: Math.max(state.last, time) });
}

function stateOf(span: Span, isFlapping: boolean): HostState {
  return {
    last: span.end ?? span.begin,
    since: span.begin,
    runs: 1,
    told: [[tagValue(span, 'failure'), span.begin]],
    isFlapping,
    good: span.end,
    isOver: span.end !== null,
  };
}

/** The value of the first tag with a key; `''` if none exists. */
function tagValue({ tags }: { readonly tags: readonly string[] }, key: string): string {
  return tags.find((tag) => tag.startsWith(`${key}=`))?.slice(key.length + 1) ?? '';
}
