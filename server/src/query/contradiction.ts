// Finds queries that contradict themselves: a word that the search excludes is in every type, or in a tag, that the
// query asks for. Pure.

import { createSearchTest, isExclusion } from '@anthracite/protocol/core';
import type { SettledQuery } from './event-query';
import { isSearch } from './query-test';

/** A test for names of types and tags: whether no event with such a name matches the query's search; null if none can. */
export function createExclusionTest({ search }: SettledQuery): ((name: string) => boolean) | null {
  const excluded = isSearch(search) ? search.filter((term) => term.isExcluded) : [];
  if (excluded.length === 0) return null;
  const isLeft = createSearchTest(excluded);
  return (name) => !isLeft({ type: name, tags: [], description: '' });
}

/** Whether nothing can match the query, as far as its patterns tell. */
export function isContradiction(query: SettledQuery): boolean {
  const isExcluded = createExclusionTest(query);
  if (isExcluded === null) return false;
  const { types = [], any = [], all = [], some = [], words } = query;
  const isVain = (pattern: string): boolean => piecesOf(pattern).some(isExcluded);
  const isVainList = (patterns: readonly string[]): boolean => patterns.length > 0 && patterns.every(isVain);
  return (
    isVainList(types.filter((pattern) => !isExclusion(pattern))) ||
    isVainList(any) ||
    all.some(isVain) ||
    some.some(isVainList) ||
    (words?.set === 'union' ? isVainList(words.words.flat()) : (words?.words.some(isVainList) ?? false))
  );
}

// Texts whose words are in all names that match a pattern: the parts between special characters, without the words at
// their ends, which may be parts of longer words. Only ASCII: in other scripts a special character may change a word.
function piecesOf(pattern: string): string[] {
  if (!pattern.includes('*')) return [pattern];
  if (!/^[\0-\x7f]*$/.test(pattern)) return [];
  const pieces = pattern.split('*');
  return pieces.map((piece, i) => {
    const begun = i === 0 ? piece : piece.replace(/^[a-z0-9]+/i, '');
    return i === pieces.length - 1 ? begun : begun.replace(/[a-z0-9]+$/i, '');
  });
}
