// Turns a query into the SQL that picks its series and its events. Text of strangers is always a bound value.

import type { Cursor, EventQuery } from './event-store';
import { joinSql, type Sql, wrapSql } from './sql';
import { isIndexed, matchPattern } from './tag-patterns';

/** A query whose words all count. */
export interface SettledQuery extends EventQuery {
  readonly words?: { readonly words: readonly string[]; readonly set: 'union' | 'intersection' };
}

const places = (values: readonly unknown[]): string => values.map(() => '?').join();
const seriesOfType = (pattern: string): Sql =>
  wrapSql('SELECT id FROM series WHERE ', matchPattern('type', pattern), '');
const seriesOfTag = (patterns: readonly string[]): Sql => {
  const conditions = patterns.map((pattern) => wrapSql('(', matchPattern('tag', pattern), ')'));
  return wrapSql('SELECT series FROM series_tag WHERE kind = 1 AND (', joinSql(conditions, ' OR '), ')');
};
const isExclusion = (pattern: string): boolean => pattern.startsWith('!');

/** Finds out which of a query's words count, with the test of which ones occur; `'none'` where nothing can match. */
export function settleQuery(query: EventQuery, doesOccur: (word: string) => boolean): SettledQuery | 'none' {
  const { words: filter, ...rest } = query;
  if (query.search === null) return 'none';
  if (!filter) return rest;
  const { words, set } = filter;
  // One word alone matches nothing when it is unknown, whether it counts or not.
  const wanted = [...new Set(set === 'lazy' && words.length > 1 ? words.filter(doesOccur) : words)];
  if (wanted.length === 0) return 'none';
  return { ...rest, words: { words: wanted, set: set === 'union' ? 'union' : 'intersection' } };
}

/** The series that a query asks for, as a subquery of ids; null where it does not restrict them. */
export function selectSeries(query: SettledQuery): Sql | null {
  const { types = [], none = [] } = query;
  const included = includedParts(query);
  const excluded = [
    ...types.filter(isExclusion).map((pattern) => seriesOfType(pattern.slice(1))),
    ...(none.length > 0 ? [seriesOfTag(none)] : []),
  ];
  if (included.length === 0 && excluded.length === 0) return null;
  const base = included.length > 0 ? included : [{ text: 'SELECT id FROM series', values: [] }];
  return joinSql([joinSql(base, ' INTERSECT '), ...excluded], ' EXCEPT ');
}

/**
 * The conditions of a query, each as the series that it picks alone, where indexes tell them without looking at others: their
 * counts are what it costs to select the series. Null where there is none, or one that is to be looked for.
 */
export function indexedParts(query: SettledQuery): readonly Sql[] | null {
  const { types = [], any = [], all = [], none = [] } = query;
  if (none.length > 0 || types.some(isExclusion) || ![...types, ...any, ...all].every(isIndexed)) return null;
  const parts = includedParts(query);
  return parts.length > 0 ? parts : null;
}

function includedParts(query: SettledQuery): readonly Sql[] {
  const { types = [], any = [], all = [] } = query;
  const wantedTypes = types.filter((pattern) => !isExclusion(pattern)).map(seriesOfType);
  return [
    ...(wantedTypes.length > 0
      ? [wrapSql('SELECT id FROM (', joinSql(wantedTypes, ' UNION ALL '), ')')]
      : []),
    ...(any.length > 0 ? [seriesOfTag(any)] : []),
    ...all.map((pattern) => seriesOfTag([pattern])),
    ...selectWords(query),
  ];
}

