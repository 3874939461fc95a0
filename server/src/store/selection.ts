// Turns a query into the SQL that picks its series and its events. Text of strangers is always a bound value.

import type { Cursor, EventQuery } from './event-store';

/** SQL with the values of its `?` places, in order. */
export interface Sql {
  readonly text: string;
  readonly values: readonly (string | number)[];
}

/** How many of the query's words occur at all, where that changes its meaning. */
export type KnownWords = (words: readonly string[]) => string[];

const places = (values: readonly unknown[]): string => values.map(() => '?').join();

/**
 * The series that a query asks for, as a subquery of ids: null where it does not restrict them,
 * and `'none'` where nothing can match.
 */
export function selectSeries(query: EventQuery, knownWords: KnownWords): Sql | 'none' | null {
  const parts: Sql[] = [];
  if (query.types) {
    if (query.types.length === 0) return 'none';
    parts.push({ text: `SELECT id FROM series WHERE type IN (${places(query.types)})`, values: query.types });
  }
  for (const tag of query.tags ?? []) {
    parts.push({ text: 'SELECT series FROM series_tag WHERE tag = ? AND kind = 1', values: [tag] });
  }
  if (query.words) {
    const { words, set } = query.words;
    // One word alone matches nothing when it is unknown, whether it counts or not.
    const wanted = [...new Set(set === 'lazy' && words.length > 1 ? knownWords(words) : words)];
    if (wanted.length === 0) return 'none';
    if (set === 'union') {
      parts.push({ text: `SELECT series FROM series_tag WHERE tag IN (${places(wanted)})`, values: wanted });
    } else {
      for (const word of wanted)
        parts.push({ text: 'SELECT series FROM series_tag WHERE tag = ?', values: [word] });
    }
  }
  if (parts.length === 0) return null;
  return {
    text: parts.map((part) => part.text).join(' INTERSECT '),
    values: parts.flatMap((part) => part.values),
  };
}

/** The part of a query's range that lies beyond a cursor. */
function selectRange(query: EventQuery, after: Cursor | null): Sql {
  if (after === null) return { text: 'time BETWEEN ? AND ?', values: [query.fromMs, query.untilMs] };
  return query.order === 'ascending'
    ? {
        text: 'time BETWEEN ? AND ? AND (time > ? OR id > ?)',
        values: [Math.max(query.fromMs, after.time), query.untilMs, after.time, after.id],
      }
    : {
        text: 'time BETWEEN ? AND ? AND (time < ? OR id < ?)',
        values: [query.fromMs, Math.min(query.untilMs, after.time), after.time, after.id],
      };
}

const direction = (query: EventQuery): string => (query.order === 'ascending' ? 'ASC' : 'DESC');

/** Events in order of time, read along the time index; those of other series are passed over. */
export function scanByTime(query: EventQuery, series: Sql | null, after: Cursor | null, limit: number): Sql {
  const range = selectRange(query, after);
  const filter = series === null ? '' : ` AND series IN (${series.text})`;
  return {
    text: `SELECT id, time, series, description FROM events INDEXED BY events_by_time
           WHERE ${range.text}${filter}
           ORDER BY time ${direction(query)}, id ${direction(query)} LIMIT ?`,
    values: [...range.values, ...(series?.values ?? []), limit],
  };
}

// The series index lags behind: what it has not yet followed is read from the events themselves.
function pickBySeries(range: Sql, series: Sql): Sql {
  return {
    text: `SELECT time, id FROM series_time WHERE series IN (${series.text}) AND ${range.text}
           UNION ALL
           SELECT time, id FROM events NOT INDEXED
           WHERE id > (SELECT value FROM meta WHERE key = 'series_time_upto') AND series IN (${series.text}) AND ${range.text}`,
    values: [...series.values, ...range.values, ...series.values, ...range.values],
  };
}

/** Events in order of time, picked from the index of their series and sorted: for the few among many. */
export function seekBySeries(query: EventQuery, series: Sql, after: Cursor | null, limit: number): Sql {
  const picked = pickBySeries(selectRange(query, after), series);
  const order = `time ${direction(query)}, id ${direction(query)}`;
  return {
    text: `WITH picked AS (SELECT time, id FROM (${picked.text}) ORDER BY ${order} LIMIT ?)
           SELECT events.id, events.time, series, description FROM picked CROSS JOIN events ON events.id = picked.id
           ORDER BY picked.time ${direction(query)}, picked.id ${direction(query)}`,
    values: [...picked.values, limit],
  };
}

/** The events themselves, in no order, by the index of their series: for so few that they are sorted afterwards. */
export function pickEvents(query: EventQuery, series: Sql, limit: number): Sql {
  const range = selectRange(query, null);
  return {
    text: `SELECT events.id, events.time, events.series, description
           FROM series_time AS picked CROSS JOIN events ON events.id = picked.id
           WHERE picked.series IN (${series.text}) AND picked.${range.text}
           UNION ALL
           SELECT id, time, series, description FROM events NOT INDEXED
           WHERE id > (SELECT value FROM meta WHERE key = 'series_time_upto') AND series IN (${series.text}) AND ${range.text}
           LIMIT ?`,
    values: [...series.values, ...range.values, ...series.values, ...range.values, limit],
  };
}

/** How many events `seekBySeries` would have to sort, counted up to `limit`. */
export function countSeek(query: EventQuery, series: Sql, after: Cursor | null, limit: number): Sql {
  const picked = pickBySeries(selectRange(query, after), series);
  return {
    text: `SELECT count(*) FROM (SELECT 1 FROM (${picked.text}) LIMIT ?)`,
    values: [...picked.values, limit],
  };
}

/** How many series a query picks, counted up to `limit`. */
export function countSeries(series: Sql, limit: number): Sql {
  return {
    text: `SELECT count(*) FROM (SELECT 1 FROM (${series.text}) LIMIT ?)`,
    values: [...series.values, limit],
  };
}

/** Instants and how many events each has, ascending: of all events, or of the series picked. */
export function countByTime(query: EventQuery, series: Sql | null): Sql {
  const range = selectRange(query, null);
  const source: Sql =
    series === null
      ? {
          text: `SELECT time FROM events INDEXED BY events_by_time WHERE ${range.text}`,
          values: range.values,
        }
      : pickBySeries(range, series);
  return {
    text: `SELECT time, count(*) FROM (${source.text}) GROUP BY time ORDER BY time`,
    values: source.values,
  };
}
