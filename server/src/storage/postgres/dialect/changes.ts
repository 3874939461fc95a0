// SQL for the search for changes in PostgreSQL: events without their descriptions, through the indexes.

import type { ChangeSql, TypeChoice } from '../../dialect';
import { joinSql, type Sql, walkOf, wrapSql } from '../../sql';
import { boundOf, limitTo } from './bounds';
import { matchAny } from './patterns';

/** SQL for the changes of a schema, whose name is quoted. */
export function createChangeSql(schema: string): ChangeSql {
  const events = `${schema}.events`;
  const inRange = (fromMs: number, untilMs: number): Sql => ({
    text: 'time >= ? AND time < ?',
    values: [boundOf(fromMs), boundOf(untilMs)],
  });
  const ofSeries = (condition: Sql): Sql =>
    wrapSql(`series IN (SELECT id FROM ${schema}.series WHERE `, condition, ')');
  const pick = (where: Sql, rest = ''): Sql =>
    wrapSql(`SELECT id, time, series FROM ${events} WHERE `, where, rest);
  return {
    timeOfLast: (fromMs, untilMs, count) =>
      walkOf(
        wrapSql(
          `SELECT time FROM ${events} WHERE `,
          inRange(fromMs, untilMs),
          ` ORDER BY time DESC LIMIT 1 OFFSET ${count}`,
        ),
      ),
    last: (fromMs, untilMs, types, limit) => {
      const condition = conditionOf(types);
      const range = inRange(fromMs, untilMs);
      const where = condition === null ? range : joinSql([range, ofSeries(condition)], ' AND ');
      return walkOf(pick(where, ` ORDER BY time DESC${limitTo(limit)}`));
    },
    countByType: (types, fromMs, untilMs, maxEvents, maxSeries) => {
      const ids = `SELECT id FROM ${schema}.series WHERE type = wanted.type COLLATE "C"`;
      const range = inRange(fromMs, untilMs);
      return walkOf({
        text: `SELECT wanted.type, CASE
                 WHEN (SELECT count(*) FROM (${ids} LIMIT ${maxSeries + 1}) AS counted) > ${maxSeries} THEN NULL
                 ELSE (SELECT count(*) FROM (
                   SELECT 1 FROM ${events} WHERE series IN (${ids}) AND ${range.text} LIMIT ${maxEvents}
                 ) AS counted)
               END FROM unnest(?::text[]) AS wanted (type)`,
        values: [...range.values, types],
      });
    },
    ofTypes: (types, fromMs, untilMs) =>
      pick(
        joinSql(
          [ofSeries({ text: 'type = ANY(?::text[])', values: [types] }), inRange(fromMs, untilMs)],
          ' AND ',
        ),
      ),
    // The index lacks no events.
    notYet: () => ({ text: `SELECT id, time, series FROM ${events} WHERE FALSE`, values: [] }),
  };
}

// Null for all types.
function conditionOf(choice: TypeChoice): Sql | null {
  if ('types' in choice) return { text: 'type = ANY(?::text[])', values: [choice.types] };
  return choice.patterns.length === 0 ? null : matchAny('type', choice.patterns);
}
