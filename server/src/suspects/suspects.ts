// What changed before a span began, the most suspicious first; and which spans began after a change. Pure.

import { compareSpans, type Span } from '@anthracite/protocol/core';
import { type Change, changeUntil } from './change';
import { isLike } from './past';
import { TagComparison } from './shared-tags';
import { type Suspicion, Suspicions, type TypeHistory } from './suspicion';

/** A change that came before a span. */
export interface RankedChange extends Suspicion {
  /** As it was when the span began. */
  readonly change: Change;
}

/** A span that came after a change. */
export interface RankedSpan extends Suspicion {
  readonly span: Span;
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

const maxFollowers = 100;

/** Ranks the changes within the window before a span began; of equal ones the last in time first. */
export function rankSuspects({ span, changes, histories, spans, windowMs }: SuspectsInput): RankedChange[] {
  const before = changes
    .filter((change) => change.begin <= span.begin && change.span !== span.id)
    .map((change) => changeUntil(change, span.begin))
    .filter((change) => change.end >= span.begin - windowMs);
  const suspicions = new Suspicions(histories, beginsLike(span, spans), span.begin);
  const tags = new TagComparison(
    span,
    [...histories.values()].flatMap((history) => history.changes),
  );
  return before
    .map((change): RankedChange => ({ change, ...suspicions.of(change, span, tags, windowMs) }))
    .sort((one, other) => other.score - one.score || other.change.end - one.change.end);
}

/**
 * Ranks the spans that began within the window after a change, by what was known when it began; of equal ones the first in time
 * first. Of very many the closest count.
 */
export function rankFollowers({
  change,
  history,
  candidates,
  spans,
  windowMs,
}: FollowersInput): RankedSpan[] {
  const histories = new Map([[change.type, history]]);
  const kinds = new Map<string, Suspicions>();
  const suspicionsOf = (span: Span): Suspicions => {
    const kind = span.scale === 'other' ? span.type : span.scale;
    const known = kinds.get(kind) ?? new Suspicions(histories, beginsLike(span, spans), change.begin);
    kinds.set(kind, known);
    return known;
  };
  return candidates
    .filter(
      (span) => span.id !== change.span && span.begin >= change.begin && span.begin <= change.end + windowMs,
    )
    .sort(compareSpans)
    .slice(0, maxFollowers)
    .map((span): RankedSpan => {
      const tags = new TagComparison(span, history.changes);
      return { span, ...suspicionsOf(span).of(changeUntil(change, span.begin), span, tags, windowMs) };
    })
    .sort((one, other) => other.score - one.score || one.span.begin - other.span.begin);
}

// When spans like one began, in any order, without it.
function beginsLike(span: Span, spans: readonly Span[]): number[] {
  return spans.filter((one) => one.id !== span.id && isLike(span, one)).map(({ begin }) => begin);
}
