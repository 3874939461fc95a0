// Checks the combinations of type and tags: their text against their type, their tags, and their number of events.

import { tagRowsOf } from '../../series-tags';
import type { Database } from '../connection';
import { isFollowedEntry } from '../dialect/events';
import type { Findings } from './findings';
import { walk } from './slices';

type SeriesRow = readonly [id: number, text: unknown, type: unknown, count: unknown, events: number];
type TagRow = readonly [tag: string, kind: number, series: number, text: string | null];

/** Checks all series, then all of their tags. */
export function* checkSeries(db: Database, findings: Findings): Generator<number> {
  const hasTag = db.prepare('SELECT 1 FROM series_tag WHERE tag = ? AND kind = ? AND series = ?').pluck();
  yield* walk<SeriesRow>(db, {
    sql: `SELECT id, text, type, count, (SELECT count(*) FROM series_time WHERE series_time.series = series.id AND ${isFollowedEntry})
          FROM series WHERE id > ? ORDER BY id`,
    first: [-1],
    key: ([id]) => [id],
    look: ([id, text, type, count, events]) => {
      const add = (problem: string): void => findings.add('content', 'series', problem, id);
      const expected = typeof text === 'string' ? tagRowsOf(text) : null;
      if (expected === null) return add('the type and tags are malformed');
      if (expected.type !== type) add('the type differs from the text');
      if (!expected.rows.every(([tag, kind]) => hasTag.get(tag, kind, id) !== undefined))
        add('a tag is missing');
      if (count !== events) add('the count of events is wrong');
    },
  });
  yield* walk<TagRow>(db, {
    sql: `SELECT tag, kind, series, text FROM series_tag LEFT JOIN series ON series.id = series_tag.series
          WHERE (tag, kind, series) > (?, ?, ?) ORDER BY tag, kind, series`,
    first: ['', -1, -1],
    key: ([tag, kind, series]) => [tag, kind, series],
    look: ([tag, kind, series, text]) => {
      const isKnown = tagRowsOf(text ?? '')?.rows.some((row) => row[0] === tag && row[1] === kind);
      if (!isKnown) findings.add('content', 'series', 'a tag differs from the text', series);
    },
  });
}
