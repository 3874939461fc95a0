// SQL for events in SQLite: along the time index, or by the index of series, which may lack the newest events.

import type { Cursor, EventQuery } from '../../../query/event-query';
import { endAfter } from '../../../query/range-end';
import { type EventSql, maxInlineBytes } from '../../dialect';
import { countUpTo, joinSql, type Sql, wrapSql } from '../../sql';
import { listOf } from './list';
import { written } from './written-events';

// The length of a text is checked before it is read.
const shortDescription = `iif(octet_length(description) > ${maxInlineBytes}, NULL, description) AS description`;

/** The part of a query's range after a cursor. */
export function rangeBeyond(query: EventQuery, after: Cursor | null): Sql {
  if (after === null) return { text: 'time >= ? AND time < ?', values: [query.fromMs, query.untilMs] };
  return query.order === 'ascending'
    ? {
        text: 'time >= ? AND time < ? AND (time > ? OR id > ?)',
        values: [Math.max(query.fromMs, after.time), query.untilMs, after.time, after.id],
      }
    : {
        text: 'time >= ? AND time < ? AND (time < ? OR id < ?)',
        values: [query.fromMs, Math.min(query.untilMs, endAfter(after.time)), after.time, after.id],
      };
}

// A negative limit means no limit.
const limitOf = (limit: number): number => (Number.isFinite(limit) ? limit : -1);

/** The order of a list. */
export const inOrder = ({ order }: EventQuery): string =>
  order === 'ascending' ? 'time ASC, id ASC' : 'time DESC, id DESC';

/**
 * The condition for entries of `series_time`: others belong to a step that has not ended, and their events are read
 * without the index.
 */
export const isFollowedEntry = "series_time.id <= (SELECT value FROM meta WHERE key = 'series_time_upto')";

/**
 * Columns of the events of a range: from the time index, or of some series from the index of series. The latter lags
 * behind: events that it does not contain yet are read from the table of events.
 */
export function pick(columns: string, range: Sql, series: Sql | null, isFollowed = false): Sql {
  if (series === null)
    return wrapSql(`SELECT ${columns} FROM events INDEXED BY events_by_time WHERE `, range, '');
  const wanted = joinSql([wrapSql('series IN (', series, ')'), range], ' AND ');
  const entries = `SELECT ${columns} FROM series_time WHERE `;
  if (isFollowed) return wrapSql(entries, wanted, '');
  const followed = wrapSql(`${entries}${isFollowedEntry} AND `, wanted, '');
  const others = wrapSql(
    `SELECT ${columns} FROM events NOT INDEXED
     WHERE id > (SELECT value FROM meta WHERE key = 'series_time_upto') AND `,
    wanted,
    '',
  );
  return joinSql([followed, others], ' UNION ALL ');
}

// The first ids along the time index.
function idsByTime(query: EventQuery, series: Sql | null, after: Cursor | null, limit: number): Sql {
  const range = rangeBeyond(query, after);
  const filter = series === null ? '' : ` AND series IN (${series.text})`;
  return {
    text: `SELECT id FROM events INDEXED BY events_by_time WHERE ${range.text}${filter} ORDER BY ${inOrder(query)} LIMIT ?`,
    values: [...range.values, ...(series?.values ?? []), limit],
  };
}

/** Number of events that an index does not contain yet. */
export function lagOf(follower: 'search_upto' | 'series_time_upto' | 'counts_upto'): Sql {
  return {
    text: 'SELECT max(0, coalesce((SELECT max(id) FROM events), 0) - (SELECT value FROM meta WHERE key = ?))',
    values: [follower],
  };
}

