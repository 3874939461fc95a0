// Defines all errors of a store. Independent of SQL.

import { fillSentence } from '@anthracite/protocol/core';

/** Code -> HTTP status and sentence; see `docs/errors.md`. */
export const storeErrors = {
  DATABASE_FULL: [
    507,
    'the disk of {file} is full ({cause}); nothing was stored. Free some space, then send it again.',
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
    '{file} has schema version {version}; this program knows versions up to {known}. It was not changed. Use a newer version of Anthracite.',
  ],
  DATABASE_NOT_OURS: [
    503,
    '{file} is an SQLite database of another program. The file was not changed. Choose another file.',
  ],
  DATABASE_IN_USE: [
    503,
    '{file} is in use by another Anthracite server. Stop that server, or choose another file with --database.',
  ],
  BINDING_NOT_LOADED: [
    503,
    "Node {node} cannot load SQLite's binding ({cause}). Build it for this Node: {command}",
  ],
  OUT_OF_MEMORY: [
    507,
    'the answer needs more memory than one thread of the server has; use a shorter range, fewer types or a lower limit',
  ],
  THREAD_DIED: [
    503,
    'the thread of this query ended before it answered ({cause}). A new thread has started; try again.',
  ],
  WRITER_DIED: [
    503,
    'the writer thread ended before it confirmed the events ({cause}). A new thread has started. Send the events again: those that were stored count as duplicates.',
  ],
  DATABASE_LOCK_FAILED: [
    503,
    '{file} cannot be locked ({cause}), so a second server could open the database. Make the lock file writable, and keep it on a local disk.',
  ],
  DATABASE_TAKEN: [
    503,
    'another Anthracite server has opened {file}. This server has stopped, and has acknowledged nothing since then. Run only one server for each file.',
  ],
  DATABASE_REPLACED: [
    503,
    '{file} was removed or replaced while the server ran ({cause}). The server has stopped, and has acknowledged nothing since then. Stop the server before you change its files.',
  ],
  DATABASE_LINKED: [
    503,
    '{file} has {count} names (hard links). SQLite keeps a separate log for each name, so events would be lost; keep one name, or make a copy.',
  ],
  DATABASE_MOUNTED: [
    503,
    '{file} is mounted as a single file, so its write-ahead log would be stored somewhere else. Mount its folder instead.',
  ],
  DATABASE_NOT_A_FILE: [
    503,
    '{file} is not a regular file, but {kind}. Choose a file with --database, such as data/anthracite.db.',
  ],
  DATABASE_NO_ACCESS: [503, '{user} cannot use {file} ({cause}). {remedy}'],
  DATABASE_NO_FOLDER: [503, '{user} cannot create the folder of {file} ({cause}). {remedy}'],
  DATABASE_UNREACHABLE: [
    503,
    '{file} cannot be reached ({cause}); nothing was stored. The server tries again at the next request: send it again.',
  ],
  DATABASE_DENIED: [
    503,
    '{file} refuses this server ({cause}). Check the user and the password of the address, and the rights of the user.',
  ],
  DATABASE_UNSUITABLE: [503, '{file} cannot be used: {cause}'],
  SCHEMA_NOT_OURS: [
    503,
    'the schema {schema} of {file} belongs to another program. It was not changed. Choose another schema: add ?schema=NAME to the address.',
  ],
  COMMIT_UNKNOWN: [
    503,
    '{file} did not confirm the commit ({cause}). Send the events again: those that were stored count as duplicates.',
  ],
  BACKUP_IS_DATABASE: [400, 'the backup and the database are the same file {file}; choose another file'],
  SNAPSHOT_FAILED: [
    507,
    'the SQLite file of events could not be created in the temporary folder ({cause}); free some space there, or select fewer events',
  ],
  EVENT_FILE_OF_SERVER: [
    400,
    '{file} is the database of a server, which cannot be imported directly. Start a server with: anthracite serve --database {file}, and export its events',
  ],
  EVENT_FILE_UNKNOWN: [
    400,
    '{file} is an SQLite file of an unknown kind; expected one from anthracite export, or one of the original Anthracite',
  ],
  QUERY_TOO_COSTLY: [
    400,
    'the search would read more than {limit} events; use a shorter range, or add a type, a tag or a rarer word',
  ],
  QUERY_TOO_SLOW: [
    400,
    'the database needs more than {seconds} s for a part of the answer; use a shorter range, or add a type, a tag or a rarer word',
  ],
  TOO_MANY_SECONDS: [
    400,
    'the answer has events in more than {limit} different seconds; use a shorter range or fewer types',
  ],
  TOO_MANY_COUNTS: [
    400,
    'the answer has more than {limit} numbers; use a longer interval, a shorter range or fewer types',
  ],
  TOO_MANY_SPANS: [
    400,
    'the range has more than {limit} spans; use a shorter range, or a filter such as severity or type',
  ],
  TOO_MANY_DEPLOYS: [
    400,
    'the range and the 37 days before it have more than {limit} events of types deploy_<project>; use a shorter range, or a filter',
  ],
  TOO_MUCH_MAINTENANCE: [
    400,
    'the range has more than {limit} maintenance windows; use a shorter range, or maintenance=count',
  ],
  STORE_CLOSED: [503, 'the server is stopping; send the request again in a moment'],
} as const satisfies Record<string, readonly [number, string]>;

export type StoreErrorCode = keyof typeof storeErrors;

/** Thrown by an `EventStore`. `cause` facts are SQLite's own messages and are never sent to HTTP clients. */
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

  /** The sentence without the server's paths and SQLite's messages, for clients. */
  get publicMessage(): string {
    const facts = { ...this.facts, file: 'the database', cause: "see the server's log" };
    return fillSentence(storeErrors[this.code][1], facts);
  }

  /** True when the file must not be used any more: it is damaged, gone, or another server's. */
  get isFatal(): boolean {
    return this.code === 'DATABASE_DAMAGED' || this.isDisplaced;
  }

  /** True when rows that were read contradict each other; otherwise an error of the disk may look like damage. */
  get isCertain(): boolean {
    return this.facts['certain'] === 1;
  }

  /** True when the path no longer leads to the file that the server opened, or when another server has it. */
  get isDisplaced(): boolean {
    return this.code === 'DATABASE_REPLACED' || this.code === 'DATABASE_TAKEN';
  }
}

/** Thrown when rows that were read contradict each other; becomes `DATABASE_DAMAGED` with its file. */
export class Damage extends Error {
  override readonly name = 'Damage';
}

/** Converts an error of SQLite into a `StoreError`. */
export function toStoreError(error: unknown, file: string): StoreError {
  if (error instanceof StoreError) return error;
  if (error instanceof Damage)
    return new StoreError('DATABASE_DAMAGED', { file, cause: error.message, certain: 1 });
  const sqliteCode = error instanceof Error && 'code' in error ? String(error.code) : '';
  const cause = error instanceof Error ? error.message : String(error);
  const facts = { file, cause: sqliteCode === '' ? cause : `${sqliteCode}: ${cause}` };
  // Opening creates the index of the log, which needs 32 kB.
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
