// Loads the server itself, for the commands that are one or read its files. It takes longer to load than any other command
// to run, so nothing else may import it.

/** All of the server. */
export function loadServer(): typeof import('@anthracite/server') {
  return require('@anthracite/server');
}
