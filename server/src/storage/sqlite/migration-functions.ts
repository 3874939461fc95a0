// Defines functions that the steps of the schema call.

import { type Event, joinSeries } from '@anthracite/protocol/core';
import type { Database } from './connection';
import { contentHash } from './content-hash';

/** Adds them to a connection that runs migrations. */
export function addMigrationFunctions(db: Database): void {
  const add = (name: string, work: (...values: never[]) => unknown): unknown =>
    db.function(name, { deterministic: true }, work as (...values: unknown[]) => unknown);
  // Of an event as JSON. SQLite's own functions end a text at its first NUL.
  add('time_of_json', (json: string) => (JSON.parse(json) as Event).time);
  add('description_of_json', (json: string) => (JSON.parse(json) as Event).description);
  add('series_of_json', (json: string) => {
    const { type, tags } = JSON.parse(json) as Event;
    return joinSeries(type, tags);
  });
  add('content_hash', (text: string, seed: number) => contentHash(text, seed));
}
