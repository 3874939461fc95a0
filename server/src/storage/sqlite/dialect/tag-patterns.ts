// Converts a pattern for types or tags into SQL on an indexed column. Independent of tables.

import { createGlobTest, globParts } from '@anthracite/protocol/core';
import { isIndexed, successorOf } from '../../patterns';
import { joinSql, type Sql, wrapSql } from '../../sql';
import { listOf } from './list';

const maxCachedPatterns = 256;

/** The part of a connection to which functions are added. */
interface Connection {
  function(
    name: string,
    options: { deterministic: boolean },
    implementation: (...values: unknown[]) => unknown,
  ): unknown;
}

/** Adds the function `glob_matches(pattern, text)` to a connection. Some patterns make SQLite's own GLOB slow. */
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

/** The condition that a column matches a pattern: by equality or a range in the index, as far as possible. */
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

// SQLite looks up this many values one by one; more values are passed as one list.
const maxListed = 16;

/**
 * The rows whose column matches any of some patterns, as conditions that each use the index; a row may match several of
 * them. Thousands of patterns without special characters become one condition.
 */
export function matchAny(column: string, patterns: readonly string[]): readonly Sql[] {
  const exact = patterns.filter((pattern) => !pattern.includes('*'));
  const others = patterns.filter((pattern) => pattern.includes('*'));
  const values: readonly Sql[] =
    exact.length <= maxListed
      ? exact.map((value) => matchPattern(column, value))
      : [wrapSql(`${column} IN (`, listOf(exact), ')')];
  return [...values, ...others.map((pattern) => matchPattern(column, pattern))].map((condition) =>
    wrapSql('(', condition, ')'),
  );
}

/** A column of the rows that match any of some patterns, by `matchAny`. `condition` is one that all rows must meet. */
export function selectAny(select: string, column: string, patterns: readonly string[], condition = ''): Sql {
  const parts = matchAny(column, patterns).map((match) => wrapSql(`${select} WHERE ${condition}`, match, ''));
  return parts.length === 1
    ? (parts[0] as Sql)
    : wrapSql('SELECT * FROM (', joinSql(parts, ' UNION ALL '), ')');
}
