// A one-line description of a query, for lists of queries. Pure.

import type { CompleteQuery, QueryKind } from './query';

const kindNames: Readonly<Record<QueryKind, string>> = {
  table: 'events',
  logs: 'events as log lines',
  counts: 'counts',
  spans: 'spans',
  spanTable: 'spans as a table',
  report: 'report',
  marks: 'marks',
  suspects: 'suspects',
  followers: 'followers',
  annotation: 'annotations',
  volume: 'counts by level',
};

/** Describes a query. */
export function describeQuery(query: CompleteQuery): string {
  const {
    kind,
    subjects,
    spanState,
    spanScale,
    severities,
    types,
    anyTags,
    allTags,
    noTags,
    text,
    groupBy,
    countBy,
  } = query;
  return [
    `${kindNames[kind] ?? String(kind)}${subjects.length > 0 ? ` of ${subjects.join(', ')}` : ''}`,
    spanState,
    spanScale,
    severities.length > 0 ? `severity ${severities.join(', ')}` : '',
    types.join(', '),
    anyTags.length > 0 ? `any of ${anyTags.join(', ')}` : '',
    allTags.length > 0 ? `with ${allTags.map((tags) => tags.replaceAll(' ', ' or ')).join(', ')}` : '',
    noTags.length > 0 ? `without ${noTags.join(', ')}` : '',
    text === '' ? '' : `"${text}"`,
    groupBy === '' ? '' : `grouped by ${groupBy}`,
    kind === 'counts' && countBy !== '' ? `by ${countBy}` : '',
  ]
    .filter((part) => part !== '')
    .join(' | ');
}
