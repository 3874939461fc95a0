// SQL for kept counts in SQLite: a row for each hour and block of series, in order of time.

import type { HourCountSql } from '../../dialect';
import { hourMs, seriesPerBlock } from '../../hour-counts';
import { lagOf } from './events';

const blockBits = 24;
/** The place of a row is its hour since the epoch times this number, plus the number of its block of series. */
export const blocksPerHour = 2 ** blockBits;

export const hourCountSql: HourCountSql = {
  lag: lagOf('counts_upto'),
  between: (fromMs, untilMs) => ({
    // A shift rounds down, also before 1970.
    text: `SELECT place >> ${blockBits}, (place & ${blocksPerHour - 1}) * ${seriesPerBlock}, counts FROM hour_count
           WHERE place >= ? AND place < ? ORDER BY place`,
    values: [(fromMs / hourMs) * blocksPerHour, (untilMs / hourMs) * blocksPerHour],
  }),
  notYet: (fromMs, untilMs) => ({
    text: `SELECT time, series FROM events NOT INDEXED
           WHERE id > (SELECT value FROM meta WHERE key = 'counts_upto') AND time >= ? AND time < ?`,
    values: [fromMs, untilMs],
  }),
};
