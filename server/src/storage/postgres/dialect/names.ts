// SQL for names in PostgreSQL: types are stored among the tags, too, with another kind.

import type { NameSql } from '../../dialect';
import { successorOf } from '../../patterns';
import { notCounted, remembered } from './hour-counts';
import { startsWith } from './patterns';

/** SQL for the names of a schema, whose name is quoted. */
export function createNameSql(schema: string): NameSql {
  const events = `${schema}.events`;
  const tags = `${schema}.series_tag`;
  const named = {
    types: ['type', `SELECT id AS series, type AS name FROM ${schema}.series WHERE`],
    tags: ['tag', `SELECT series, tag AS name FROM ${tags} WHERE kind = 1 AND`],
  } as const;
  const isTag = `(EXISTS (SELECT 1 FROM ${tags} WHERE tag = name AND kind = 1))::int`;
  // The next name that may exist: U+0000 is stored as U+0001 twice. After all tags of the same key: `>` follows `=`.
  const next = `name || chr(1)`;
  const behindKey = `CASE WHEN strpos(name, '=') > 1 AND ${isTag} = 1
                     THEN left(name, strpos(name, '=') - 1) || '>' ELSE ${next} END`;
  const leap = {
    types: ['type', `${schema}.series`, next, '1'],
    tags: ['tag', tags, next, isTag],
    keys: ['tag', tags, behindKey, isTag],
  } as const;
  return {
    usages: (kind, prefix, limit) => {
      const [column, select] = named[kind];
      const isNamed = startsWith(column, prefix);
      return {
        text: `
          WITH named AS (${select} ${isNamed.text}),
          news AS (SELECT series, count(*) AS count FROM ${events} WHERE ${notCounted(schema)} GROUP BY series),
          used AS (
            SELECT named.name, series.id, series.count + coalesce(news.count, 0) AS count
            FROM named JOIN ${schema}.series AS series ON series.id = named.series
            LEFT JOIN news ON news.series = series.id
          )
          SELECT name, sum(count)::bigint,
            min((SELECT min(time) FROM ${events} WHERE series = used.id)),
            max((SELECT max(time) FROM ${events} WHERE series = used.id))
          FROM used WHERE count > 0 GROUP BY name ORDER BY name LIMIT ?`,
        values: [...isNamed.values, limit],
      };
    },
    leaps: (kind, prefix, limit) => {
      const [column, table, follower, is] = leap[kind];
      // Ends with the first name after those with the prefix.
      const end = successorOf(prefix);
      return {
        text: `
          WITH RECURSIVE found (name) AS (
            SELECT min(${column}) FROM ${table} WHERE ${column} >= ?
            UNION ALL
            SELECT (SELECT min(${column}) FROM ${table} WHERE ${column} >= ${follower}) FROM found
            WHERE name IS NOT NULL ${end === null ? '' : 'AND name < ?'}
          )
          SELECT name, ${is} FROM found WHERE name IS NOT NULL LIMIT ?`,
        values: [prefix, ...(end === null ? [] : [end]), limit],
      };
    },
    statistics: {
      text: `
        SELECT (SELECT coalesce(sum(count), 0) FROM ${schema}.series)::bigint
             + (SELECT count(*) FROM ${events} WHERE ${notCounted(schema)}),
               ${remembered(schema, 'rejects')}, ${remembered(schema, 'rejects_forgotten')},
               last.id, last.id, ${remembered(schema, 'counts_upto')}, last.id
        FROM (SELECT coalesce(max(id), 0) AS id FROM ${events}) AS last`,
      values: [],
    },
  };
}
