// SQLite for the tests: the library that the server uses on this Node.

import type BetterSqlite3 from 'better-sqlite3';

/** Whether the library's binding is built for one version of Node, as on Node 20; later ones share one that is part of its package. */
export const isBuiltForNode = Number(process.versions['napi']) < 10;

/** The library's name. */
export const library = isBuiltForNode ? 'better-sqlite3' : 'better-sqlite3-13';

/** The class of connections. */
export const Sqlite = require(library) as typeof BetterSqlite3;
