// Writes suspects and followers as JSON. Times are milliseconds since the epoch, scores natural logarithms with three
// decimals.

import type { ChangeEntry, FollowerPage, SuspectPage, SuspicionEntry } from '@anthracite/protocol';
import type { Suspicion } from '../suspects/suspicion';
import { spanToJson } from './span-json';
import type { Followers, Suspects, ToldChange } from './told-suspects';

/** The changes before a span, as JSON. An open span lasts until now. */
export function suspectsToJson(told: Suspects, now: number): SuspectPage {
  const { span, windowMs, suspects, total, fromMs, isCut } = told;
  return {
    span: spanToJson(span, now),
    from: fromMs,
    windowMs,
    suspects: suspects.map((suspect, i) => ({
      rank: i + 1,
      ...changeToJson(suspect),
      ...suspicionToJson(suspect),
      explanation: suspect.explanation,
    })),
    total,
    truncated: isCut,
  };
}

/** The spans that followed a change, as JSON. */
export function followersToJson(told: Followers, now: number): FollowerPage {
  const { windowMs, followers, total, isCut } = told;
  return {
    ...changeToJson(told),
    windowMs,
    followers: followers.map((follower, i) => ({
      rank: i + 1,
      span: spanToJson(follower.span, now),
      ...suspicionToJson(follower),
      explanation: follower.explanation,
    })),
    total,
    truncated: isCut,
  };
}

function changeToJson({ type, event, spanId, first, last }: ToldChange): ChangeEntry {
  return { type, event, spanId, first, last };
}

function suspicionToJson({ score, parts: { closeness, rarity, tags, history } }: Suspicion): SuspicionEntry {
  return {
    lagMs: closeness.lagMs,
    score: rounded(score),
    parts: {
      closeness: { ...closeness, score: rounded(closeness.score) },
      rarity: { ...rarity, score: rounded(rarity.score) },
      tags: { ...tags, score: rounded(tags.score) },
      history: {
        ...history,
        score: rounded(history.score),
        expected: rounded(history.expected),
        blamed: rounded(history.blamed),
      },
    },
  };
}

function rounded(value: number): number {
  return Number(value.toFixed(3));
}
