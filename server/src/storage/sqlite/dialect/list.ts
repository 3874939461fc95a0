// Binds many values as one.

import type { Sql } from '../../sql';

/** Values as a subquery with one column. */
export function listOf(values: readonly (number | string)[]): Sql {
  // SQLite's JSON functions end a text at its first NUL.
  const isOdd = (value: number | string): boolean => typeof value === 'string' && value.includes('\0');
  const odd = values.filter(isOdd);
  const others = odd.length === 0 ? values : values.filter((value) => !isOdd(value));
  return {
    text: `SELECT value FROM json_each(?)${' UNION ALL SELECT ?'.repeat(odd.length)}`,
    values: [JSON.stringify(others), ...odd],
  };
}
