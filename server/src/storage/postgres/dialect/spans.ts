// SQL for spans in PostgreSQL, from the tables that the writer maintains.

import { markSuffixes } from '@anthracite/protocol/core';
import type { SpanSeek, SpanSql } from '../../dialect';
import { openLevel, scaleCode, spanColumns } from '../../marks/span-row';
import { joinSql, type Sql, walkOf, wrapSql } from '../../sql';
import { boundOf } from './bounds';
import { isDeploy } from './deploys';

const columns = spanColumns.map((column) => `span.${column}`).join();

/** SQL for the spans of a schema, whose name is quoted. */
export function createSpanSql(schema: string): SpanSql {
  const spans = `${schema}.span AS span`;
  // The closest span of a group on one side of a place, by its first mark.
  const closest = (side: '<' | '<=' | '>'): string => {
    const direction = side === '>' ? 'ASC' : 'DESC';
    return `(SELECT * FROM ${spans} WHERE span.grp = place.grp AND (first_time, first_id) ${side} (place.time, place.id)
             ORDER BY first_time ${direction}, first_id ${direction} LIMIT 1)`;
  };
  const near = (places: Sql): Sql =>
    wrapSql(
      'WITH place (at, grp, time, id) AS (',
      places,
      `) SELECT at, ${columns} FROM place CROSS JOIN LATERAL (
           ${closest('<')} UNION ALL ${closest('>')} UNION ALL
           SELECT * FROM ${spans} WHERE span.grp = place.grp AND (first_time, first_id) = (place.time, place.id)
         ) AS span ORDER BY at, first_time, first_id`,
    );
  // The series of all marks from which spans of some types can get their id.
  const isOfTypes = (types: readonly string[]): Sql => ({
    text: `series IN (SELECT id FROM ${schema}.series WHERE type = ANY(?::text[]))`,
    values: [types.flatMap((type) => Object.keys(markSuffixes).map((suffix) => type + suffix))],
  });
  const ordered = (conditions: readonly Sql[], seek: SpanSeek): Sql =>
    joinSql(
      [
        {
          text: `SELECT ${columns} FROM ${spans} WHERE ${wantedOf(schema, seek.only)}`,
          values: [],
        },
        ...conditions,
        wrapSql('', beyond(seek), ` ${inOrder(seek)}`),
      ],
      ' AND ',
    );
  const begins = (fromMs: number, untilMs: number): Sql => ({
    text: 'begins >= ? AND begins < ?',
    values: [boundOf(fromMs), boundOf(untilMs)],
  });
  return {
    levels: {
      text: `WITH RECURSIVE known (level) AS (
               SELECT min(level) FROM ${spans}
               UNION ALL SELECT (SELECT min(level) FROM ${spans} WHERE level > known.level)
               FROM known WHERE known.level IS NOT NULL
             ) SELECT level FROM known WHERE level IS NOT NULL`,
      values: [],
    },
    beginFrom: (fromMs) => ({
      text: `SELECT begins FROM ${spans} WHERE begins >= ? ORDER BY begins LIMIT 1`,
      values: [boundOf(fromMs)],
    }),
    begun: (fromMs, untilMs, seek) => walkOf(ordered([begins(fromMs, untilMs)], seek)),
    lasting: (levels, fromMs, beforeMs, seek) => {
      // The spans of each level in order, merged in order.
      const parts = levels.map((level) => {
        const isOfLevel: Sql = { text: `level = ${level}`, values: [] };
        if (level === openLevel)
          return ordered([isOfLevel, { text: 'begins < ?', values: [boundOf(beforeMs)] }], seek);
        const hasNotEnded: Sql = { text: 'ends >= ?', values: [boundOf(fromMs)] };
        return ordered([isOfLevel, hasNotEnded, begins(fromMs - 2 ** level, beforeMs)], seek);
      });
      const all = joinSql(
        parts.map((part) => wrapSql('(', part, ')')),
        ' UNION ALL ',
      );
      return walkOf(wrapSql('SELECT * FROM (', all, `) AS part ${inOrder(seek)}`));
    },
    ofTypes: (types, fromMs, untilMs, limit) =>
      joinSql(
        [
          wrapSql(`SELECT ${columns} FROM ${spans} WHERE `, isOfTypes(types), ''),
          wrapSql('', begins(fromMs, untilMs), ` ORDER BY begins DESC LIMIT ${limit}`),
        ],
        ' AND ',
      ),
    past: (scale, type, beforeMs, limit) => {
      const isAlike: Sql =
        scale === 'other' ? isOfTypes([type]) : { text: `scale = ${scaleCode(scale)}`, values: [] };
      const isBefore: Sql = { text: 'begins < ?', values: [boundOf(beforeMs)] };
      return wrapSql(
        `SELECT id, begins, origin FROM ${spans} WHERE `,
        joinSql([isAlike, isBefore], ' AND '),
        ` ORDER BY begins DESC LIMIT ${limit}`,
      );
    },
    ofMark: (eventId) => ({
      text: `SELECT ${columns} FROM ${schema}.mark AS place CROSS JOIN LATERAL ${closest('<=')} AS span WHERE place.id = ?`,
      values: [eventId],
    }),
    near: (places) =>
      near({
        text: `SELECT at, mark_group.id, given.time, given.id
               FROM unnest(?::int[], ?::text[], ?::bigint[], ?::bigint[]) AS given (at, name, time, id)
               JOIN ${schema}.mark_group AS mark_group ON mark_group.name = given.name COLLATE "C"`,
        values: [
          [...places.keys()],
          places.map(({ group }) => group),
          places.map(({ time }) => time),
          places.map(({ id }) => id),
        ],
      }),
    nearMarks: (eventIds) =>
      near({
        text: `SELECT place - 1, grp, time, mark.id
               FROM unnest(?::bigint[]) WITH ORDINALITY AS wanted (id, place)
               JOIN ${schema}.mark AS mark ON mark.id = wanted.id`,
        values: [eventIds],
      }),
    marksBetween: (afterId, uptoId, limit) => ({
      text: `SELECT id FROM ${schema}.mark WHERE id > ? AND id <= ? ORDER BY id LIMIT ?`,
      values: [afterId, uptoId, limit],
    }),
  };
}

function beyond({ after, isAscending }: SpanSeek): Sql {
  return after === null
    ? { text: 'TRUE', values: [] }
    : { text: `(begins, id) ${isAscending ? '>' : '<'} (?, ?)`, values: [after.time, after.id] };
}

function inOrder({ isAscending, limit }: SpanSeek): string {
  const direction = isAscending ? 'ASC' : 'DESC';
  return `ORDER BY begins ${direction}, id ${direction} LIMIT ${limit}`;
}

// The conditions that columns decide. Their values are numbers.
function wantedOf(
  schema: string,
  { isOpen, scales = [], withDeployments, severities = [] }: SpanSeek['only'],
): string {
  const conditions = ['TRUE'];
  if (isOpen !== undefined) conditions.push(isOpen ? 'ends IS NULL' : 'ends IS NOT NULL');
  if (scales.length > 0) {
    const isOnScale = `scale IN (${scales.map(scaleCode).join()})`;
    const isOfDeployment = `series IN (SELECT id FROM ${schema}.series WHERE ${isDeploy})`;
    conditions.push(withDeployments ? `(${isOnScale} OR ${isOfDeployment})` : isOnScale);
  }
  // 0 means no severity.
  if (severities.length > 0)
    conditions.push(
      `coalesce(severity, 0) IN (${severities.map((severity) => Number(severity ?? 0)).join()})`,
    );
  return conditions.join(' AND ');
}
