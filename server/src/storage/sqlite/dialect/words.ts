// SQL for SQLite's index of words. The protocol's search decides which events match: the index may find more.

import type { WordSql } from '../../dialect';
import { excludedWords, prefixesOf, type SoughtWord, soughtWords, wholeWordsOf } from '../../search-words';
import { countUpTo, joinSql, type Sql, wrapSql } from '../../sql';
import { inOrder, lagOf, pick, rangeBeyond } from './events';
import { matchPattern } from './tag-patterns';

// Tokens contain neither quotes nor spaces.
const quoted = (word: string): string => `"${word}"`;
const sought = ({ word, isPrefix }: SoughtWord): string => (isPrefix ? `${quoted(word)} *` : quoted(word));

export const wordSql: WordSql = {
  lag: lagOf('search_upto'),
  countsEarly: true,
  wholeWords: (search) => wholeWordsOf(search).map(quoted),
  prefixesOf,
  wanted: (search, rarePrefixes) => {
    const words = soughtWords(search, rarePrefixes);
    if (words === null) return null;
    const without = words.unwanted.map((word) => ` NOT ${sought(word)}`);
    return `(${words.wanted.map(sought).join(' ')})${without.join('')}`;
  },
  unwanted: (search) => {
    const words = excludedWords(search);
    return words.length === 0 ? null : words.map(quoted).join(' OR ');
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
