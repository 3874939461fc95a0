// Opens connections with better-sqlite3, and explains how to repair a binding that is missing or that this Node cannot load.

import { dirname } from 'node:path';
import type BetterSqlite3 from 'better-sqlite3';
import { StoreError } from '../store-error';

// Version 13 is built for Node-API 10, which Node 20 lacks: one binary, included in its package, for all later versions
// of Node. Version 12, the last for Node 20, ends the process on Node 24.19 and newer when a statement is
// garbage-collected.
const library = Number(process.versions['napi']) >= 10 ? 'better-sqlite3-13' : 'better-sqlite3';
// An installed server finds packages in the same global folder.
const commands = {
  'better-sqlite3': 'npm install -g better-sqlite3@12',
  'better-sqlite3-13': 'npm install -g better-sqlite3-13@npm:better-sqlite3@13',
} as const;

/** The class of connections. `BINDING_NOT_LOADED` is thrown here if the library is not installed. */
export const Sqlite: typeof BetterSqlite3 = load();

function load(): typeof BetterSqlite3 {
  try {
    return require(library);
  } catch (error) {
    // npm leaves an optional package out if its binding cannot be built.
    if (!isNotInstalled(error)) throw error;
    const facts = { node: process.version, cause: 'it is not installed', command: commands[library] };
    throw new StoreError('BINDING_NOT_LOADED', facts);
  }
}

function isNotInstalled(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith(`Cannot find module '${library}'`);
}

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
