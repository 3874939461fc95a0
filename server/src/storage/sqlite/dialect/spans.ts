// SQL for spans in SQLite, from the tables that the writer maintains.

import { markSuffixes } from '@anthracite/protocol/core';
import type { SpanSeek, SpanSql } from '../../dialect';
import { openLevel, scaleCode, spanColumns } from '../../marks/span-row';
import { type Sql, wrapSql } from '../../sql';
import { isDeploy } from './deploys';
import { listOf } from './list';

const columns = spanColumns.map((column) => `span.${column}`).join();
const earliest = Number.MIN_SAFE_INTEGER;
const latest = Number.MAX_SAFE_INTEGER;

// The types of all marks from which spans of some types can get their id.
function isOfTypes(types: readonly string[]): Sql {
  const marks = types.flatMap((type) => Object.keys(markSuffixes).map((suffix) => type + suffix));
  return wrapSql('series.type IN (', listOf(marks), ')');
}

// The closest span of a group on one side of a place, by its first mark.
function closest(side: '<' | '<=' | '>'): string {
  const direction = side === '>' ? 'ASC' : 'DESC';
  return `(SELECT id FROM span WHERE span.grp = place.grp AND (first_time, first_id) ${side} (place.time, place.id)
           ORDER BY first_time ${direction}, first_id ${direction} LIMIT 1)`;
}

function near(place: Sql): Sql {
  return {
    text: `WITH place (at, grp, time, id) AS (${place.text})
           SELECT at, ${columns} FROM place CROSS JOIN span ON span.id IN (
             ${closest('<')}, ${closest('>')},
             (SELECT id FROM span WHERE span.grp = place.grp AND (first_time, first_id) = (place.time, place.id))
           ) ORDER BY at, span.first_time, span.first_id`,
    values: place.values,
  };
}

export const spanSql: SpanSql = {
  levels: {
    text: `WITH RECURSIVE known (level) AS (
             SELECT min(level) FROM span
             UNION ALL SELECT (SELECT min(level) FROM span WHERE level > known.level) FROM known WHERE known.level IS NOT NULL
           ) SELECT level FROM known WHERE level IS NOT NULL`,
    values: [],
  },
  beginFrom: (fromMs) => ({
    text: 'SELECT begins FROM span WHERE begins >= ? ORDER BY begins LIMIT 1',
    values: [fromMs],
  }),
  begun: (fromMs, untilMs, seek) => ordered('TRUE', [], fromMs, untilMs, seek),
  lasting: (levels, fromMs, beforeMs, seek) => {
    // The spans of each level in order, merged in order.
    const parts = levels.map((level) =>
      level === openLevel
        ? ordered('level = ?', [level], earliest, beforeMs, seek)
        : ordered('level = ? AND ends >= ?', [level, fromMs], fromMs - 2 ** level, beforeMs, seek),
    );
    return {
      text: `${parts.map(({ text }) => `SELECT * FROM (${text})`).join(' UNION ALL ')} ${inOrder(seek)}`,
      values: [...parts.flatMap(({ values }) => values), seek.limit],
    };
  },
  ofTypes: (types, fromMs, untilMs, limit) => {
    const isWanted = isOfTypes(types);
    return {
      text: `SELECT ${columns} FROM series CROSS JOIN span ON span.series = series.id
             WHERE ${isWanted.text} AND begins >= ? AND begins < ? ORDER BY begins DESC LIMIT ?`,
      values: [...isWanted.values, fromMs, Math.min(latest, untilMs), limit],
    };
  },
  past: (scale, type, beforeMs, limit) => {
    const last = 'begins < ? ORDER BY begins DESC LIMIT ?';
    if (scale !== 'other') {
      return {
        text: `SELECT id, begins, origin FROM span WHERE scale = ? AND ${last}`,
        values: [scaleCode(scale), beforeMs, limit],
      };
    }
    const isWanted = isOfTypes([type]);
    return {
      text: `SELECT span.id AS id, begins, origin FROM series CROSS JOIN span ON span.series = series.id
             WHERE ${isWanted.text} AND ${last}`,
      values: [...isWanted.values, beforeMs, limit],
    };
  },
  ofMark: (eventId) => ({
    text: `SELECT ${columns} FROM (SELECT grp, time, id FROM mark WHERE id = ?) AS place CROSS JOIN span ON span.id = ${closest('<=')}`,
    values: [eventId],
  }),
  near: (places) =>
    near({
      text: `SELECT at, mark_group.id, given.time, given.id
             FROM (${places.map(() => 'SELECT ? AS at, ? AS name, ? AS time, ? AS id').join(' UNION ALL ')}) AS given
             CROSS JOIN mark_group ON mark_group.name = given.name`,
      values: places.flatMap(({ group, time, id }, at) => [at, group, time, id]),
    }),
  nearMarks: (eventIds) =>
    near({
      text: 'SELECT wanted.key, grp, time, mark.id FROM json_each(?) AS wanted CROSS JOIN mark ON mark.id = wanted.value',
      values: [JSON.stringify(eventIds)],
    }),
  marksBetween: (afterId, uptoId, limit) => ({
    text: 'SELECT id FROM mark WHERE id > ? AND id <= ? ORDER BY id LIMIT ?',
    values: [afterId, uptoId, limit],
  }),
};

function ordered(
  condition: string,
  values: Sql['values'],
  fromMs: number,
  untilMs: number,
  seek: SpanSeek,
): Sql {
  const { isAscending, after, only, limit } = seek;
  const behind = after === null ? '' : `AND (begins, id) ${isAscending ? '>' : '<'} (?, ?)`;
  const wanted = wantedOf(only);
  return {
    text: `SELECT ${columns} FROM span WHERE ${condition} AND begins >= ? AND begins < ? ${behind} AND ${wanted.text} ${inOrder(seek)}`,
    values: [
      ...values,
      fromMs,
      untilMs,
      ...(after === null ? [] : [after.time, after.id]),
      ...wanted.values,
      limit,
    ],
  };
}

function inOrder({ isAscending }: SpanSeek): string {
  const direction = isAscending ? 'ASC' : 'DESC';
  return `ORDER BY begins ${direction}, id ${direction} LIMIT ?`;
}

// The conditions that columns decide.
function wantedOf({ isOpen, scales = [], withDeployments, severities = [] }: SpanSeek['only']): Sql {
  const conditions = ['TRUE'];
  const values: number[] = [];
  if (isOpen !== undefined) conditions.push(isOpen ? 'ends IS NULL' : 'ends IS NOT NULL');
  if (scales.length > 0) {
    const isOnScale = `scale IN (${scales.map(() => '?').join()})`;
    const isOfDeployment = `series IN (SELECT id FROM series WHERE ${isDeploy})`;
    conditions.push(withDeployments ? `(${isOnScale} OR ${isOfDeployment})` : isOnScale);
    values.push(...scales.map(scaleCode));
  }
  if (severities.length > 0) {
    // 0 means no severity.
    conditions.push(`coalesce(severity, 0) IN (${severities.map(() => '?').join()})`);
    values.push(...severities.map((severity) => severity ?? 0));
  }
  return { text: conditions.join(' AND '), values };
}
