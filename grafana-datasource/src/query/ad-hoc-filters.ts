// Ad hoc filters, which users select for all panels of a dashboard. Pure: filters in, a query out.

import { createGlobTest, isExclusion, partPatterns } from '@anthracite/protocol/browser';
import type { AdHocVariableFilter } from '@grafana/data';
import { joinAlternatives, oneWord } from './interpolation';
import { tagsOfLabel, typeKey } from './labels';
import type { AnthraciteQuery } from './query';

/** A pattern that matches no type, for filters without common types: a type has no space. */
const noType = ' ';
const maxShownChars = 80;

/**
 * A query restricted by the filters. Their keys are labels of events: see `labels.ts`. Filters compare by equality with one or several values, or with a `*` pattern for the operators
 * `=~` and `!~`. Throws an error for other operators.
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
  const values = operator.endsWith('|') && filter.values?.length ? filter.values : [value];
  const patterns = operator.endsWith('~') ? patternsOf(filter) : values;
  const tags = patterns.flatMap((one) => tagsOfLabel(key, one)).map(oneWord);
  switch (operator) {
    case '!=':
    case '!~':
    case '!=|':
      return key === typeKey
        ? { ...query, types: [...(query.types ?? []), ...patterns.map((one) => `!${one}`)] }
        : { ...query, noTags: [...(query.noTags ?? []), ...tags] };
    case '=':
    case '=~':
    case '=|':
      if (key === typeKey) return withTypes(query, patterns);
      // The cell of a table can have several tags.
      return {
        ...query,
        allTags: [...(query.allTags ?? []), ...(operator === '=' ? tags : joinAlternatives(tags))],
      };
    default:
      throw notSupported(filter, 'Use =, !=, =|, !=|, or =~ and !~ with a * pattern.');
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

// Simple regular expressions become patterns: alternatives, `.*`, and escaped characters.
function patternsOf(filter: AdHocVariableFilter): string[] {
  const whole = filter.value.replace(/^\^/, '').replace(/(?<!\\)\$$/, '');
  const inner = /^\((?:\?:)?([^()]*)\)$/.exec(whole)?.[1] ?? whole;
  return inner.split('|').map((part) => {
    const plain = part.replaceAll('.*', '*').replaceAll('.+', '*');
    if (/[()[\]{}+?^$]/.test(plain.replace(/\\[^\w]/g, '')) || /\\(?:\w|$)/.test(plain)) {
      throw notSupported(filter, 'Use a pattern in which * matches any characters, such as web*.');
    }
    return plain.replace(/\\(.)/g, '$1');
  });
}

function notSupported({ key, operator, value }: AdHocVariableFilter, instead: string): Error {
  const shown = `${key} ${operator} ${value}`;
  const short = shown.length > maxShownChars ? `${shown.slice(0, maxShownChars)}...` : shown;
  return new Error(`The filter ${short} is not supported. ${instead}`);
}
