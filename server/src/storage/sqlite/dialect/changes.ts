// SQL for the search for changes in SQLite: events without their descriptions, through the indexes.

import type { ChangeSql, TypeChoice } from '../../dialect';
import { countUpTo, joinSql, type Sql, wrapSql } from '../../sql';
import { isFollowedEntry } from './events';
import { listOf } from './list';
import { matchAny } from './tag-patterns';

const isOneOf = (types: readonly string[]): Sql => wrapSql('type IN (', listOf(types), ')');

const ofType = (type: string, fromMs: number, untilMs: number): Sql => ({
  text: `FROM series CROSS JOIN series_time
    ON series_time.series = series.id AND series_time.time >= ? AND series_time.time < ?
    WHERE series.type = ? AND ${isFollowedEntry}`,
  values: [fromMs, untilMs, type],
});

export const changeSql: ChangeSql = {
  timeOfLast: (fromMs, untilMs, count) => ({
    text: `SELECT time FROM events INDEXED BY events_by_time WHERE time >= ? AND time < ? ORDER BY time DESC LIMIT 1 OFFSET ?`,
    values: [fromMs, untilMs, count],
  }),
  last: (fromMs, untilMs, types, limit) => {
    const condition = conditionOf(types);
    return {
      text: `SELECT events.id AS id, time, series FROM events INDEXED BY events_by_time
             CROSS JOIN series ON series.id = events.series
             WHERE time >= ? AND time < ? AND (${condition.text}) ORDER BY time DESC LIMIT ?`,
      values: [fromMs, untilMs, ...condition.values, limit],
    };
  },
  countSeries: (type, limit) =>
    countUpTo({ text: 'SELECT 1 FROM series WHERE type = ?', values: [type] }, limit),
  countOfType: (type, fromMs, untilMs, limit) =>
    countUpTo(wrapSql('SELECT 1 ', ofType(type, fromMs, untilMs), ''), limit),
  ofType: (type, fromMs, untilMs) =>
    wrapSql(
      'SELECT series_time.id AS id, series_time.time AS time, series_time.series AS series ',
      ofType(type, fromMs, untilMs),
      '',
    ),
  notYet: (types, fromMs, untilMs, limit) => {
    const condition = isOneOf(types);
    return {
      text: `SELECT events.id AS id, time, series FROM events NOT INDEXED CROSS JOIN series ON series.id = events.series
             WHERE events.id > (SELECT value FROM meta WHERE key = 'series_time_upto')
             AND ${condition.text} AND time >= ? AND time < ? LIMIT ?`,
      values: [...condition.values, fromMs, untilMs, limit],
    };
  },
};

function conditionOf(choice: TypeChoice): Sql {
  if ('types' in choice) return isOneOf(choice.types);
  if (choice.patterns.length === 0) return { text: 'TRUE', values: [] };
  return joinSql(matchAny('type', choice.patterns), ' OR ');
}
