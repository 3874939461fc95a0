// Decides which of a query's words count. Pure, except for the question which of them occur.

import { eventLimits } from '@anthracite/protocol/core';
import type { EventQuery, SettledQuery } from './event-query';

/** Decides which of a query's words count, with a test for words that occur; `'none'` when nothing can match. */
export async function settleQuery(
  query: EventQuery,
  doesOccur: (word: readonly string[]) => Promise<boolean>,
): Promise<SettledQuery | 'none'> {
  const { words: filter, ...rest } = query;
  if (query.search === null || hasTooManyTags(query)) return 'none';
  if (!filter) return rest;
  const { words, set } = filter;
  const different = [...new Map(words.map((word) => [JSON.stringify(word), word])).values()];
  // A single unknown word matches nothing in any case.
  const isLazy = set === 'lazy' && different.length > 1;
  const occurs = isLazy ? await Promise.all(different.map(doesOccur)) : [];
  const wanted = isLazy ? different.filter((_, place) => occurs[place]) : different;
  if (wanted.length === 0) return 'none';
  return { ...rest, words: { words: wanted, set: set === 'union' ? 'union' : 'intersection' } };
}

function hasTooManyTags({ all = [] }: EventQuery): boolean {
  return new Set(all.filter((tag) => !tag.includes('*'))).size > eventLimits.maxTags;
}
