// How suspicious a change is of having caused a span: a sum of parts, each with what it is made of. Pure.
// The method and its limits are in docs/suspects.md.

import type { Span } from '@anthracite/protocol/core';
import { beginOf, type Change, endOf } from './change';
import { followingMs, type Past } from './past';
import { type Record, weighRecord } from './risk';
import type { SharedTags, TagWeights } from './shared-tags';

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
export interface History extends Record {
  readonly score: number;
  /** Within which time a span counts as one that followed. */
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

/** The changes of a type until an instant, judged: what is the same for each of them. */
export class TypeJudgement {
  readonly #rarity: Rarity;
  readonly #history: History;

  /** `past` has the spans that may have followed, until the same instant. */
  constructor({ changes, fromMs }: TypeHistory, past: Past, untilMs: number) {
    const record = past.recordOf(changes, fromMs);
    const { rarity, history } = weighRecord(record);
    const count = changes.filter((one) => beginOf(one) >= fromMs && beginOf(one) <= untilMs).length;
    this.#rarity = { score: rarity, count: Math.max(1, count), periodMs: Math.max(0, untilMs - fromMs) };
    this.#history = { score: history, ...record, withinMs: followingMs };
  }

  /** How suspicious a change of the type is of having caused a span; only what was until the span began counts. */
  suspect(change: Change, span: Span, weights: TagWeights, windowMs: number): Suspicion {
    const lagMs = Math.max(0, span.begin - endOf(change));
    const closeness = { score: weighLag(lagMs, windowMs), lagMs };
    const tags = weights.compare(change, span);
    const [rarity, history] = [this.#rarity, this.#history];
    return {
      score: closeness.score + rarity.score + tags.score + history.score,
      parts: { closeness, rarity, tags, history },
    };
  }
}

// Half of what a change breaks breaks within this time, two thirds within twice that, three quarters within three times that.
const halfMs = 20 * 60_000;

/** How much likelier a cause has this distance than a change that is in the window by chance; as a logarithm. */
function weighLag(lagMs: number, windowMs: number): number {
  return Math.log(windowMs / (halfMs * (1 + lagMs / halfMs) ** 2));
}
