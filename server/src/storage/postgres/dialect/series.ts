// SQL for series in PostgreSQL: the series that a query selects, by the tables of types and tags.

import type { SeriesSql } from '../../dialect';
import { type SeriesSources, selectSeries } from '../../series-selection';
import { joinSql, type Sql, wrapSql } from '../../sql';
import { notCounted } from './hour-counts';
import { matchAny } from './patterns';

const listed = 'SELECT unnest(?::int[])';
// The total decides how events are found. From here on it makes no difference.
const maxNotCounted = 100_000;

/** The condition that a column is among the ids of a subquery of series. */
export function isAmong(column: string, series: Sql): Sql {
  // With the ids at hand, the planner knows how frequent each is.
  return series.text === listed
    ? { text: `${column} = ANY(?::int[])`, values: series.values }
    : wrapSql(`${column} IN (`, series, ')');
}

/** SQL for the series of a schema, whose name is quoted. */
export function createSeriesSql(schema: string): SeriesSql {
  const byTag = `SELECT series FROM ${schema}.series_tag WHERE `;
  const sources: SeriesSources = {
    all: { text: `SELECT id FROM ${schema}.series`, values: [] },
    ofTypes: (patterns) => wrapSql(`SELECT id FROM ${schema}.series WHERE `, matchAny('type', patterns), ''),
    ofTags: (patterns) => wrapSql(`${byTag}kind = 1 AND `, matchAny('tag', patterns), ''),
    ofWord: (patterns) => wrapSql(byTag, matchAny('tag', patterns), ''),
  };
  return {
    ...selectSeries(sources),
    isResolvedFirst: true,
    occurrenceOf: (word) => wrapSql('', sources.ofWord(word), ' LIMIT 1'),
    idsOf: (series) => wrapSql(`SELECT id FROM ${schema}.series WHERE `, isAmong('id', series), ''),
    totalOf: (series) =>
      joinSql(
        [
          wrapSql(
            `SELECT coalesce((SELECT sum(count) FROM ${schema}.series WHERE `,
            isAmong('id', series),
            '), 0)::bigint',
          ),
          wrapSql(
            `(SELECT count(*) FROM (SELECT 1 FROM ${schema}.events WHERE ${notCounted(schema)} AND `,
            isAmong('series', series),
            ` LIMIT ${maxNotCounted}) AS counted)`,
          ),
        ],
        ' + ',
      ),
    listed: (ids) => ({ text: listed, values: [ids] }),
    textsOf: (ids) => ({
      text: `SELECT id, text FROM ${schema}.series WHERE id = ANY(?::int[])`,
      values: [ids],
    }),
  };
}
