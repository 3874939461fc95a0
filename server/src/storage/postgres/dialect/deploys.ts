// SQL for deployments in PostgreSQL.

import type { DeploySql } from '../../dialect';
import { boundOf, limitTo } from './bounds';

/** Types that start with `deploy_`: up to the character after `_`. */
export const isDeploy = "type >= 'deploy_' AND type < 'deploy`'";

/** SQL for the deployments of a schema, whose name is quoted. */
export function createDeploySql(schema: string): DeploySql {
  return {
    series: { text: `SELECT id FROM ${schema}.series WHERE ${isDeploy}`, values: [] },
    ofSeries: (series, fromMs, untilMs, limit) => ({
      text: `SELECT id, time, series FROM ${schema}.events
             WHERE series = ANY(?::int[]) AND time >= ? AND time < ?${limitTo(limit)}`,
      values: [series, boundOf(fromMs), boundOf(untilMs)],
    }),
    // The index lacks no events.
    notYet: () => ({ text: `SELECT id, time, series FROM ${schema}.events WHERE FALSE`, values: [] }),
  };
}