export const eventSql: EventSql = {
  firstTime: { text: 'SELECT time FROM events INDEXED BY events_by_time ORDER BY time LIMIT 1', values: [] },
  timeFrom: (fromMs) => ({
    text: 'SELECT time FROM events INDEXED BY events_by_time WHERE time >= ? ORDER BY time LIMIT 1',
    values: [fromMs],
  }),
  lastId: { text: 'SELECT coalesce(max(id), 0) FROM events', values: [] },
  seriesLag: lagOf('series_time_upto'),
  ofIds: (ids) => ({
    text: `SELECT events.id AS id, time, series, ${shortDescription} FROM json_each(?) AS wanted
           CROSS JOIN events ON events.id = wanted.value`,
    values: [JSON.stringify(ids)],
  }),
  lengthsOf: (ids) =>
    wrapSql('SELECT id, octet_length(description) FROM events WHERE id IN (', listOf(ids), ')'),
  textsOf: (ids) => wrapSql('SELECT id, description FROM events WHERE id IN (', listOf(ids), ')'),
  beginningsOf: (ids, chars) => ({
    // As bytes: SQLite ends text at the first NUL. UTF-8 has at most four bytes a character.
    text: `SELECT id, CAST(substr(CAST(description AS BLOB), 1, ?) AS TEXT) FROM events
           WHERE id IN (SELECT value FROM json_each(?))`,
    values: [4 * chars, JSON.stringify(ids)],
  }),
  byTime: (query, series, after, limit) =>
    wrapSql(
      `SELECT entry.id AS id, events.time AS time, events.series AS series, ${shortDescription} FROM (`,
      idsByTime(query, series, after, limit),
      ') AS entry LEFT JOIN events ON events.id = entry.id',
    ),
  writtenByTime: (form, query, series, after, limit) =>
    written(form, idsByTime(query, series, after, limit), maxInlineBytes),
  byId: (query, series, afterId, upto, limit) => {
    const filter = series === null ? '' : ` AND series IN (${series.text})`;
    return {
      text: `SELECT id, time, series, ${shortDescription} FROM events NOT INDEXED
             WHERE id > ? AND id <= ? AND time >= ? AND time < ?${filter} ORDER BY id LIMIT ?`,
      values: [afterId, upto, query.fromMs, query.untilMs, ...(series?.values ?? []), limit],
    };
  },
  lastBeyond: (query, after) =>
    wrapSql(
      'SELECT id FROM events INDEXED BY events_by_time WHERE ',
      rangeBeyond(query, after),
      ` ORDER BY ${query.order === 'ascending' ? 'time DESC' : 'time ASC'} LIMIT 1`,
    ),
  pickedOfSeries: (query, series, { after, isFollowed, limit }) => {
    const picked = pick('time, id, series', rangeBeyond(query, after), series, isFollowed);
    return {
      text: `SELECT id, series FROM (${picked.text}) ORDER BY ${inOrder(query)} LIMIT ?`,
      values: [...picked.values, limitOf(limit)],
    };
  },
  countOfSeries: (query, series, { after, isFollowed, limit }) =>
    countUpTo(pick('id', rangeBeyond(query, after), series, isFollowed), limit),
  pickedByTime: (query, after, limit) => {
    const { text, values } = pick('id, series, time', rangeBeyond(query, after), null);
    return { text: `${text} ORDER BY ${inOrder(query)} LIMIT ?`, values: [...values, limitOf(limit)] };
  },
  countLeft: (query, after, limit) => countUpTo(pick('id', rangeBeyond(query, after), null), limit),
  countByTime: (query, series) =>
    wrapSql(
      'SELECT time, count(*) FROM (',
      pick('time', rangeBeyond(query, null), series),
      ') GROUP BY time ORDER BY time',
    ),
  countBySeries: (query, series, unitMs, sinceMs = 0) => {
    // The range alone is answered from the time index, which contains the series.
    const source = pick('time, series', rangeBeyond(query, null), series);
    return {
      // Numbers are bound as floats, so the division is not truncated before it is rounded down.
      text: `SELECT CAST(floor((time - ?) / ?) AS INTEGER) AS slot, series, count(*) FROM (${source.text})
             GROUP BY slot, series ORDER BY slot`,
      values: [sinceMs, unitMs, ...source.values],
    };
  },
  countRange: (query) => pick('count(*)', rangeBeyond(query, null), null),
  seriesOfRange: (query) => pick('series', rangeBeyond(query, null), null),
};
