// Follows the runs of a host: its first failed run starts a span, its next successful run ends it, and repeats of a failure in
// between are not sent. Pure: state and run in, state and events out.
// The Ruby senders produce the same bytes: see puppet-reporter/module/lib/puppet_x/anthracite/run_history.rb.

import type { Event } from '../event';
import { formatDuration, maxHostChars, safeText } from './change-text';
import { toTagWord } from './clean-text';

/** The result of a run on a host. */
export interface HostRun {
  readonly tool: string;
  readonly host: string;
  /** Start of the run, in milliseconds since the epoch. */
  readonly time: number;
  /** The key of its failure; null for a successful run. */
  readonly failure: string | null;
  /** Tags for the event that reports the recovery of the host. */
  readonly tags: readonly string[];
}

/** The state of a host that fails, or has failed within the last day. Times in milliseconds since the epoch. */
export interface HostState {
  /** Start of the last run. */
  readonly last: number;
  /** Start of the failure: the time of the event of the first failed run. */
  readonly since: number;
  /** Failed runs since then. */
  readonly runs: number;
  /** Reported failures: key, and time of the last report. */
  readonly told: readonly (readonly [string, number])[];
  /** True if the host had failed and recovered within the day before. */
  readonly isFlapping: boolean;
  /** Start of the first successful run since the last failed run; null while the host fails. */
  readonly good: number | null;
  /** True if the recovery was reported. */
  readonly isOver: boolean;
}

/** The state after a run (null if nothing must be stored), and the events to submit. */
export interface Followed {
  readonly state: HostState | null;
  readonly events: readonly Event[];
  /** True if the event of the run is a repeat that is not sent. */
  readonly isFolded: boolean;
}

const dayMs = 86_400_000;
/** A host that fails again within a day counts as recovered after this time without a failure. */
const steadyMs = 6 * 3_600_000;
const maxTold = 16;

/** Processes a run (null if it is not about a host) and its own event, if any. `now` is in milliseconds since the epoch. */
export function followRun(
  known: HostState | null,
  run: HostRun | null,
  event: Event | null,
  now: number,
): Followed {
  const clamped = event === null ? null : clampFuture(event, now);
  if (run === null) return { state: known, events: clamped === null ? [] : [clamped], isFolded: false };
  return follow(known, isAhead(run.time, now) ? { ...run, time: now } : run, clamped);
}

function follow(known: HostState | null, run: HostRun, event: Event | null): Followed {
  const state = isForgotten(known, run) ? null : known;
  // A late or repeated delivery adds nothing new.
  if (state !== null && run.time <= state.last) {
    const isFolded = run.failure !== null;
    return { state: known, events: event === null || isFolded ? [] : [event], isFolded };
  }
  if (run.failure === null) return followGood(state, run, event);
  if (event === null) return { state: known, events: [], isFolded: false };
  return followFailed(state, run, run.failure, event);
}

// A recovery is remembered for a day. If a clock is set back by a day or more, the history starts again.
function isForgotten(known: HostState | null, run: HostRun): boolean {
  if (known === null) return true;
  if (run.time <= known.last - dayMs) return true;
  return known.isOver && run.time - (known.good ?? 0) >= dayMs;
}

function followFailed(state: HostState | null, run: HostRun, failure: string, event: Event): Followed {
  const tags = withTags(event.tags, [`failure=${failure}`, spanTag(run)]);
  if (state === null || state.isOver) {
    const started: HostState = {
      last: run.time,
      since: event.time,
      runs: 1,
      told: [[failure, event.time]],
      isFlapping: state !== null,
      good: null,
      isOver: false,
    };
    return { state: started, events: [{ ...event, type: `${event.type}_start`, tags }], isFolded: false };
  }
  const runs = state.runs + 1;
  const told = state.told.find(([key]) => key === failure)?.[1];
  if (told !== undefined && event.time - told < dayMs) {
    return { state: { ...state, last: run.time, runs, good: null }, events: [], isFolded: true };
  }
  const others = state.told.filter(([key]) => key !== failure).slice(-maxTold + 1);
  const next: HostState = {
    ...state,
    last: run.time,
    runs,
    good: null,
    told: [...others, [failure, event.time]],
  };
  const repeated = told === undefined ? tags : withTags(tags, [`repeat=${runs}`]);
  return { state: next, events: [{ ...event, tags: repeated }], isFolded: false };
}

function followGood(state: HostState | null, run: HostRun, event: Event | null): Followed {
  const own = event === null ? [] : [event];
  if (state === null) return { state, events: own, isFolded: false };
  if (state.isOver) return { state: { ...state, last: run.time }, events: own, isFolded: false };
  const good = state.good ?? run.time;
  if (state.isFlapping && run.time - good < steadyMs) {
    return { state: { ...state, last: run.time, good }, events: own, isFolded: false };
  }
  const after = formatDuration(Math.max(good - state.since, 0) / 1000);
  const count = state.runs === 1 ? '1 failed run' : `${state.runs} failed runs`;
  const recovery: Event = {
    time: Math.max(good, state.since),
    type: `${run.tool}_failed_end`,
    tags: withTags(run.tags, [spanTag(run)]),
    description: `${safeText(run.host, maxHostChars)}: recovered after ${count} in ${after}`,
  };
  return {
    state: { ...state, last: run.time, good, isOver: true },
    events: [recovery, ...own],
    isFolded: false,
  };
}

const spanTag = ({ host }: HostRun): string => `span=${toTagWord(host)}`;

// Inserts tags before the tag `tool`, after which only the tags of the user follow.
function withTags(tags: readonly string[], added: readonly string[]): string[] {
  const at = tags.findIndex((tag) => tag.startsWith('tool='));
  return at === -1 ? [...tags, ...added] : [...tags.slice(0, at), ...added, ...tags.slice(at)];
}

// A host clock that is further ahead must not create events in the future, where no list and no graph shows them.
const maxAheadMs = 300_000;
const isAhead = (time: number, now: number): boolean => time > now + maxAheadMs;

function clampFuture(event: Event, now: number): Event {
  return isAhead(event.time, now)
    ? { ...event, time: now, tags: withTags(event.tags, ['clock=ahead']) }
    : event;
}

const isTime = (value: unknown): boolean => Number.isSafeInteger(value);

/** Reads a state from JSON; null if it is not valid. */
export function readHostState(text: string): HostState | null {
  try {
    const state = JSON.parse(text) as HostState;
    const { last, since, runs, told, good, isFlapping, isOver } = state;
    const isGood =
      [last, since, runs, good ?? 0].every(isTime) &&
      [isFlapping, isOver].every((flag) => typeof flag === 'boolean') &&
      Array.isArray(told) &&
      told.every(([key, time]) => typeof key === 'string' && isTime(time));
    return isGood ? { last, since, runs, told, isFlapping, good: good ?? null, isOver } : null;
  } catch {
    return null;
  }
}
