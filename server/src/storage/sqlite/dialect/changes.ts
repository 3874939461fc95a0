// SQL for the search for changes in SQLite: events without their descriptions, through the indexes.

import type { ChangeSql, TypeChoice } from '../../dialect';
import { joinSql, type Sql, wrapSql } from '../../sql';
import { isFollowedEntry } from './events';
import { listOf } from './list';
import { matchAny } from './tag-patterns';

const isOneOf = (types: readonly string[]): Sql => wrapSql('type IN (', listOf(types), ')');

// The events of a type that `wanted` names, from the index of series.
const ofWanted = (rest: string): string => `
  FROM series CROSS JOIN series_time ON series_time.series = series.id AND series_time.time >= ? AND series_time.time < ?
  WHERE series.type = wanted.value AND ${isFollowedEntry} ${rest}`;

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
  countByType: (types, fromMs, untilMs, maxEvents, maxSeries) => {
    const wanted = listOf(types);
    return {
      text: `SELECT wanted.value, CASE
               WHEN (SELECT count(*) FROM (SELECT 1 FROM series WHERE type = wanted.value LIMIT ?)) > ? THEN NULL
               ELSE (SELECT count(*) FROM (SELECT 1 ${ofWanted('LIMIT ?')}))
             END FROM (${wanted.text}) AS wanted`,
      values: [maxSeries + 1, maxSeries, fromMs, untilMs, maxEvents, ...wanted.values],
    };
  },
  ofTypes: (types, fromMs, untilMs) => {
    const wanted = listOf(types);
    return {
      text: `SELECT series_time.id AS id, series_time.time AS time, series_time.series AS series
             FROM (${wanted.text}) AS wanted CROSS JOIN series ON series.type = wanted.value
             CROSS JOIN series_time ON series_time.series = series.id AND series_time.time >= ? AND series_time.time < ?
             WHERE ${isFollowedEntry}`,
      values: [...wanted.values, fromMs, untilMs],
    };
  },
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
