// Ranks the changes before a span, and the spans after a change, most suspicious first. Pure.

import { compareSpans, type Span } from '@anthracite/protocol/core';
import { type Change, changeUntil } from './change';
import { isLike, type PastSpan } from './past';
import { TagComparison } from './shared-tags';
import { type Suspicion, Suspicions, type TypeHistory } from './suspicion';

/** A change before a span. */
export interface RankedChange extends Suspicion {
  /** As it was when the span started. */
  readonly change: Change;
}

/** A span after a change. */
export interface RankedSpan extends Suspicion {
  readonly span: Span;
}

/** The input of the search for suspects. */
export interface SuspectsInput {
  readonly span: Span;
  /** Changes that have an event in the window before the start of the span; others are harmless. */
  readonly changes: readonly Change[];
  /** The history of each type of these changes. */
  readonly histories: ReadonlyMap<string, TypeHistory>;
  /** All spans like it; others are harmless. */
  readonly past: readonly PastSpan[];
  readonly windowMs: number;
}

/** The input of the search for followers. */
export interface FollowersInput {
  readonly change: Change;
  readonly history: TypeHistory;
  /** Spans that may have followed. */
  readonly candidates: readonly Span[];
  /** All spans like one of these; others are harmless. */
  readonly past: readonly PastSpan[];
  readonly windowMs: number;
}

const maxFollowers = 100;

/** The most suspicious changes, and how many were ranked. */
export interface Ranking {
  readonly ranked: readonly RankedChange[];
  readonly total: number;
}

/** Ranks the changes within the window before the start of a span, equal ones newest first, and explains the first `limit`. */
export function rankSuspects(
  { span, changes, histories, past, windowMs }: SuspectsInput,
  limit = Number.POSITIVE_INFINITY,
): Ranking {
  const before = changes
    .filter((change) => change.begin <= span.begin && change.span !== span.id)
    .map((change) => changeUntil(change, span.begin))
    .filter((change) => change.end >= span.begin - windowMs);
  const suspicions = new Suspicions(histories, beginsLike(span, past), span.begin);
  const tags = new TagComparison(
    span,
    [...histories.values()].flatMap((history) => history.changes),
  );
  const scored = before
    .map((change) => ({ change, score: suspicions.scoreOf(change, span, tags, windowMs) }))
    .sort((one, other) => other.score - one.score || other.change.end - one.change.end);
  const ranked = scored
    .slice(0, limit)
    .map(({ change }): RankedChange => ({ change, ...suspicions.of(change, span, tags, windowMs) }));
  return { ranked, total: scored.length };
}

/**
 * Ranks the spans that started within the window after a change, each with the knowledge at its start; equal ones
 * oldest first. If there are very many, only the closest count.
 */
export function rankFollowers({ change, history, candidates, past, windowMs }: FollowersInput): RankedSpan[] {
  const histories = new Map([[change.type, history]]);
  const kinds = new Map<string, Suspicions>();
  const suspicionsOf = (span: Span): Suspicions => {
    const kind = span.scale === 'other' ? span.type : span.scale;
    const known = kinds.get(kind) ?? new Suspicions(histories, beginsLike(span, past), change.begin);
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

// The starts of the spans like one, without itself, in any order.
function beginsLike(span: Span, past: readonly PastSpan[]): number[] {
  return past.filter((one) => one.id !== span.id && isLike(span, one)).map(({ begin }) => begin);
}
