// SQL for names in SQLite: types are stored among the tags, too, with another kind.

import type { NameSql } from '../../dialect';
import { successorOf } from '../../patterns';

const named = {
  types: 'SELECT id AS series, type AS name FROM series WHERE type >= ? AND substr(type, 1, ?) = ?',
  tags: 'SELECT series, tag AS name FROM series_tag WHERE tag >= ? AND substr(tag, 1, ?) = ? AND kind = 1',
} as const;
const isTag = 'EXISTS (SELECT 1 FROM series_tag WHERE tag = name AND kind = 1)';
// After all tags of the same key: `>` follows `=`. As bytes, because a text may contain NUL.
const key = "CAST(substr(CAST(name AS BLOB), 1, instr(CAST(name AS BLOB), CAST('=' AS BLOB)) - 1) AS TEXT)";
const behindKey = `CASE WHEN instr(CAST(name AS BLOB), CAST('=' AS BLOB)) > 1 AND ${isTag} THEN ${key} || '>' ELSE name || char(0) END`;
const leap = {
  types: ['type', 'series', 'name || char(0)', '1'],
  tags: ['tag', 'series_tag', 'name || char(0)', isTag],
  keys: ['tag', 'series_tag', behindKey, isTag],
} as const;

export const nameSql: NameSql = {
  usages: (kind, prefix, limit) => ({
    // substr() counts code points, as the spread does.
    text: `
      WITH named AS (${named[kind]}),
      news AS (
        SELECT series, count(*) AS count, min(time) AS first, max(time) AS last FROM events NOT INDEXED
        WHERE id > (SELECT value FROM meta WHERE key = 'series_time_upto') GROUP BY series
      ),
      ends AS (
        SELECT named.name, series.count + coalesce(news.count, 0) AS count,
          (SELECT min(time) FROM series_time WHERE series_time.series = series.id) AS first, news.first AS newsFirst,
          (SELECT max(time) FROM series_time WHERE series_time.series = series.id) AS last, news.last AS newsLast
        FROM named JOIN series ON series.id = named.series LEFT JOIN news ON news.series = series.id
      )
      SELECT name, sum(count),
        min(min(coalesce(first, newsFirst), coalesce(newsFirst, first))),
        max(max(coalesce(last, newsLast), coalesce(newsLast, last)))
      FROM ends WHERE count > 0 GROUP BY name ORDER BY name LIMIT ?`,
    values: [prefix, [...prefix].length, prefix, limit],
  }),
  leaps: (kind, prefix, limit) => {
    const [column, table, next, is] = leap[kind];
    // Ends with the first name after those with the prefix.
    const end = successorOf(prefix);
    return {
      text: `
        WITH RECURSIVE found (name) AS (
          SELECT min(${column}) FROM ${table} WHERE ${column} >= ?
          UNION ALL
          SELECT (SELECT min(${column}) FROM ${table} WHERE ${column} >= ${next}) FROM found
          WHERE name IS NOT NULL ${end === null ? '' : 'AND name < ?'}
        )
        SELECT name, ${is} FROM found WHERE name IS NOT NULL LIMIT ?`,
      values: [prefix, ...(end === null ? [] : [end]), limit],
    };
  },
  statistics: {
    text: `
      SELECT (SELECT coalesce(sum(count), 0) FROM series)
           + (SELECT count(*) FROM events NOT INDEXED WHERE id > (SELECT value FROM meta WHERE key = 'series_time_upto')),
             (SELECT count(*) FROM rejects), (SELECT value FROM meta WHERE key = 'rejects_forgotten'),
             (SELECT coalesce(max(id), 0) FROM events), (SELECT value FROM meta WHERE key = 'series_time_upto'),
             (SELECT value FROM meta WHERE key = 'counts_upto'), (SELECT value FROM meta WHERE key = 'search_upto')`,
    values: [],
  },
};
