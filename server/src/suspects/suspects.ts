// What changed before a span began, the most suspicious first; and which spans began after a change. Pure.

import type { Span } from '@anthracite/protocol/core';
import { beginOf, type Change, changeUntil, endOf } from './change';
import { explainSuspicion } from './explanation';
import { isLike, Past } from './past';
import { TagWeights } from './shared-tags';
import { type Suspicion, type TypeHistory, TypeJudgement } from './suspicion';

/** A change that came before a span. */
export interface RankedChange extends Suspicion {
  /** As it was when the span began. */
  readonly change: Change;
  readonly explanation: string;
}

/** A span that came after a change. */
export interface RankedSpan extends Suspicion {
  readonly span: Span;
  readonly explanation: string;
}

/** What suspects are found among. */
export interface SuspectsInput {
  readonly span: Span;
  /** Changes that have an event in the window before the begin of the span; others do no harm. */
  readonly changes: readonly Change[];
  /** What is known of each type of these. */
  readonly histories: ReadonlyMap<string, TypeHistory>;
  /** All spans; from those like it the past is taken. */
  readonly spans: readonly Span[];
  readonly windowMs: number;
}

/** What followers are found among. */
export interface FollowersInput {
  readonly change: Change;
  readonly history: TypeHistory;
  /** Spans that may have followed. */
  readonly candidates: readonly Span[];
  /** All spans. */
  readonly spans: readonly Span[];
  readonly windowMs: number;
}

/** Ranks the changes within the window before a span began; of equal ones the last in time first. */
export function rankSuspects({ span, changes, histories, spans, windowMs }: SuspectsInput): RankedChange[] {
  const before = changes
    .filter((change) => beginOf(change) <= span.begin && change.span !== span.id)
    .map((change) => changeUntil(change, span.begin))
    .filter((change) => endOf(change) >= span.begin - windowMs);
  const past = pastOf(span, spans);
  const weights = new TagWeights([...histories.values()].flatMap((history) => history.changes));
  const judgements = new Map<string, TypeJudgement>();
  const judgementOf = (type: string): TypeJudgement => {
    const known = judgements.get(type);
    if (known !== undefined) return known;
    const history = histories.get(type) ?? { changes: [], fromMs: span.begin };
    const judgement = new TypeJudgement(history, past, span.begin);
    judgements.set(type, judgement);
    return judgement;
  };
  return before
    .map((change): RankedChange => {
      const suspicion = judgementOf(change.type).suspect(change, span, weights, windowMs);
      const explanation = explainSuspicion(change.type, suspicion, followedBy(span));
      return { change, ...suspicion, explanation };
    })
    .sort((one, other) => other.score - one.score || endOf(other.change) - endOf(one.change));
}

/** Ranks the spans that began within the window after a change; of equal ones the first in time first. */
export function rankFollowers({
  change,
  history,
  candidates,
  spans,
  windowMs,
}: FollowersInput): RankedSpan[] {
  const begin = beginOf(change);
  const weights = new TagWeights(history.changes);
  return candidates
    .filter(
      (span) => span.id !== change.span && span.begin >= begin && span.begin <= endOf(change) + windowMs,
    )
    .map((span): RankedSpan => {
      const judgement = new TypeJudgement(history, pastOf(span, spans), span.begin);
      const suspicion = judgement.suspect(changeUntil(change, span.begin), span, weights, windowMs);
      return { span, ...suspicion, explanation: explainSuspicion(change.type, suspicion, followedBy(span)) };
    })
    .sort((one, other) => other.score - one.score || one.span.begin - other.span.begin);
}

function pastOf(span: Span, spans: readonly Span[]): Past {
  const begins = spans.filter((one) => one.id !== span.id && isLike(span, one)).map(({ begin }) => begin);
  return new Past(begins, span.begin);
}

function followedBy({ scale, type }: Span): string {
  if (scale === 'other') return `a span ${type}`;
  return scale === 'gain' ? 'a gain' : 'an incident';
}
