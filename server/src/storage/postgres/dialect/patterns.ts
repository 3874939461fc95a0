// Converts a pattern for types or tags into SQL on an indexed column. Independent of tables.

import { globParts } from '@anthracite/protocol/core';
import { isIndexed, successorOf } from '../../patterns';
import { joinSql, type Sql, wrapSql } from '../../sql';

/** The condition that a column starts with a text. */
export function startsWith(column: string, prefix: string): Sql {
  const end = successorOf(prefix);
  return end === null
    ? { text: `${column} >= ? AND starts_with(${column}, ?)`, values: [prefix, prefix] }
    : { text: `${column} >= ? AND ${column} < ?`, values: [prefix, end] };
}

/** The condition that a column matches any of some patterns; no pattern matches nothing. */
export function matchAny(column: string, patterns: readonly string[]): Sql {
  const exact = patterns.filter((pattern) => !pattern.includes('*'));
  const others = patterns.filter((pattern) => pattern.includes('*'));
  const conditions: readonly Sql[] = [
    ...(exact.length > 0 ? [{ text: `${column} = ANY(?::text[])`, values: [exact] }] : []),
    ...others.map((pattern) => matchPattern(column, pattern)),
  ];
  return conditions.length === 0
    ? { text: 'FALSE', values: [] }
    : wrapSql('(', joinSql(conditions, ' OR '), ')');
}

function matchPattern(column: string, pattern: string): Sql {
  const range = startsWith(column, globParts(pattern)[0]);
  return isIndexed(pattern)
    ? range
    : joinSql([range, { text: `${column} LIKE ?`, values: [likeOf(pattern)] }], ' AND ');
}

// `*` matches any number of characters, everything else matches literally.
function likeOf(pattern: string): string {
  return globParts(pattern)
    .map((part) => part.replace(/[\\%_]/g, '\\$&'))
    .join('%');
}
