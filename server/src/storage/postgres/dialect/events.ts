// SQL for events in PostgreSQL: along the index of times, or of some series by the index of series.

import type { Cursor, EventQuery } from '../../../query/event-query';
import { endAfter } from '../../../query/range-end';
import { type EventSql, maxInlineBytes } from '../../dialect';
import { countUpTo, joinSql, type Sql, walkOf, wrapSql } from '../../sql';
import { boundOf, limitTo } from './bounds';
import { isAmong } from './series';

// The length of a text is checked before it is unpacked.
const shortDescription = `CASE WHEN octet_length(description) <= ${maxInlineBytes} THEN description END AS description`;

/** The part of a query's range after a cursor. */
export function rangeBeyond(query: EventQuery, after: Cursor | null): Sql {
  const fromMs = boundOf(query.fromMs);
  const untilMs = boundOf(query.untilMs);
  if (after === null) return { text: 'time >= ? AND time < ?', values: [fromMs, untilMs] };
  return query.order === 'ascending'
    ? {
        text: 'time >= ? AND time < ? AND (time > ? OR id > ?)',
        values: [Math.max(fromMs, after.time), untilMs, after.time, after.id],
      }
    : {
        text: 'time >= ? AND time < ? AND (time < ? OR id < ?)',
        values: [fromMs, Math.min(untilMs, boundOf(endAfter(after.time))), after.time, after.id],
      };
}

/** The order of a list. */
export function inOrder({ order }: EventQuery): string {
  return order === 'ascending' ? 'ORDER BY time, id' : 'ORDER BY time DESC, id DESC';
}

/** The condition for the events of some series, or of all (null), in a range. */
export function within(range: Sql, series: Sql | null): Sql {
  return series === null ? range : joinSql([range, isAmong('series', series)], ' AND ');
}

/** SQL for the events of a schema, whose name is quoted. */
export function createEventSql(schema: string): EventSql {
  const events = `${schema}.events`;
  const pick = (columns: string, where: Sql, rest = ''): Sql =>
    wrapSql(`SELECT ${columns} FROM ${events} WHERE `, where, rest === '' ? '' : ` ${rest}`);
  const ofIds = (columns: string, ids: readonly number[]): Sql =>
    pick(columns, { text: 'id = ANY(?::bigint[])', values: [ids] });
  return {
    firstTime: walkOf({ text: `SELECT time FROM ${events} ORDER BY time LIMIT 1`, values: [] }),
    timeFrom: (fromMs) =>
      walkOf(pick('time', { text: 'time >= ?', values: [boundOf(fromMs)] }, 'ORDER BY time LIMIT 1')),
    lastId: { text: `SELECT coalesce(max(id), 0) FROM ${events}`, values: [] },
    seriesLag: { text: 'SELECT 0', values: [] },
    ofIds: (ids) => ({
      text: `SELECT events.id AS id, time, series, ${shortDescription}
             FROM unnest(?::bigint[]) WITH ORDINALITY AS wanted (id, place)
             JOIN ${events} AS events ON events.id = wanted.id ORDER BY place`,
      values: [ids],
    }),
    lengthsOf: (ids) => ofIds('id, octet_length(description)', ids),
    textsOf: (ids) => ofIds('id, description', ids),
    beginningsOf: (ids, chars) => ofIds(`id, left(description, ${2 * chars})`, ids),
    byTime: (query, series, after, limit) =>
      walkOf(
        pick(
          `id, time, series, ${shortDescription}`,
          within(rangeBeyond(query, after), series),
          `${inOrder(query)}${limitTo(limit)}`,
        ),
      ),
    writtenByTime: null,
    byId: (query, series, afterId, upto, limit) =>
      walkOf(
        joinSql(
          [
            {
              text: `SELECT id, time, series, ${shortDescription} FROM ${events} WHERE id > ? AND id <= ?`,
              values: [afterId, upto],
            },
            wrapSql('', within(rangeBeyond(query, null), series), ` ORDER BY id${limitTo(limit)}`),
          ],
          ' AND ',
        ),
      ),
    lastBeyond: (query, after) =>
      walkOf(
        pick(
          'id',
          rangeBeyond(query, after),
          `ORDER BY ${query.order === 'ascending' ? 'time DESC' : 'time'} LIMIT 1`,
        ),
      ),
    pickedOfSeries: (query, series, { after, limit }) =>
      // An expression is sorted: the events are few, and the way along the time index may be long.
      pick(
        'id, series',
        within(rangeBeyond(query, after), series),
        `${inOrder(query).replace('time', '(time + 0)')}${limitTo(limit)}`,
      ),
    countOfSeries: (query, series, { after, limit }) =>
      walkOf(countUpTo(pick('id', within(rangeBeyond(query, after), series)), limit)),
    pickedByTime: (query, after, limit) =>
      walkOf(pick('id, series, time', rangeBeyond(query, after), `${inOrder(query)}${limitTo(limit)}`)),
    countLeft: (query, after, limit) => walkOf(countUpTo(pick('id', rangeBeyond(query, after)), limit)),
    countByTime: (query, series) =>
      pick('time, count(*)', within(rangeBeyond(query, null), series), 'GROUP BY time ORDER BY time'),
    countBySeries: (query, series, unitMs, sinceMs = 0) =>
      joinSql(
        [
          { text: 'SELECT floor((time - ?::float8) / ?::float8)::bigint AS slot', values: [sinceMs, unitMs] },
          { text: 'series', values: [] },
          wrapSql(
            `count(*) FROM ${events} WHERE `,
            within(rangeBeyond(query, null), series),
            ' GROUP BY slot, series ORDER BY slot',
          ),
        ],
        ', ',
      ),
    countRange: (query) => pick('count(*)', rangeBeyond(query, null)),
    seriesOfRange: (query) => pick('series', rangeBeyond(query, null)),
  };
}