function selectWords({ words: filter }: SettledQuery): readonly Sql[] {
  if (!filter) return [];
  const { words, set } = filter;
  if (set === 'union') {
    return [{ text: `SELECT series FROM series_tag WHERE tag IN (${places(words)})`, values: [...words] }];
  }
  return words.map((word) => ({ text: 'SELECT series FROM series_tag WHERE tag = ?', values: [word] }));
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

/** Longer descriptions, in bytes of UTF-8, are not read with their rows: a block of rows is small, whatever they have. */
const maxInlineBytes = 8_192;
// Of a text its length is known before it is read.
const shortDescription = `iif(octet_length(description) > ${maxInlineBytes}, NULL, description) AS description`;

const inOrder = ({ order }: EventQuery): string =>
  order === 'ascending' ? 'time ASC, id ASC' : 'time DESC, id DESC';

/**
 * Events in order of time, read along the time index; those of other series are passed over. What they
 * have is the event's own and not its entry's; the time is null where there is no such event.
 * Long descriptions are null, too.
 */
export function scanByTime(query: EventQuery, series: Sql | null, after: Cursor | null, limit: number): Sql {
  const range = selectRange(query, after);
  const filter = series === null ? '' : ` AND series IN (${series.text})`;
  return {
    text: `SELECT entry.id AS id, events.time AS time, events.series AS series, ${shortDescription}
           FROM (
             SELECT id FROM events INDEXED BY events_by_time
             WHERE ${range.text}${filter} ORDER BY ${inOrder(query)} LIMIT ?
           ) AS entry LEFT JOIN events ON events.id = entry.id`,
    values: [...range.values, ...(series?.values ?? []), limit],
  };
}

/** The id of the last event of a range beyond a cursor, found along the time index from the other end. */
export function lastBeyond(query: EventQuery, after: Cursor | null): Sql {
  const back = query.order === 'ascending' ? 'time DESC' : 'time ASC';
  const range = selectRange(query, after);
  return wrapSql(
    'SELECT id FROM events INDEXED BY events_by_time WHERE ',
    range,
    ` ORDER BY ${back} LIMIT 1`,
  );
}

// Columns of the events of a range: from the index of times, or of some series from the index of those. The latter lags behind:
// what it has not yet followed is read from the events themselves.
function pick(columns: string, range: Sql, series: Sql | null, isFollowed = false): Sql {
  if (series === null)
    return wrapSql(`SELECT ${columns} FROM events INDEXED BY events_by_time WHERE `, range, '');
  const wanted = joinSql([wrapSql('series IN (', series, ')'), range], ' AND ');
  const followed = wrapSql(`SELECT ${columns} FROM series_time WHERE `, wanted, '');
  if (isFollowed) return followed;
  const others = wrapSql(
    `SELECT ${columns} FROM events NOT INDEXED
     WHERE id > (SELECT value FROM meta WHERE key = 'series_time_upto') AND `,
    wanted,
    '',
  );
  return joinSql([followed, others], ' UNION ALL ');
}

/** How many rows there are, such as the series that a query picks, counted up to `limit`. */
export function countUpTo({ text, values }: Sql, limit: number): Sql {
  return { text: `SELECT count(*) FROM (SELECT 1 FROM (${text}) LIMIT ?)`, values: [...values, limit] };
}

/** How the index of series is asked. */
export interface SeriesSeek {
  readonly after: Cursor | null;
  /** True where the index has followed all events: then it alone is asked. */
  readonly isFollowed: boolean;
  /** Negative for no limit. */
  readonly limit: number;
}

/** Events of some series in a range, in order of time: picked from the index of series, and sorted. */
export function pickedOfSeries(query: EventQuery, series: Sql, seek: SeriesSeek): Sql {
  const picked = pick('time, id, series', selectRange(query, seek.after), series, seek.isFollowed);
  return {
    text: `SELECT id, series FROM (${picked.text}) ORDER BY ${inOrder(query)} LIMIT ?`,
    values: [...picked.values, seek.limit],
  };
}

/** How many events `pickedOfSeries` would have to sort, counted up to the limit. */
export function countOfSeries(query: EventQuery, series: Sql, seek: SeriesSeek): Sql {
  return countUpTo(pick('id', selectRange(query, seek.after), series, seek.isFollowed), seek.limit);
}

/** Instants and how many events each has, ascending: of all events, or of the series picked. */
export function countByTime(query: EventQuery, series: Sql | null): Sql {
  const source = pick('time', selectRange(query, null), series);
  return wrapSql('SELECT time, count(*) FROM (', source, ') GROUP BY time ORDER BY time');
}

/** How many events of each series each unit of time since an instant has, ascending in time. */
export function countBySeries(query: EventQuery, series: Sql | null, unitMs: number, sinceMs = 0): Sql {
  // The range alone is answered from the index of times, which has the series in it.
  const source = pick('time, series', selectRange(query, null), series);
  return {
    // Numbers are bound as floats: what is divided is not cut before it is rounded down.
    text: `SELECT CAST(floor((time - ?) / ?) AS INTEGER) AS slot, series, count(*) FROM (${source.text})
           GROUP BY slot, series ORDER BY slot`,
    values: [sinceMs, unitMs, ...source.values],
  };
}

/** How many events lie in what is left of a range, counted up to `limit`. */
export function countLeft(query: EventQuery, after: Cursor | null, limit: number): Sql {
  return countUpTo(pick('id', selectRange(query, after), null), limit);
}

/** Each event in what is left of a range, in order: from the index of times alone. */
export function pickedByTime(query: EventQuery, after: Cursor | null): Sql {
  return wrapSql('', pick('id, series', selectRange(query, after), null), ` ORDER BY ${inOrder(query)}`);
}

/** The events of some ids, in their order; those that there are. Long descriptions are null. */
export function eventsOfIds(ids: readonly number[]): Sql {
  return {
    text: `SELECT events.id AS id, time, series, ${shortDescription} FROM json_each(?) AS wanted
           CROSS JOIN events ON events.id = wanted.value`,
    values: [JSON.stringify(ids)],
  };
}

/** How many events a range has. */
export function countRange(query: EventQuery): Sql {
  return pick('count(*)', selectRange(query, null), null);
}

/** The series of each event of a range. */
export function seriesOfRange(query: EventQuery): Sql {
  return pick('series', selectRange(query, null), null);
}

const lagOf = (follower: string): Sql => ({
  text: 'SELECT max(0, coalesce((SELECT max(id) FROM events), 0) - (SELECT value FROM meta WHERE key = ?))',
  values: [follower],
});

/** How many events the index of words has still to follow. */
export const searchLag = lagOf('search_upto');

/** How many events the index of series has still to follow. */
export const seriesLag = lagOf('series_time_upto');

/** How many events have each of the words with a beginning. */
export function countsOfWords(prefix: string): Sql {
  return wrapSql('SELECT doc FROM temp.search_words WHERE ', matchPattern('term', `${prefix}*`), '');
}

/** How many events the index of words finds, counted up to `limit`. */
export function countMatches(match: string, limit: number): Sql {
  return countUpTo({ text: 'SELECT 1 FROM search WHERE search MATCH ?', values: [match] }, limit);
}

/** Events that the index of words finds, and those that it does not hold yet, in order of time. */
export function pickedOfMatch(
  query: EventQuery,
  series: Sql | null,
  after: Cursor | null,
  match: string,
): Sql {
  const range = selectRange(query, after);
  const filter: Sql =
    series === null ? range : joinSql([range, wrapSql('series IN (', series, ')')], ' AND ');
  return {
    text: `SELECT id, series FROM (
             SELECT time, id, series FROM search CROSS JOIN events ON events.id = search.rowid WHERE search MATCH ? AND ${filter.text}
             UNION ALL
             SELECT time, id, series FROM events NOT INDEXED
             WHERE id > (SELECT value FROM meta WHERE key = 'search_upto') AND ${filter.text}
           ) ORDER BY ${inOrder(query)}`,
    values: [match, ...filter.values, ...filter.values],
  };
}

/** Ids and series of a query's events that the index of words does not find, in order. */
export function pickedWithout(
  query: EventQuery,
  series: Sql | null,
  after: Cursor | null,
  match: string,
  limit: number,
): Sql {
  const filter: Sql = { text: 'id NOT IN (SELECT rowid FROM search WHERE search MATCH ?)', values: [match] };
  const wanted = series === null ? [] : [wrapSql('series IN (', series, ')')];
  const range = joinSql([selectRange(query, after), ...wanted, filter], ' AND ');
  return wrapSql('', pick('id, series', range, null), ` ORDER BY ${inOrder(query)} LIMIT ${limit}`);
}

/** Events in the order they came, behind one id and up to another. */
export function eventsById(query: EventQuery, series: Sql | null, afterId: number, upto: number): Sql {
  const filter = series === null ? '' : ` AND series IN (${series.text})`;
  return {
    text: `SELECT id, time, series, description FROM events NOT INDEXED
           WHERE id > ? AND id <= ? AND time BETWEEN ? AND ?${filter} ORDER BY id`,
    values: [afterId, upto, query.fromMs, query.untilMs, ...(series?.values ?? [])],
  };
}
