// Opens connections with better-sqlite3, and explains how to repair a binding that this Node cannot load.

import { dirname } from 'node:path';
import type BetterSqlite3 from 'better-sqlite3';
import { StoreError } from '../store-error';

// Version 13 is built for Node-API 10, which Node 20 lacks: one binary, included in its package, for all later versions
// of Node. Version 12, the last for Node 20, ends the process on Node 24.19 and newer when a statement is
// garbage-collected.
const library = Number(process.versions['napi']) >= 10 ? 'better-sqlite3-13' : 'better-sqlite3';

/** The class of connections. */
export const Sqlite = require(library) as typeof BetterSqlite3;

/** Opens a connection. Throws SQLite's own errors, and `BINDING_NOT_LOADED` when the binding cannot be loaded. */
export function connect(file: string, options: BetterSqlite3.Options = {}): BetterSqlite3.Database {
  try {
    return new Sqlite(file, options);
  } catch (error) {
    const cause = causeOfUnloaded(error);
    if (cause === null) throw error;
    const folder = dirname(require.resolve(`${library}/package.json`));
    const script = library === 'better-sqlite3' ? 'install' : 'build-release';
    const command = `npm run ${script} --prefix ${quoteForShell(folder)}`;
    throw new StoreError('BINDING_NOT_LOADED', { node: process.version, cause, command });
  }
}

function causeOfUnloaded(error: unknown): string | null {
  if (!(error instanceof Error)) return null;
  const code = 'code' in error ? error.code : '';
  // The package `bindings`, used by version 12, lists the paths that it tried.
  if ('tries' in error || code === 'MODULE_NOT_FOUND') return 'it was never built';
  if (code !== 'ERR_DLOPEN_FAILED') return null;
  if (error.message.includes('NODE_MODULE_VERSION')) return 'it was built for another version of Node';
  return error.message.split('\n')[0] ?? '';
}

function quoteForShell(path: string): string {
  return /^[\w@%+:,./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}
