// SQL for deployments in SQLite.

import type { DeploySql } from '../../dialect';
import { isFollowedEntry } from './events';

/** Types that start with `deploy_`: up to the character after `_`. */
export const isDeploy = "type >= 'deploy_' AND type < 'deploy`'";

export const deploySql: DeploySql = {
  series: { text: `SELECT id FROM series WHERE ${isDeploy}`, values: [] },
  ofSeries: (series, fromMs, untilMs, limit) => ({
    text: `SELECT series_time.id AS id, time, series FROM json_each(?) AS wanted CROSS JOIN series_time
           ON series = wanted.value AND time >= ? AND time < ? WHERE ${isFollowedEntry} LIMIT ?`,
    values: [JSON.stringify(series), fromMs, untilMs, limit],
  }),
  notYet: (fromMs, untilMs, limit) => ({
    text: `SELECT events.id AS id, time, series FROM events NOT INDEXED CROSS JOIN series ON series.id = events.series
           WHERE events.id > (SELECT value FROM meta WHERE key = 'series_time_upto') AND ${isDeploy} AND time >= ? AND time < ?
           LIMIT ?`,
    values: [fromMs, untilMs, limit],
  }),
};
