// Ad hoc filters: what a user of a dashboard picks for all its panels. Pure: filters in, a query out.

import type { AdHocVariableFilter } from '@grafana/data';
import { createPatternTest } from './pattern';
import type { AnthraciteQuery } from './query';

/** The key that stands for an event's type; all others are keys of tags. */
export const typeKey = 'type';
/** No type has a blank: what have nothing in common find nothing. */
const noType = ' ';

/**
 * A query that asks for what the filters leave of it. Filters compare by equality, or by a pattern with `*` where the
 * operator is `=~` or `!~`. Throws an error that tells which operator has no meaning here.
 */
export function withAdHocFilters(
  query: AnthraciteQuery,
  filters: readonly AdHocVariableFilter[],
): AnthraciteQuery {
  return filters.reduce(withFilter, query);
}

function withFilter(query: AnthraciteQuery, filter: AdHocVariableFilter): AnthraciteQuery {
  const { key, operator, value } = filter;
  if (key === '' || (value === '' && !filter.values?.length)) return query;
  const isType = key === typeKey;
  const values = operator.endsWith('|') ? (filter.values ?? [value]) : [value];
  const patterns = (operator.endsWith('~') ? values.map(patternOf) : values).map((one) =>
    isType ? one : `${key}=${one}`,
  );
  switch (operator) {
    case '!=':
    case '!~':
    case '!=|':
      return isType
        ? { ...query, types: [...(query.types ?? []), ...patterns.map((one) => `!${one}`)] }
        : { ...query, noTags: [...(query.noTags ?? []), ...patterns] };
    case '=':
    case '=~':
    case '=|':
      if (isType) return withTypes(query, patterns);
      if (patterns.length === 1) return { ...query, allTags: [...(query.allTags ?? []), ...patterns] };
      if (query.anyTags?.length) throw notTogether(key);
      return { ...query, anyTags: patterns };
    default:
      throw new Error(
        `The filter ${key} ${operator} ${value} cannot be asked here; types and tags are compared with =, !=, or a pattern with * and =~ or !~.`,
      );
  }
}

// Of the types that a query asks for, those that the filter names as well; a filter alone says which.
function withTypes(query: AnthraciteQuery, patterns: readonly string[]): AnthraciteQuery {
  const types = query.types ?? [];
  const wanted = types.filter((type) => !type.startsWith('!'));
  const left = types.filter((type) => type.startsWith('!'));
  if (wanted.length === 0) return { ...query, types: [...patterns, ...left] };
  const both = patterns.filter((one) => wanted.some((pattern) => createPatternTest(pattern)(one)));
  const narrower = wanted.filter((one) => patterns.some((pattern) => createPatternTest(pattern)(one)));
  const common = [...new Set([...both, ...narrower])];
  return { ...query, types: [...(common.length > 0 ? common : [noType]), ...left] };
}

function notTogether(key: string): Error {
  return new Error(
    `The filter on several values of ${key} cannot be joined with the tags of which this query wants any; pick one value.`,
  );
}

// Regular expressions of the simplest kind are patterns; others do not exist here.
function patternOf(value: string): string {
  return value.replace(/^\^/, '').replace(/\$$/, '').replaceAll('.*', '*');
}
