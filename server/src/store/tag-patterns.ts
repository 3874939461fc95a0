// Turns a pattern for types or tags into SQL on a column that is indexed. Knows no table.

import { createGlobTest, globParts } from '@anthracite/protocol/core';
import type { Sql } from './sql';

const maxCachedPatterns = 256;
const lastCodePoint = 0x10ffff;

/** What the functions are added to: a connection, as far as that goes. */
interface Connection {
  function(
    name: string,
    options: { deterministic: boolean },
    implementation: (...values: unknown[]) => unknown,
  ): unknown;
}

/** Adds the function `glob_matches(pattern, text)` to a connection. SQLite's own GLOB can be made slow by a pattern. */
export function addGlobFunction(db: Connection): void {
  const tests = new Map<string, (text: string) => boolean>();
  db.function('glob_matches', { deterministic: true }, (pattern, text) => {
    let test = tests.get(pattern as string);
    if (test === undefined) {
      if (tests.size >= maxCachedPatterns) tests.clear();
      test = createGlobTest(pattern as string);
      tests.set(pattern as string, test);
    }
    return test(text as string) ? 1 : 0;
  });
}

/** The condition that a column matches a pattern: by its equal or its range in the index, as far as that goes. */
export function matchPattern(column: string, pattern: string): Sql {
  const [prefix, ...rest] = globParts(pattern);
  if (rest.length === 0) return { text: `${column} = ?`, values: [pattern] };
  const end = successorOf(prefix);
  const range: Sql =
    end === null
      ? { text: `${column} >= ?`, values: [prefix] }
      : { text: `${column} >= ? AND ${column} < ?`, values: [prefix, end] };
  if (isIndexed(pattern)) return range;
  return {
    text: `${range.text} AND glob_matches(?, ${column})`,
    values: [...range.values, pattern],
  };
}

/** Whether the index alone tells what matches a pattern: it has no sign, or one at its end. */
export function isIndexed(pattern: string): boolean {
  const [, ...rest] = globParts(pattern);
  return rest.length === 0 || (rest.length === 1 && rest[0] === '');
}

/** The least text that is greater than all that begin with the prefix, in SQLite's order; null when there is none. */
function successorOf(prefix: string): string | null {
  const codePoints = Array.from(prefix, (c) => c.codePointAt(0) ?? 0);
  for (let last = codePoints.pop(); last !== undefined; last = codePoints.pop()) {
    if (last === lastCodePoint) continue;
    // Surrogates are no characters.
    const next = last === 0xd7ff ? 0xe000 : last + 1;
    return String.fromCodePoint(...codePoints, next);
  }
  return null;
}
