// The query of a dashboard variable. Pure.

import type { DataQuery } from '@grafana/schema';

/** The kind of a variable's values. */
export type VariableKind = 'types' | 'tagKeys' | 'tagValues' | 'openIncidents';

/** A variable's query, as saved in dashboards. */
export interface AnthraciteVariableQuery extends DataQuery {
  kind?: VariableKind;
  /** The key of the tags whose values are listed. */
  key?: string;
  /** Pattern that values must match; `*` matches any characters. Empty: all. */
  pattern?: string;
}

/** The defaults of a new variable. */
export const defaultVariableQuery = { kind: 'types', key: '', pattern: '' } as const;
