// Checks that the settings do not allow more connections than the process can open files. Pure.

import type { Settings } from '@anthracite/server/core';

// The database, its threads, SQLite exports, output.
const otherFiles = 100;

/** A warning if they do; null if they do not, or if the limit is unknown. */
export function warnOfOpenFiles(
  settings: Pick<Settings, 'max-http-connections' | 'max-tcp-connections'>,
  limit: number | null,
): string | null {
  const connections = settings['max-http-connections'] + settings['max-tcp-connections'];
  if (limit === null || limit >= connections + otherFiles) return null;
  return `the process may open ${limit} files, but the settings allow ${connections} connections; raise the limit (ulimit -Hn, LimitNOFILE in systemd), or lower max-tcp-connections or max-http-connections`;
}
