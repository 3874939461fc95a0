// What a store can fail with. Knows no SQL.

import { fillSentence } from '@anthracite/protocol/core';

/** Code -> HTTP status and sentence; see `docs/errors.md`. */
export const storeErrors = {
  DATABASE_FULL: [
    507,
    'the disk of {file} is full ({cause}); free some space and send it again: nothing of it was stored',
  ],
  DATABASE_NO_ROOM: [
    507,
    '{file} cannot be opened, because its disk is full ({cause}). Free some space, then start again.',
  ],
  DATABASE_READ_ONLY: [503, '{file} cannot be written ({cause}); nothing was stored'],
  DATABASE_BUSY: [503, '{file} is locked by another program ({cause}); nothing was stored'],
  DATABASE_FAILED: [503, '{file} could not be read or written ({cause})'],
  DATABASE_DAMAGED: [
    503,
    '{file} is damaged ({cause}). Nothing was written to it. Put a backup in its place: cp BACKUP {file} && rm -f {file}-wal {file}-shm; or save what can be read (sqlite3 3.43 or newer): sqlite3 {file} .recover | sqlite3 {file}.recovered',
  ],
  DATABASE_NEWER: [
    503,
    '{file} has schema version {version}; this program knows versions up to {known}. It was not touched. Run a newer Anthracite on it.',
  ],
  DATABASE_NOT_OURS: [
    503,
    '{file} is an SQLite database of another program. It was not touched. Name another file.',
  ],
  DATABASE_IN_USE: [
    503,
    '{file} is in use by another Anthracite server. Stop that one, or name another file.',
  ],
  BINDING_NOT_LOADED: [
    503,
    "Node {node} cannot load SQLite's binding ({cause}). Build it for this Node: {command}",
  ],
  OUT_OF_MEMORY: [
    507,
    'the answer needs more memory than one thread of the server has; ask for a shorter range, fewer types or a lower limit',
  ],
  THREAD_DIED: [
    503,
    'the thread that worked on this ended before it answered ({cause}); a new one has started: try again',
  ],
  WRITER_DIED: [
    503,
    'the thread that writes ended before it confirmed ({cause}); a new one has started: send it again, what was stored counts as a duplicate',
  ],
  DATABASE_LOCK_FAILED: [
    503,
    '{file} cannot be locked ({cause}), so a second server could open the database. Make the lock file writable, and keep it on a local disk.',
  ],
  DATABASE_TAKEN: [
    503,
    'another Anthracite server has opened {file}. This one stopped and acknowledged nothing after that; run one server for each file.',
  ],
  DATABASE_REPLACED: [
    503,
    '{file} was removed or replaced while the server ran ({cause}). The server stopped and acknowledged nothing after that; stop it before you touch its files.',
  ],
  DATABASE_LINKED: [
    503,
    '{file} has {count} names (hard links). SQLite keeps a separate log for each name, so events would be lost; keep one name, or make a copy.',
  ],
  DATABASE_MOUNTED: [
    503,
    '{file} is mounted as a single file, so its write-ahead log would be stored somewhere else. Mount its folder instead.',
  ],
  DATABASE_NOT_A_FILE: [503, '{file} is {what}. Name a file with --database, such as data/anthracite.db.'],
  DATABASE_NO_ACCESS: [503, '{user} cannot use {file} ({cause}). {remedy}'],
  DATABASE_NO_FOLDER: [503, 'the folder of {file} cannot be made by {user} ({cause}). {remedy}'],
  SNAPSHOT_FAILED: [
    507,
    'the SQLite file of events could not be made in the temporary folder ({cause}); free some space there, or ask for fewer events',
  ],
  EVENT_FILE_OF_SERVER: [
    400,
    "{file} is a server's own database; serve it with: anthracite serve --database {file}, and export from there",
  ],
  EVENT_FILE_UNKNOWN: [
    400,
    '{file} is an SQLite file without events that are known here; expected one that anthracite export made, or one of the original Anthracite',
  ],
  QUERY_TOO_COSTLY: [
    400,
    'the search would look at more than {limit} events; ask for a shorter range, or add a type, a tag or a rarer word',
  ],
  TOO_MANY_SECONDS: [
    400,
    'the answer has events in more than {limit} different seconds; ask for a shorter range or fewer types',
  ],
  TOO_MANY_COUNTS: [
    400,
    'the answer has more than {limit} numbers; ask for a longer interval, a shorter range or fewer types',
  ],
  TOO_MANY_MARKS: [
    400,
    'there are more than {limit} events that mark the start, detection or end of something; rename what need not be a span, such as a job that runs every minute, so that its type does not end in _start, _end or the like',
  ],
  TOO_MANY_DEPLOYS: [
    400,
    'the range has more than {limit} events of types deploy_<project>; ask for a shorter range, or by a filter',
  ],
  STORE_CLOSED: [503, 'the server is stopping; send it again in a moment'],
} as const satisfies Record<string, readonly [number, string]>;

