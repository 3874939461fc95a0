// SQL for kept counts in SQLite: a row for each hour and block of series, in order of time.

import type { HourCountSql } from '../../dialect';
import { blockBits, blocksPerHour, hourMs, seriesPerBlock } from '../../hour-counts';
import { lagOf } from './events';

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
