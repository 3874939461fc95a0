// SQL for numbers that are in the table `meta` only once something was purged.

/** The value of a key; 0 without one. */
export function remembered(key: string): string {
  return `coalesce((SELECT value FROM meta WHERE key = '${key}'), 0)`;
}
