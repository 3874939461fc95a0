// Opens connections by better-sqlite3, and says how to mend a binding that this Node cannot load.

import { dirname } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import { StoreError } from './store-error';

/** Opens a connection. Throws SQLite's own errors, and `BINDING_NOT_LOADED` when there is no SQLite to open it with. */
export function connect(file: string, options: BetterSqlite3.Options = {}): BetterSqlite3.Database {
  try {
    return new BetterSqlite3(file, options);
  } catch (error) {
    const cause = causeOfUnloaded(error);
    if (cause === null) throw error;
    const folder = dirname(require.resolve('better-sqlite3/package.json'));
    throw new StoreError('BINDING_NOT_LOADED', {
      node: process.version,
      cause,
      folder: quoteForShell(folder),
    });
  }
}

function causeOfUnloaded(error: unknown): string | null {
  if (!(error instanceof Error)) return null;
  // The package `bindings` lists where it looked.
  if ('tries' in error) return 'it was never built';
  if (!('code' in error) || error.code !== 'ERR_DLOPEN_FAILED') return null;
  if (error.message.includes('NODE_MODULE_VERSION')) return 'it was built for another version of Node';
  return error.message.split('\n')[0] ?? '';
}

function quoteForShell(path: string): string {
  return /^[\w@%+:,./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}