export type StoreErrorCode = keyof typeof storeErrors;

/** Thrown by an `EventStore`. `cause` facts are SQLite's own words and never reach an HTTP client. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
  readonly status: number;

  constructor(
    readonly code: StoreErrorCode,
    readonly facts: Readonly<Record<string, string | number>>,
  ) {
    super(fillSentence(storeErrors[code][1], facts));
    this.status = storeErrors[code][0];
  }

  /** The sentence without the server's paths and SQLite's words, for clients. */
  get publicMessage(): string {
    const facts = { ...this.facts, file: 'the database', cause: "see the server's log" };
    return fillSentence(storeErrors[this.code][1], facts);
  }

  /** True when nothing more may be done with the file: it is damaged, gone, or another server's. */
  get isFatal(): boolean {
    return this.code === 'DATABASE_DAMAGED' || this.isDisplaced;
  }

  /** True when rows that were read contradict each other; otherwise an error of the disk may look like damage. */
  get isCertain(): boolean {
    return this.facts['certain'] === 1;
  }

  /** True when the file under the server's name is not the one that it opened any more, or another server has it. */
  get isDisplaced(): boolean {
    return this.code === 'DATABASE_REPLACED' || this.code === 'DATABASE_TAKEN';
  }
}

/** Thrown by what reads rows that contradict each other; becomes `DATABASE_DAMAGED` with its file. */
export class Damage extends Error {
  override readonly name = 'Damage';
}

/** Tells what an error of SQLite means for our callers. */
export function toStoreError(error: unknown, file: string): StoreError {
  if (error instanceof StoreError) return error;
  if (error instanceof Damage)
    return new StoreError('DATABASE_DAMAGED', { file, cause: error.message, certain: 1 });
  const sqliteCode = error instanceof Error && 'code' in error ? String(error.code) : '';
  const cause = error instanceof Error ? error.message : String(error);
  const facts = { file, cause: sqliteCode === '' ? cause : `${sqliteCode}: ${cause}` };
  // Opening makes the index of the log, which needs 32 kB.
  if (sqliteCode === 'SQLITE_FULL' || sqliteCode === 'SQLITE_IOERR_SHMSIZE')
    return new StoreError('DATABASE_FULL', facts);
  if (sqliteCode.startsWith('SQLITE_READONLY') || sqliteCode.startsWith('SQLITE_CANTOPEN')) {
    return new StoreError('DATABASE_READ_ONLY', facts);
  }
  if (sqliteCode.startsWith('SQLITE_BUSY') || sqliteCode.startsWith('SQLITE_LOCKED')) {
    return new StoreError('DATABASE_BUSY', facts);
  }
  if (sqliteCode.startsWith('SQLITE_CORRUPT') || sqliteCode === 'SQLITE_NOTADB') {
    return new StoreError('DATABASE_DAMAGED', facts);
  }
  return new StoreError('DATABASE_FAILED', facts);
}
