// Explains a suspicion in words. Pure.

import { type Span, spellDuration } from '@anthracite/protocol/core';
import type { Suspicion } from './suspicion';

const dayMs = 86_400_000;
const oftenPerDay = 3;
const seldomPerDay = 1 / 3;
const maxNamed = 3;

/** The direction of a suspicion: a change before a span, or a span after a change. */
export type Direction = 'before' | 'after';

/**
 * Explains why a change of a type is suspected of having caused a span: `12 minutes before; deploy_shop is rare: 3 in
 * 30 days; shares env=prod; 4 of 9 earlier deploy_shop were followed by an incident within 1 hour, against 0.3 expected
 * by chance`.
 */
export function explainSuspicion(
  type: string,
  { parts }: Suspicion,
  span: Span,
  direction: Direction,
): string {
  const { closeness, rarity, tags, history } = parts;
  const lag = spellDuration(closeness.lagMs, 'words');
  return [
    closeness.lagMs === 0 ? 'at the same instant' : `${lag} ${direction}`,
    describeRarity(type, rarity.count, rarity.periodMs),
    ...(tags.shared.length > 0 ? [`shares ${listed(tags.shared)}`] : []),
    ...(tags.different.length > 0 ? [`differs in ${listed(tags.different)}`] : []),
    describeHistory(type, history, describeKind(span)),
  ].join('; ');
}

function describeRarity(type: string, count: number, periodMs: number): string {
  const period = spellDuration(periodMs, 'words');
  if (count === 1) return `${type} is new${periodMs < 1_000 ? '' : `: the first in ${period}`}`;
  const perDay = count / Math.max(1, periodMs / dayMs);
  const howOften = perDay < seldomPerDay ? 'is rare' : perDay < oftenPerDay ? 'is not rare' : 'happens often';
  return `${type} ${howOften}: ${count} in ${period}`;
}

function describeHistory(
  type: string,
  { changes, followed, expected, withinMs }: Suspicion['parts']['history'],
  what: string,
): string {
  if (changes === 0) return `nothing is known of earlier ${type}`;
  const many = followed === 0 ? 'none' : String(followed);
  return `${many} of ${changes} earlier ${type} ${followed > 1 ? 'were' : 'was'} followed by ${what} within ${spellDuration(withinMs, 'words')}, against ${rounded(expected)} expected by chance`;
}

function listed(tags: readonly string[]): string {
  const more = tags.length - maxNamed;
  return `${tags.slice(0, maxNamed).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

// To two significant digits.
function rounded(value: number): string {
  return String(Number(value >= 100 ? value.toFixed(0) : value.toPrecision(2)));
}

function describeKind({ scale, type }: Span): string {
  if (scale === 'other') return `a span ${type}`;
  return scale === 'gain' ? 'a gain' : 'an incident';
}
