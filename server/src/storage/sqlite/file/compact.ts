// Rewrites a database that no server uses: nothing of what was deleted stays, and its file can shrink from then on.

import { existsSync, statSync } from 'node:fs';
import { StoreError, toStoreError } from '../../store-error';
import { inspectDatabase, inspectHeader, openForWriting } from '../database';
import { DatabaseLock } from './database-lock';
import { prepareFiles, requireFile, resolveDatabase } from './file-access';

/** A compacted database, and its size in bytes before and after. */
export interface CompactedDatabase {
  readonly file: string;
  readonly before: number;
  readonly after: number;
}

/** Compacts a database. Needs as much free space as the file has. Throws a `StoreError`; the database is then unchanged. */
export function compactDatabase(path: string): CompactedDatabase {
  const file = resolveDatabase(path);
  requireFile(file);
  inspectHeader(file);
  prepareFiles(file);
  const lock = new DatabaseLock(file);
  try {
    if (!existsSync(file)) throw new StoreError('DATABASE_FAILED', { file, cause: 'it does not exist' });
    inspectDatabase(file);
    const before = statSync(file).size;
    const db = openForWriting(file);
    try {
      // Takes effect with the next statement.
      db.pragma('auto_vacuum = INCREMENTAL');
      db.exec('VACUUM');
      db.pragma('wal_checkpoint(TRUNCATE)');
    } finally {
      db.close();
    }
    return { file, before, after: statSync(file).size };
  } catch (error) {
    throw toStoreError(error, file);
  } finally {
    lock.close();
  }
}
