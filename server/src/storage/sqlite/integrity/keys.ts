// Checks the keys of events: each is valid, and belongs to an event that exists or existed.

import { checkEventKey } from '@anthracite/protocol/core';
import type { Database } from '../connection';
import type { Findings } from './findings';
import { walk } from './slices';

type Row = readonly [source: string, key: string, event: number, isKnown: number];

const sql = `
  SELECT source, key, event,
    EXISTS (SELECT 1 FROM events WHERE events.id = event_key.event)
      OR EXISTS (SELECT 1 FROM history WHERE history.event = event_key.event)
  FROM event_key WHERE (source, key) > (?, ?) ORDER BY source, key`;

/** Checks all keys. A file of a schema without keys is skipped. */
export function* checkKeys(db: Database, findings: Findings): Generator<number> {
  if (db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'event_key'").get() === undefined) return;
  yield* walk<Row>(db, {
    sql,
    first: ['', ''],
    key: ([source, key]) => [source, key],
    look: ([source, key, event, isKnown]) => {
      const add = (problem: string): void => findings.add('content', 'event_key', problem, event);
      if (typeof source !== 'string' || typeof key !== 'string' || !checkEventKey(key).ok) {
        add('the key cannot be read');
      }
      if (isKnown !== 1) add('the event has never existed');
    },
  });
}
