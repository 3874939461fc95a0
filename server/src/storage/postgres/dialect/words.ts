// SQL for PostgreSQL's index of words. The protocol's search decides which events match: the index may find more.

import type { WordSql } from '../../dialect';
import { excludedWords, prefixesOf, type SoughtWord, soughtWords, wholeWordsOf } from '../../search-words';
import { countUpTo, joinSql, type Sql, walkOf, wrapSql } from '../../sql';
import { quoteLexeme, toLexeme } from '../word-vector';
import { boundOf } from './bounds';
import { inOrder, rangeBeyond, within } from './events';

// A longer word may be the same in the index as another one that starts with it.
const maxWholeChars = 600;

/** SQL for the words of a schema, whose name is quoted. */
export function createWordSql(schema: string): WordSql {
  const found: Omit<Sql, 'values'> = { text: `SELECT 1 FROM ${schema}.words WHERE words @@ ?::tsquery` };
  return {
    // Events whose words are not in the index are read by every search.
    lag: { text: `SELECT count(*) FROM ${schema}.words WHERE words IS NULL`, values: [] },
    countsEarly: false,
    wholeWords: (search) => wholeWordsOf(search).map(quoted),
    prefixesOf,
    wanted: (search, rarePrefixes) => {
      const words = soughtWords(search, rarePrefixes);
      if (words === null) return null;
      const without = words.unwanted.filter(({ word }) => isWhole(word)).map((word) => `!${sought(word)}`);
      return [...words.wanted.map(sought), ...without].join(' & ');
    },
    unwanted: (search) => {
      const words = excludedWords(search).filter(isWhole);
      return words.length === 0 ? null : words.map(quoted).join(' | ');
    },
    mentionsOf: (prefix) => ({ ...found, values: [sought({ word: prefix, isPrefix: true })] }),
    countFound: (question, limit) => countUpTo({ ...found, values: [question] }, limit),
    picked: (query, after, question) => {
      const times: Sql = {
        text: 'time >= ? AND time < ?',
        values: [boundOf(query.fromMs), boundOf(query.untilMs)],
      };
      const places = (condition: Sql): Sql =>
        joinSql([wrapSql(`SELECT time, digest FROM ${schema}.words WHERE `, condition, ''), times], ' AND ');
      const all = joinSql(
        [
          places({ text: 'words @@ ?::tsquery', values: [question] }),
          places({ text: 'words IS NULL', values: [] }),
        ],
        ' UNION ALL ',
      );
      return joinSql(
        [
          wrapSql(
            'SELECT id, series FROM (',
            all,
            `) AS place JOIN ${schema}.events AS event USING (time, digest)`,
          ),
          wrapSql('', rangeBeyond(query, after), ` ${inOrder(query)}`),
        ],
        ' WHERE ',
      );
    },
    pickedWithout: (query, series, after, question, limit) => {
      const without: Sql = {
        text: `NOT EXISTS (SELECT 1 FROM ${schema}.words AS place
               WHERE place.time = event.time AND place.digest = event.digest AND place.words @@ ?::tsquery)`,
        values: [question],
      };
      const wanted = within(rangeBeyond(query, after), series);
      return walkOf(
        joinSql(
          [
            wrapSql(`SELECT id, series FROM ${schema}.events AS event WHERE `, wanted, ''),
            wrapSql('', without, ` ${inOrder(query)} LIMIT ${limit}`),
          ],
          ' AND ',
        ),
      );
    },
  };
}

function quoted(word: string): string {
  return quoteLexeme(toLexeme(word));
}

function sought({ word, isPrefix }: SoughtWord): string {
  return isPrefix ? `${quoted(word)}:*` : quoted(word);
}

function isWhole(word: string): boolean {
  return word.length <= maxWholeChars;
}
