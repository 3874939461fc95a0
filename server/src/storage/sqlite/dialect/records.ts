// SQL for rejected lines, the history and the keys of events in SQLite.

import type { RecordSql } from '../../dialect';
import type { Sql } from '../../sql';
import { remembered } from './remembered';

const rejects = 'SELECT id, received_at, door, peer, code, message, line FROM rejects';

// The fields after a change are in the next change of the event, or else in the event.
const changes = `
  SELECT history.id AS id, history.event AS event, history.at, history.who, history.time, old.text, history.description,
    CASE WHEN history.is_deletion THEN NULL ELSE coalesce(later.time, events.time) END,
    CASE WHEN history.is_deletion THEN NULL ELSE new.text END,
    CASE WHEN history.is_deletion THEN NULL ELSE coalesce(later.description, events.description) END
  FROM history
  LEFT JOIN history AS later ON later.id = (
    SELECT min(id) FROM history AS others WHERE others.event = history.event AND others.id > history.id
  )
  LEFT JOIN events ON later.id IS NULL AND events.id = history.event
  LEFT JOIN series AS old ON old.id = history.series
  LEFT JOIN series AS new ON new.id = coalesce(later.series, events.series)`;

const changesWhere = (text: string, ...values: number[]): Sql => ({
  text: `SELECT * FROM (${changes}) ${text}`,
  values,
});

export const recordSql: RecordSql = {
  rejects: (before, limit) => ({
    text: `${rejects} WHERE id < ? ORDER BY id DESC LIMIT ?`,
    values: [before, limit],
  }),
  reject: (id) => ({ text: `${rejects} WHERE id = ?`, values: [id] }),
  rejectCount: { text: 'SELECT count(*) FROM rejects', values: [] },
  changes: (event, after) =>
    event === null
      ? changesWhere('WHERE id > ? ORDER BY id', after)
      : changesWhere('WHERE event = ? AND id > ? ORDER BY id', event, after),
  newestChanges: (event) => changesWhere('WHERE event = ? ORDER BY id DESC', event),
  // The first change of an event is an edit or a deletion, which have its fields before.
  revisionsOf: (events) => ({
    text: `SELECT event, count(*), max(at),
        (SELECT time FROM history AS first WHERE first.event = history.event ORDER BY first.id LIMIT 1)
      FROM history WHERE event IN (SELECT value FROM json_each(?)) GROUP BY event`,
    values: [JSON.stringify(events)],
  }),
  keyOf: (event) => ({
    text: 'SELECT key FROM event_key WHERE event = ? ORDER BY source, key LIMIT 1',
    values: [event],
  }),
  position: {
    text: `SELECT
      max(
        coalesce((SELECT max(id) FROM events), 0),
        coalesce((SELECT max(event) FROM history), 0),
        (SELECT value FROM meta WHERE key = 'series_time_upto'),
        ${remembered('last_id')}
      ),
      coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'history'), 0)`,
    values: [],
  },
};
