// Filters that users add with the buttons of a log line or a table. Pure: a query in, a query out.

import { isExclusion } from '@anthracite/protocol/browser';
import type { QueryFilterOptions, QueryFixAction, ToggleFilterAction } from '@grafana/data';
import { tagsOfLabel, typeKey } from '../query/labels';
import type { AnthraciteQuery } from '../query/query';

/** The changes that `modifyQuery` makes: by a label, or by a selected text. */
export const queryModifications = [
  'ADD_FILTER',
  'ADD_FILTER_OUT',
  'ADD_STRING_FILTER',
  'ADD_STRING_FILTER_OUT',
];

/** A type, or tags. */
interface LabelFilter {
  readonly type: string | null;
  readonly tags: readonly string[];
}

/** Adds the filter, or removes it if the query has it. The opposite filter is replaced. */
export function toggleFilter(
  query: AnthraciteQuery,
  { type: action, options }: ToggleFilterAction,
): AnthraciteQuery {
  const filter = filterOf(options);
  const others = without(query, filter);
  if (action === 'FILTER_FOR') return includes(query, filter) ? others : including(others, filter);
  return excludes(query, filter) ? others : excluding(others, filter);
}

/** True if the query shows only events with this label. */
export function hasFilter(query: AnthraciteQuery, options: QueryFilterOptions): boolean {
  return includes(query, filterOf(options));
}

/** Adds a filter. Other changes are not made. */
export function modifyQuery(
  query: AnthraciteQuery,
  { type: action, options = {} }: QueryFixAction,
): AnthraciteQuery {
  const filter = filterOf(options);
  switch (action) {
    case 'ADD_FILTER':
      return including(without(query, filter), filter);
    case 'ADD_FILTER_OUT':
      return excluding(without(query, filter), filter);
    case 'ADD_STRING_FILTER':
      return searching(query, '', options['value']);
    case 'ADD_STRING_FILTER_OUT':
      return searching(query, '-', options['value']);
    default:
      return query;
  }
}

function filterOf({ key = '', value = '' }: QueryFilterOptions): LabelFilter {
  return key === typeKey
    ? { type: literalType(value), tags: [] }
    : { type: null, tags: tagsOfLabel(key, value) };
}

// A type that starts with ! would be an exclusion.
function literalType(type: string): string {
  return isExclusion(type) ? `*${type.slice(1)}` : type;
}

function includes({ types = [], allTags = [] }: AnthraciteQuery, { type, tags }: LabelFilter): boolean {
  return type === null ? tags.every((tag) => allTags.includes(tag)) : types.includes(type);
}

function excludes({ types = [], noTags = [] }: AnthraciteQuery, { type, tags }: LabelFilter): boolean {
  return type === null ? tags.every((tag) => noTags.includes(tag)) : types.includes(`!${type}`);
}

function without(query: AnthraciteQuery, { type, tags }: LabelFilter): AnthraciteQuery {
  const { types = [], allTags = [], noTags = [] } = query;
  if (type !== null) return { ...query, types: types.filter((one) => one !== type && one !== `!${type}`) };
  const isOther = (tag: string): boolean => !tags.includes(tag);
  return { ...query, allTags: allTags.filter(isOther), noTags: noTags.filter(isOther) };
}

// An event has one type, so the type replaces the patterns that were wanted.
function including(query: AnthraciteQuery, { type, tags }: LabelFilter): AnthraciteQuery {
  const { types = [], allTags = [] } = query;
  return type === null
    ? { ...query, allTags: [...allTags, ...tags] }
    : { ...query, types: [type, ...types.filter(isExclusion)] };
}

function excluding(query: AnthraciteQuery, { type, tags }: LabelFilter): AnthraciteQuery {
  const { types = [], noTags = [] } = query;
  return type === null
    ? { ...query, noTags: [...noTags, ...tags] }
    : { ...query, types: [...types, `!${type}`] };
}

function searching(query: AnthraciteQuery, sign: string, value = ''): AnthraciteQuery {
  const phrase = value.replace(/["\s]+/g, ' ').trim();
  if (phrase === '') return query;
  return { ...query, text: [query.text ?? '', `${sign}"${phrase}"`].filter(Boolean).join(' ') };
}
