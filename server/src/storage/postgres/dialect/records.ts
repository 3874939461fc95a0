// SQL for rejected lines, the history and the keys of events in PostgreSQL.

import type { RecordSql } from '../../dialect';
import type { Sql } from '../../sql';
import { remembered } from './hour-counts';

/** SQL for the records of a schema, whose name is quoted. */
export function createRecordSql(schema: string): RecordSql {
  const history = `${schema}.history`;
  const rejects = `SELECT id, received_at, door, peer, code, message, line FROM ${schema}.rejects`;
  // The fields after a change are in the next change of the event, or else in the event.
  const changesWhere = (text: string, ...values: number[]): Sql => ({
    text: `
      SELECT change.id, change.event, change.at, change.who, change.time, old.text, change.description,
        CASE WHEN change.is_deletion = 0 THEN coalesce(later.time, event.time) END,
        CASE WHEN change.is_deletion = 0 THEN new.text END,
        CASE WHEN change.is_deletion = 0 THEN coalesce(later.description, event.description) END
      FROM ${history} AS change
      LEFT JOIN LATERAL (
        SELECT * FROM ${history} AS others WHERE others.event = change.event AND others.id > change.id
        ORDER BY others.id LIMIT 1
      ) AS later ON TRUE
      LEFT JOIN ${schema}.events AS event ON later.id IS NULL AND event.id = change.event
      LEFT JOIN ${schema}.series AS old ON old.id = change.series
      LEFT JOIN ${schema}.series AS new ON new.id = coalesce(later.series, event.series)
      WHERE ${text}`,
    values,
  });
  return {
    rejects: (before, limit) => ({
      text: `${rejects} WHERE id < ? ORDER BY id DESC LIMIT ?`,
      values: [before, limit],
    }),
    rejectCount: { text: `SELECT ${remembered(schema, 'rejects')}`, values: [] },
    reject: (id) => ({ text: `${rejects} WHERE id = ?`, values: [id] }),
    changes: (event, after) =>
      event === null
        ? changesWhere('change.id > ? ORDER BY change.id', after)
        : changesWhere('change.event = ? AND change.id > ? ORDER BY change.id', event, after),
    newestChanges: (event) => changesWhere('change.event = ? ORDER BY change.id DESC', event),
    // The first change of an event is an edit or a deletion, which have its fields before.
    revisionsOf: (events) => ({
      text: `SELECT event, count(*), max(at), (array_agg(time ORDER BY id))[1]
             FROM ${history} WHERE event = ANY(?::bigint[]) GROUP BY event`,
      values: [events],
    }),
    keyOf: (event) => ({
      text: `SELECT key FROM ${schema}.event_key WHERE event = ? ORDER BY source, key LIMIT 1`,
      values: [event],
    }),
    position: {
      text: `SELECT
        greatest(
          (SELECT max(id) FROM ${schema}.events), (SELECT max(event) FROM ${history}), ${remembered(schema, 'last_id')}
        ),
        greatest((SELECT max(id) FROM ${history}), ${remembered(schema, 'last_change')})`,
      values: [],
    },
  };
}
