// Loads the server package, for commands that run a server or read its files. Loading it takes longer than running any other
// command, so no other file may import it.

import { UsageError } from './exit-codes';

const serverPackage = '@anthracite/server';

/** Loads the package of the server. Throws a `UsageError` in the client's package, which lacks it. */
export function loadServer(): typeof import('@anthracite/server') {
  try {
    return require('@anthracite/server');
  } catch (error) {
    if (!isMissing(error)) throw error;
    throw new UsageError(
      'this is only the client; to run this command, install the package of the server (docs/install.md)',
    );
  }
}

function isMissing(error: unknown): boolean {
  return (
    error instanceof Error &&
    'code' in error &&
    error.code === 'MODULE_NOT_FOUND' &&
    error.message.startsWith(`Cannot find module '${serverPackage}'`)
  );
}
