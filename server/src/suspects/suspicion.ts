// Scores how suspicious a change is of having caused a span: a sum of parts, each with its facts. Pure. The method and
// its limits are described in docs/suspects.md.

import type { Span } from '@anthracite/protocol/core';
import { shareBlame } from './blame';
import type { Change } from './change';
import { densityAt, type Pace, paces } from './pace';
import { createRecord, type FollowRecord } from './past';
import { expectedRisk, unknownRisk } from './risk';
import type { SharedTags, TagComparison } from './shared-tags';

// A shorter time is not meaningful: some incidents that start immediately are noticed later.
const leastWithinMs = 3_600_000;

/** How long before the span the change was. */
export interface Closeness {
  readonly score: number;
  /** From the last event of the change that is not after the start of the span, to that start, in milliseconds. */
  readonly lagMs: number;
}

/** How rare such changes are. */
export interface Rarity {
  readonly score: number;
  /** Changes of its type in the period, including this one. */
  readonly count: number;
  /** Length of the period in milliseconds. */
  readonly periodMs: number;
}

/** The spans after such changes. */
export interface History extends FollowRecord {
  readonly score: number;
  /** Number of spans attributed to them, rather than to other changes or to chance; not a whole number. */
  readonly blamed: number;
  /** Time within which a span counts as a follower: most caused incidents start within it, as far as is known. */
  readonly withinMs: number;
}

/** The suspicion of a change, in natural logarithms: 0 is that of a type never seen before, at any time of the window. */
export interface Suspicion {
  /** The sum of the scores of its parts. */
  readonly score: number;
  readonly parts: {
    readonly closeness: Closeness;
    readonly rarity: Rarity;
    readonly tags: SharedTags;
    readonly history: History;
  };
}

/** The known changes of one type. */
export interface TypeHistory {
  /** All changes of the type since an instant, in any order. */
  readonly changes: readonly Change[];
  /** That instant: milliseconds since the epoch. */
  readonly fromMs: number;
}

/** Scores the changes of all types before an instant, by the spans that followed them. */
export class Suspicions {
  readonly #types = new Map<string, KnownType>();

  /** `begins` are the starts of spans that may have followed, in any order: those before `atMs` count, and changes up to and including it. */
  constructor(histories: ReadonlyMap<string, TypeHistory>, begins: readonly number[], atMs: number) {
    const past = begins.filter((begin) => begin < atMs).sort((one, other) => one - other);
    const changes = new Map<string, readonly Change[]>();
    for (const [type, history] of histories) {
      changes.set(
        type,
        history.changes.filter((one) => one.begin >= history.fromMs && one.begin <= atMs),
      );
    }
    for (const [type, blame] of shareBlame(changes, past, atMs)) {
      const { fromMs } = histories.get(type) as TypeHistory;
      const own = changes.get(type) ?? [];
      const harmless = expectedRisk(blame.changes, 0);
      const likeliest = paces[blame.paces.indexOf(Math.max(...blame.paces))] as Pace;
      const withinMs = Math.max(leastWithinMs, 3 * likeliest.halfMs);
      this.#types.set(type, {
        rarity: {
          score: Math.log(harmless / unknownRisk),
          count: Math.max(1, own.length),
          periodMs: Math.max(0, atMs - fromMs),
        },
        history: {
          score: Math.log(expectedRisk(blame.changes, blame.blamed) / harmless),
          blamed: blame.blamed,
          withinMs,
        },
        recordBefore: createRecord(own, past, { fromMs, untilMs: atMs, withinMs }),
        paces: blame.paces,
      });
    }
  }

  /**
   * The suspicion of a change of having caused a span; only events before the start of the span count. Its type must
   * have a history.
   */
  of(change: Change, span: Span, tagComparison: TagComparison, windowMs: number): Suspicion {
    const { rarity, history, recordBefore } = this.#knownOf(change);
    const score = this.scoreOf(change, span, tagComparison, windowMs);
    const closeness = { score: this.#closenessOf(change, span, windowMs), lagMs: lagOf(change, span) };
    const tags = tagComparison.compare(change);
    return {
      score,
      parts: { closeness, rarity, tags, history: { ...history, ...recordBefore(change.begin) } },
    };
  }

  /** The score of that suspicion alone, for the many changes that only have to be put in order. */
  scoreOf(change: Change, span: Span, tagComparison: TagComparison, windowMs: number): number {
    const { rarity, history } = this.#knownOf(change);
    const closeness = this.#closenessOf(change, span, windowMs);
    return closeness + rarity.score + tagComparison.compare(change).score + history.score;
  }

  // How much more likely a cause has this distance than a change that is in the window by chance.
  #closenessOf(change: Change, span: Span, windowMs: number): number {
    const { paces: likely } = this.#knownOf(change);
    const lagMs = lagOf(change, span);
    let density = 0;
    for (let p = 0; p < paces.length; p++)
      density += (likely[p] as number) * densityAt(paces[p] as Pace, lagMs);
    return Math.log(windowMs * density);
  }

  #knownOf({ type }: Change): KnownType {
    return this.#types.get(type) ?? unknownType;
  }
}

function lagOf(change: Change, span: Span): number {
  return Math.max(0, span.begin - change.end);
}

/** The knowledge about a type. */
interface KnownType {
  readonly rarity: Rarity;
  readonly history: Omit<History, keyof FollowRecord>;
  /** The record of its changes before an instant: a change is not part of its own past. */
  readonly recordBefore: (beforeMs: number) => FollowRecord;
  readonly paces: readonly number[];
}

const unknownType: KnownType = {
  rarity: { score: 0, count: 1, periodMs: 0 },
  history: { score: 0, blamed: 0, withinMs: 0 },
  recordBefore: () => ({ changes: 0, followed: 0, expected: 0 }),
  paces: paces.map(({ prior }) => prior),
};
