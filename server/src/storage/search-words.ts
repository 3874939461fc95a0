// Picks the words of a search that an index of words is asked for. The index may find more than the search. Pure.

import type { Search, SearchTerm } from '@anthracite/protocol/core';

/** Maximum number of words in one question to an index; its results are tested again anyway. */
export const maxMatchWords = 24;

/** A word, or all words with a prefix. */
export interface SoughtWord {
  readonly word: string;
  readonly isPrefix: boolean;
}

/** The words that an event must have, and those that it must not have. */
export interface SoughtWords {
  readonly wanted: readonly SoughtWord[];
  readonly unwanted: readonly SoughtWord[];
}

/** The whole words that a search wants. */
export function wholeWordsOf(search: Search): readonly string[] {
  const words = search
    .filter((term) => !term.isExcluded)
    .flatMap(({ tokens, isPrefix }) => (isPrefix ? tokens.slice(0, -1) : tokens));
  return [...new Set(words)].slice(0, maxMatchWords);
}

/** The prefixes of words in a search. */
export function prefixesOf(search: Search): readonly string[] {
  return search.flatMap((term) => {
    const last = term.tokens.at(-1);
    return isAsked(term) && term.isPrefix && last !== undefined ? [last] : [];
  });
}

/**
 * The words that find every event of a search, and maybe others; null when none does. Prefixes that are not rare are left
 * out.
 */
export function soughtWords(search: Search, rarePrefixes: ReadonlySet<string>): SoughtWords | null {
  const wordsOf = ({ tokens, isPrefix }: SearchTerm): SoughtWord[] => {
    const last = tokens.length - 1;
    return tokens.flatMap((word, i): SoughtWord[] => {
      if (!isPrefix || i < last) return [{ word, isPrefix: false }];
      return rarePrefixes.has(word) ? [{ word, isPrefix: true }] : [];
    });
  };
  const wanted = search.filter((term) => !term.isExcluded).flatMap(wordsOf);
  if (wanted.length === 0) return null;
  const unwanted = search.filter((term) => term.isExcluded && isAsked(term)).flatMap(wordsOf);
  return { wanted: wanted.slice(0, maxMatchWords), unwanted: unwanted.slice(0, maxMatchWords) };
}

/** Whole words that a search excludes: an event with any of them does not match. */
export function excludedWords(search: Search): readonly string[] {
  return search
    .filter(({ tokens, isPrefix, isExcluded }) => isExcluded && !isPrefix && tokens.length === 1)
    .flatMap(({ tokens }) => tokens)
    .slice(0, maxMatchWords);
}

// Only single words can be excluded: the words of a phrase may occur separately in an event that matches.
function isAsked({ isExcluded, tokens }: SearchTerm): boolean {
  return !isExcluded || tokens.length === 1;
}
