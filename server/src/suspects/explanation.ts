// A suspicion in words. Pure.

import { type Span, spellDuration } from '@anthracite/protocol/core';
import type { Suspicion } from './suspicion';

const dayMs = 86_400_000;
const oftenPerDay = 3;
const seldomPerDay = 1 / 3;
const maxNamed = 3;

/**
 * Explains why a change of a type is suspected of having caused a span: `12 minutes before; deploy_shop is rare: 3 in 30 days;
 * shares env=prod; 4 of 9 deploy_shop before were followed by an incident within 1 hour, against 0.3 expected by chance`.
 */
export function explainSuspicion(type: string, { parts }: Suspicion, span: Span): string {
  const { closeness, rarity, tags, history } = parts;
  return [
    closeness.lagMs === 0 ? 'at the same instant' : `${spellDuration(closeness.lagMs, 'words')} before`,
    describeRarity(type, rarity.count, rarity.periodMs),
    ...(tags.shared.length > 0 ? [`shares ${listed(tags.shared)}`] : []),
    ...(tags.different.length > 0 ? [`differs in ${listed(tags.different)}`] : []),
    describeHistory(type, history, describeKind(span)),
  ].join('; ');
}

function describeRarity(type: string, count: number, periodMs: number): string {
  const period = spellDuration(periodMs, 'words');
  if (count === 1) return `${type} is new: the first in ${period}`;
  const perDay = count / Math.max(1, periodMs / dayMs);
  const howOften = perDay < seldomPerDay ? 'is rare' : perDay < oftenPerDay ? 'is not rare' : 'happens often';
  return `${type} ${howOften}: ${count} in ${period}`;
}

function describeHistory(
  type: string,
  { changes, followed, expected, withinMs }: Suspicion['parts']['history'],
  what: string,
): string {
  if (changes === 0) return `nothing is known of what followed ${type} before`;
  const many = followed === 0 ? 'none' : String(followed);
  return `${many} of ${changes} ${type} before ${followed > 1 ? 'were' : 'was'} followed by ${what} within ${spellDuration(withinMs, 'words')}, against ${rounded(expected)} expected by chance`;
}

function listed(tags: readonly string[]): string {
  const more = tags.length - maxNamed;
  return `${tags.slice(0, maxNamed).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

// To two digits that say something.
function rounded(value: number): string {
  return String(Number(value >= 100 ? value.toFixed(0) : value.toPrecision(2)));
}

function describeKind({ scale, type }: Span): string {
  if (scale === 'other') return `a span ${type}`;
  return scale === 'gain' ? 'a gain' : 'an incident';
}
