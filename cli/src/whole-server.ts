// Loads the server package, for commands that run a server or read its files. Loading it takes longer than running any other
// command, so no other file may import it.

/** Loads the package of the server. */
export function loadServer(): typeof import('@anthracite/server') {
  return require('@anthracite/server');
}
