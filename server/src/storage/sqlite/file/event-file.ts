// Writes and reads events as an SQLite file for people and programs; also reads the file of the original Anthracite.

import type { Event, StoredEvent } from '@anthracite/protocol/core';
import type BetterSqlite3 from 'better-sqlite3';
import { StoreError, toStoreError } from '../../store-error';
import type { Database } from '../connection';
import { applicationId } from '../migrations';
import { connect } from '../sqlite-binding';

/** `PRAGMA application_id` of these files: "AntE". The server's own database has another. */
export const eventFileId = 0x416e7445;
const eventFileVersion = 1;

/** See `docs/formats.md`. Additions must not change the results of today's queries. */
const schema = `
  -- time: milliseconds since the epoch, UTC. tags: a JSON array of texts, in their order.
  CREATE TABLE events (
    id          INTEGER PRIMARY KEY,
    time        INTEGER NOT NULL,
    type        TEXT NOT NULL,
    tags        TEXT NOT NULL,
    description TEXT NOT NULL
  );

  -- The events for people: date in ISO 8601, tags as words, title and body of the description.
  CREATE VIEW event_list AS
  SELECT id, strftime('%Y-%m-%dT%H:%M:%fZ', time / 1000.0, 'unixepoch') AS date, type,
    coalesce((SELECT group_concat(value, ' ') FROM json_each(events.tags)), '') AS tags,
    substr(description, 1, instr(description || char(10), char(10)) - 1
      - (substr(description, instr(description, char(10)) - 1, 2) = char(13) || char(10))) AS title,
    substr(description, instr(description || char(10), char(10)) + 1) AS body
  FROM events;

  -- A row for each tag of each event. A tag without "=" has a value of null, and its key is the tag.
  CREATE VIEW event_tags AS
  SELECT events.id AS event_id, json_each.key AS position, json_each.value AS tag,
    CASE instr(json_each.value, '=') WHEN 0 THEN json_each.value
      ELSE substr(json_each.value, 1, instr(json_each.value, '=') - 1) END AS key,
    CASE instr(json_each.value, '=') WHEN 0 THEN NULL
      ELSE substr(json_each.value, instr(json_each.value, '=') + 1) END AS value
  FROM events, json_each(events.tags);
`;

const indexes = `
  CREATE INDEX events_by_time ON events (time);
  CREATE INDEX events_by_type ON events (type, time);
`;

/** Writes blocks of events to a new file, and resolves with their number. Rejects with a `StoreError` SNAPSHOT_FAILED. */
export async function writeEventFile(
  file: string,
  blocks: AsyncIterable<readonly StoredEvent[]>,
): Promise<number> {
  let db: BetterSqlite3.Database | undefined;
  try {
    db = connect(file);
    // The file is not used before it is complete, so it needs no journal, and no sync.
    db.exec(`PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA application_id = ${eventFileId};
      PRAGMA user_version = ${eventFileVersion}; BEGIN; ${schema}`);
    const insert = db.prepare('INSERT INTO events VALUES (?, ?, ?, ?, ?)');
    let count = 0;
    for await (const block of blocks) {
      for (const { id, time, type, tags, description } of block)
        insert.run(id, time, type, JSON.stringify(tags), description);
      count += block.length;
    }
    db.exec(`${indexes} COMMIT`);
    return count;
  } catch (error) {
    if (error instanceof StoreError) throw error;
    throw new StoreError('SNAPSHOT_FAILED', { cause: (error as Error).message });
  } finally {
    db?.close();
  }
}

/** An event of a file; none of its fields are checked. */
export type UncheckedEvent = { readonly [F in keyof Event]: unknown };

/** Reads the events of a kind of file. */
interface EventSource {
  readonly sql: string;
  toEvent(row: unknown[]): UncheckedEvent;
}

const ours: EventSource = {
  sql: 'SELECT time, type, tags, description FROM events ORDER BY time, id',
  toEvent: ([time, type, tags, description]) => ({ time, type, tags: parseTags(tags), description }),
};

// The original has seconds, and the text of the line.
const original: EventSource = {
  sql: `SELECT events.time, event_types.name, events.desc
        FROM events LEFT JOIN event_types ON event_types.type_id = events.type_id ORDER BY events.time, events.rowid`,
  toEvent: ([seconds, name, text]) => ({
    time: Number.isFinite(seconds) ? Math.floor((seconds as number) * 1000) : seconds,
    type: toText(name),
    tags: [],
    description: unquote(toText(text)),
  }),
};

/**
 * The events of an SQLite file: of an `sqlite` export, or of the original Anthracite (`event_types(type_id, name)`,
 * `events(type_id, time, desc)`). Throws a `StoreError` when it is neither.
 */
export function* readEventFile(file: string): Generator<UncheckedEvent> {
  let db: Database | undefined;
  try {
    db = connect(file, { readonly: true, fileMustExist: true }) as unknown as Database;
    const source = sourceOf(db, file);
    for (const row of db.prepare(source.sql).raw().iterate()) yield source.toEvent(row as unknown[]);
  } catch (error) {
    throw toStoreError(error, file);
  } finally {
    db?.close();
  }
}

function sourceOf(db: Database, file: string): EventSource {
  const application = Number(db.pragma('application_id', { simple: true }));
  if (application === eventFileId) {
    const version = Number(db.pragma('user_version', { simple: true }));
    if (version <= eventFileVersion) return ours;
    throw new StoreError('DATABASE_NEWER', { file, version, known: eventFileVersion });
  }
  if (application === applicationId) throw new StoreError('EVENT_FILE_OF_SERVER', { file });
  const columns = db
    .prepare(`SELECT group_concat(name) FROM (SELECT name FROM pragma_table_info('events') ORDER BY name)`)
    .pluck()
    .get();
  const types = db.prepare(`SELECT count(*) FROM pragma_table_info('event_types')`).pluck().get();
  if (columns === 'desc,time,type_id' && types !== 0) return original;
  throw new StoreError('EVENT_FILE_UNKNOWN', { file });
}

function parseTags(tags: unknown): unknown {
  try {
    return typeof tags === 'string' ? JSON.parse(tags) : tags;
  } catch {
    return tags;
  }
}

function toText(value: unknown): unknown {
  return Buffer.isBuffer(value) ? value.toString('utf8') : value;
}

// In today's lines, a description that is a JSON string means the string: the same line is the same event.
function unquote(text: unknown): unknown {
  if (typeof text !== 'string' || !/^".+"$/s.test(text)) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
