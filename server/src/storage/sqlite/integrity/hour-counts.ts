// Checks the kept counts of each hour against the events.

import { blocksPerHour, decodeCounts, decodingArray, hourMs, seriesPerBlock } from '../../hour-counts';
import { Damage } from '../../store-error';
import type { Database } from '../connection';
import type { Findings } from './findings';
import { walk } from './slices';

// Before all hours of events.
const firstHour = -1e8;
// The first hour after another that has events or counts.
const hourAfter = (hour: string): string => `(
  SELECT min(hour) FROM (
    SELECT floor(min(time) / ${hourMs}.0) AS hour FROM events INDEXED BY events_by_time
    WHERE time >= (${hour} + 1) * ${hourMs}
    UNION ALL
    SELECT floor(min(place) / ${blocksPerHour}.0) FROM hour_count WHERE place >= (${hour} + 1) * ${blocksPerHour}
  ))`;

/** Checks all hours. A schema without kept counts is skipped. */
export function* checkHourCounts(db: Database, findings: Findings): Generator<number> {
  const upto = db.prepare("SELECT value FROM meta WHERE key = 'counts_upto'").pluck();
  if (upto.get() === undefined) return;
  const counted = db
    .prepare(
      `SELECT series, count(*) FROM events INDEXED BY events_by_time WHERE time >= ? AND time < ? AND id <= ?
       GROUP BY series`,
    )
    .raw();
  const kept = db.prepare('SELECT place, counts FROM hour_count WHERE place >= ? AND place < ?').raw();
  const decoded = decodingArray();
  const isRight = (hour: number): boolean => {
    const expected = new Map(
      counted.all(hour * hourMs, (hour + 1) * hourMs, upto.get()) as [number, number][],
    );
    for (const [place, counts] of kept.all(hour * blocksPerHour, (hour + 1) * blocksPerHour) as [
      number,
      Uint8Array,
    ][]) {
      const filled = decodeCounts(counts, decoded);
      const first = (place - hour * blocksPerHour) * seriesPerBlock;
      for (let i = 0; i < filled; i += 2) {
        const series = first + (decoded[i] as number);
        if (expected.get(series) !== decoded[i + 1]) return false;
        expected.delete(series);
      }
    }
    return expected.size === 0;
  };
  // Malformed counts differ, too.
  const differs = (hour: number): boolean => {
    try {
      return !isRight(hour);
    } catch (error) {
      if (error instanceof Damage) return true;
      throw error;
    }
  };
  yield* walk<readonly [hour: number]>(db, {
    sql: `WITH RECURSIVE hours (hour) AS (
            SELECT ${hourAfter('last')} FROM (SELECT ? AS last)
            UNION ALL SELECT ${hourAfter('hours.hour')} FROM hours WHERE hour IS NOT NULL
          ) SELECT hour FROM hours WHERE hour IS NOT NULL`,
    first: [firstHour],
    key: ([hour]) => [hour],
    look: ([hour]) => {
      if (differs(hour))
        findings.add('content', 'hour_count', 'the kept counts differ from the events', hour);
    },
  });
}
