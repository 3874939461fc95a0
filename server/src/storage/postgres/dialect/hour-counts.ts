// SQL for kept counts in PostgreSQL: a row for each hour and block of series, in order of time.

import type { HourCountSql } from '../../dialect';
import { blockBits, blocksPerHour, hourMs, seriesPerBlock } from '../../hour-counts';
import { boundOf } from './bounds';

/** The value of a key of the table `meta`; 0 without one. */
export function remembered(schema: string, key: string): string {
  return `coalesce((SELECT value FROM ${schema}.meta WHERE key = '${key}'), 0)`;
}

/** The condition for events that the kept counts, and the counts of series, do not contain yet. */
export function notCounted(schema: string): string {
  return `id > ${remembered(schema, 'counts_upto')}`;
}

/** SQL for the kept counts of a schema, whose name is quoted. */
export function createHourCountSql(schema: string): HourCountSql {
  return {
    lag: {
      text: `SELECT greatest(0, coalesce((SELECT max(id) FROM ${schema}.events), 0) - ${remembered(schema, 'counts_upto')})`,
      values: [],
    },
    between: (fromMs, untilMs) => ({
      // A shift rounds down, also before 1970.
      text: `SELECT place >> ${blockBits}, (place & ${blocksPerHour - 1}) * ${seriesPerBlock}, counts
             FROM ${schema}.hour_count WHERE place >= ? AND place < ? ORDER BY place`,
      values: [placeOf(fromMs), placeOf(untilMs)],
    }),
    notYet: (fromMs, untilMs) => ({
      text: `SELECT time, series FROM ${schema}.events WHERE ${notCounted(schema)} AND time >= ? AND time < ?`,
      values: [boundOf(fromMs), boundOf(untilMs)],
    }),
  };
}

function placeOf(timeMs: number): number {
  return boundOf((timeMs / hourMs) * blocksPerHour);
}
