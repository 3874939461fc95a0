// Saved queries of other versions of the plugin. Pure.

import type { AnthraciteQuery } from './query';

/** The version of the form in which queries are saved. Queries without a version have the form of version 1. */
export const queryVersion = 1;

const lists = ['types', 'anyTags', 'allTags', 'noTags', 'severities'] as const;

/** A saved query in the current form; the same object if it has this form. */
export function migrateQuery(query: AnthraciteQuery): AnthraciteQuery {
  // In dashboards that are written by hand, a list of one value is often a text.
  const texts = lists.filter((name) => typeof query[name] === 'string');
  if (texts.length === 0) return query;
  return { ...query, ...Object.fromEntries(texts.map((name) => [name, query[name] ? [query[name]] : []])) };
}

/** Throws an error for a query that a newer version of the plugin saved. */
export function checkVersion({ version = queryVersion }: AnthraciteQuery): void {
  if (version <= queryVersion) return;
  throw new Error(
    'This query was saved by a newer version of the plugin. Install that version, or create the query again.',
  );
}
