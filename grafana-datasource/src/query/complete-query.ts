// The defaults of queries. Pure.

import type { DataQuery } from '@grafana/schema';
import { migrateQuery, queryVersion } from './migration';
import type { AnthraciteQuery, CompleteQuery } from './query';

/** The defaults of a new query. */
export const defaultQuery: Readonly<Omit<CompleteQuery, keyof DataQuery | 'limit'>> = {
  version: queryVersion,
  kind: 'table',
  show: 'both',
  types: [],
  anyTags: [],
  allTags: [],
  noTags: [],
  text: '',
  spanState: '',
  spanScale: '',
  severities: [],
  groupBy: '',
  groupWindow: '',
  countBy: 'type',
  interval: '',
  period: '',
  subjects: [],
  within: '',
};

/** A saved query in the current form, with defaults for missing fields. */
export function completeQuery(saved: AnthraciteQuery): CompleteQuery {
  const query = migrateQuery(saved);
  const said = Object.entries(query).filter(([, value]) => value !== undefined && value !== null);
  return { ...query, ...defaultQuery, ...Object.fromEntries(said) };
}
