// Loads the library of PostgreSQL by its real path. It is loaded only when it is used, and Node then may look for its dependencies
// next to a symbolic link to it, where they are not.

import { realpathSync } from 'node:fs';

/** The library. */
export const pg: typeof import('pg') = require(realpathSync(require.resolve('pg')));
