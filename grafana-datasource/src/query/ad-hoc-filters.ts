// Ad hoc filters, which users select for all panels of a dashboard. Pure: filters in, a query out.

import { createGlobTest, isExclusion, partPatterns } from '@anthracite/protocol/browser';
import type { AdHocVariableFilter } from '@grafana/data';

import type { AnthraciteQuery } from './query';
import { filtersOfTags } from './tags-column';

/** The key for an event's type; all other keys are keys of tags. */
export const typeKey = 'type';
/** A pattern that matches no type, for filters without common types: a type has no space. */
const noType = ' ';

/**
 * A query restricted by the filters. Filters compare by equality, or with a `*` pattern for the operators `=~` and `!~`. Throws an
 * error for other operators.
 */
export function withAdHocFilters(
  query: AnthraciteQuery,
  filters: readonly AdHocVariableFilter[],
): AnthraciteQuery {
  return filters.flatMap(filtersOfTags).reduce(withFilter, query);
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
        `The filter ${key} ${operator} ${value} is not supported. Use = or !=, or =~ or !~ with a * pattern.`,
      );
  }
}

// The types that match both the query and the filter; the types of the filter if the query has no types.
function withTypes(query: AnthraciteQuery, patterns: readonly string[]): AnthraciteQuery {
  const types = query.types ?? [];
  const { wanted } = partPatterns(types);
  const left = types.filter(isExclusion);
  if (wanted.length === 0) return { ...query, types: [...patterns, ...left] };
  const both = patterns.filter((one) => wanted.some((pattern) => createGlobTest(pattern)(one)));
  const narrower = wanted.filter((one) => patterns.some((pattern) => createGlobTest(pattern)(one)));
  const common = [...new Set([...both, ...narrower])];
  return { ...query, types: [...(common.length > 0 ? common : [noType]), ...left] };
}

function notTogether(key: string): Error {
  return new Error(
    `The filter on several values of ${key} cannot be combined with "Any of the tags" of this query. Select one value.`,
  );
}

// Simple regular expressions become patterns; others are not supported.
function patternOf(value: string): string {
  return value.replace(/^\^/, '').replace(/\$$/, '').replaceAll('.*', '*');
}
