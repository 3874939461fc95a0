// SQL for SQLite's index of words. The protocol's search decides which events match: the index may find more.

import type { SearchTerm } from '@anthracite/protocol/core';
import type { WordSql } from '../../dialect';
import { countUpTo, joinSql, type Sql, wrapSql } from '../../sql';
import { inOrder, lagOf, pick, rangeBeyond } from './events';
import { matchPattern } from './tag-patterns';

/** Maximum number of words in one question to the index; its results are tested again anyway. */
export const maxMatchWords = 24;

// Tokens contain neither quotes nor spaces.
const quoted = (word: string): string => `"${word}"`;

export const wordSql: WordSql = {
  lag: lagOf('search_upto'),
  wholeWords: (search) => {
    const words = search
      .filter((term) => !term.isExcluded)
      .flatMap(({ tokens, isPrefix }) => (isPrefix ? tokens.slice(0, -1) : tokens));
    return [...new Set(words)].slice(0, maxMatchWords).map(quoted);
  },
  prefixesOf: (search) =>
    search.flatMap((term) => {
      const last = term.tokens.at(-1);
      return isAsked(term) && term.isPrefix && last !== undefined ? [last] : [];
    }),
  wanted: (search, rarePrefixes) => {
    const matchesOf = ({ tokens, isPrefix }: SearchTerm): string[] => {
      const last = tokens.length - 1;
      return tokens.flatMap((word, i) => {
        if (!isPrefix || i < last) return [quoted(word)];
        return rarePrefixes.has(word) ? [`${quoted(word)} *`] : [];
      });
    };
    const wanted = search.filter((term) => !term.isExcluded).flatMap(matchesOf);
    if (wanted.length === 0) return null;
    const unwanted = search.filter((term) => term.isExcluded && isAsked(term)).flatMap(matchesOf);
    const words = wanted.slice(0, maxMatchWords).join(' ');
    const without = unwanted.slice(0, maxMatchWords).map((word) => ` NOT ${word}`);
    return `(${words})${without.join('')}`;
  },
  unwanted: (search) => {
    const words = search.filter(
      ({ tokens, isPrefix, isExcluded }) => isExcluded && !isPrefix && tokens.length === 1,
    );
    if (words.length === 0) return null;
    return words
      .slice(0, maxMatchWords)
      .flatMap(({ tokens }) => tokens.map(quoted))
      .join(' OR ');
  },
  mentionsOf: (prefix) =>
    wrapSql('SELECT 1 FROM temp.search_mentions WHERE ', matchPattern('term', `${prefix}*`), ''),
  countFound: (question, limit) =>
    countUpTo({ text: 'SELECT 1 FROM search WHERE search MATCH ?', values: [question] }, limit),
  picked: (query, after, question) => {
    const range = rangeBeyond(query, after);
    return {
      text: `SELECT id, series FROM (
               SELECT time, id, series FROM search CROSS JOIN events ON events.id = search.rowid
               WHERE search MATCH ? AND ${range.text}
               UNION ALL
               SELECT time, id, series FROM events NOT INDEXED
               WHERE id > (SELECT value FROM meta WHERE key = 'search_upto') AND ${range.text}
             ) ORDER BY ${inOrder(query)}`,
      values: [question, ...range.values, ...range.values],
    };
  },
  pickedWithout: (query, series, after, question, limit) => {
    const without: Sql = {
      text: 'id NOT IN (SELECT rowid FROM search WHERE search MATCH ?)',
      values: [question],
    };
    const wanted = series === null ? [] : [wrapSql('series IN (', series, ')')];
    const range = joinSql([rangeBeyond(query, after), ...wanted, without], ' AND ');
    return wrapSql('', pick('id, series', range, null), ` ORDER BY ${inOrder(query)} LIMIT ${limit}`);
  },
};

// Only single words can be excluded: the words of a phrase may occur separately in an event that matches.
function isAsked({ isExcluded, tokens }: SearchTerm): boolean {
  return !isExcluded || tokens.length === 1;
}
