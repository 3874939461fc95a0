// How suspicious a change is of having caused a span: a sum of parts, each with what it is made of. Pure.
// The method and its limits are in docs/suspects.md.

import type { Span } from '@anthracite/protocol/core';
import { failureWindowMs } from '../report/deployments';
import { shareBlame } from './blame';
import type { Change } from './change';
import { densityAt, type Pace, paces } from './pace';
import { type FollowRecord, recordOf } from './past';
import { expectedRisk, unknownRisk } from './risk';
import type { SharedTags, TagComparison } from './shared-tags';

/** How long before the span the change was. */
export interface Closeness {
  readonly score: number;
  /** From the last event of the change, not behind the begin of the span, until that begin. */
  readonly lagMs: number;
}

/** How seldom there are such changes. */
export interface Rarity {
  readonly score: number;
  /** Changes of its type in the time that was looked at, this one too. */
  readonly count: number;
  /** How long that time is. */
  readonly periodMs: number;
}

/** What followed such changes. */
export interface History extends FollowRecord {
  readonly score: number;
  /** How many spans are put down to them, rather than to other changes or to chance; not a whole number. */
  readonly blamed: number;
  /** Within which time a span counts as one that followed: most of what they break breaks within it, as far as is known. */
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

/** What is known of the changes of one type. */
export interface TypeHistory {
  /** All changes of the type since an instant, in any order. */
  readonly changes: readonly Change[];
  /** That instant: milliseconds since the epoch. */
  readonly fromMs: number;
}

/** The changes of all types before an instant, judged by what followed them. */
export class Suspicions {
  readonly #types = new Map<
    string,
    { readonly rarity: Rarity; readonly history: History; readonly paces: readonly number[] }
  >();

  /** `begins` are those of spans that may have followed, in any order. */
  constructor(histories: ReadonlyMap<string, TypeHistory>, begins: readonly number[], untilMs: number) {
    const past = begins.filter((begin) => begin < untilMs).sort((one, other) => one - other);
    const changes = new Map<string, readonly Change[]>();
    for (const [type, history] of histories) {
      changes.set(
        type,
        history.changes.filter((one) => one.begin >= history.fromMs && one.begin <= untilMs),
      );
    }
    for (const [type, blame] of shareBlame(changes, past, untilMs)) {
      const { fromMs } = histories.get(type) as TypeHistory;
      const own = changes.get(type) ?? [];
      const harmless = expectedRisk(blame.changes, 0);
      const likeliest = paces[blame.paces.indexOf(Math.max(...blame.paces))] as Pace;
      const withinMs = Math.max(failureWindowMs, 3 * likeliest.halfMs);
      this.#types.set(type, {
        rarity: {
          score: Math.log(harmless / unknownRisk),
          count: Math.max(1, own.length),
          periodMs: Math.max(0, untilMs - fromMs),
        },
        history: {
          score: Math.log(expectedRisk(blame.changes, blame.blamed) / harmless),
          ...recordOf(own, past, { fromMs, untilMs, withinMs }),
          blamed: blame.blamed,
          withinMs,
        },
        paces: blame.paces,
      });
    }
  }

  /** How suspicious a change is of having caused a span; only what was until the span began counts. Its type must have a history. */
  of(change: Change, span: Span, tagComparison: TagComparison, windowMs: number): Suspicion {
    const { rarity, history, paces: likely } = this.#types.get(change.type) ?? unknownType;
    const lagMs = Math.max(0, span.begin - change.end);
    const density = paces.reduce((sum, pace, p) => sum + (likely[p] as number) * densityAt(pace, lagMs), 0);
    // How much likelier a cause has this distance than a change that is in the window by chance.
    const closeness = { score: Math.log(windowMs * density), lagMs };
    const tags = tagComparison.compare(change);
    return {
      score: closeness.score + rarity.score + tags.score + history.score,
      parts: { closeness, rarity, tags, history },
    };
  }
}

const unknownType = {
  rarity: { score: 0, count: 1, periodMs: 0 },
  history: { score: 0, changes: 0, followed: 0, expected: 0, blamed: 0, withinMs: 0 },
  paces: paces.map(({ prior }) => prior),
};
