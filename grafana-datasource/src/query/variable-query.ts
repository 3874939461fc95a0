// What a variable of a dashboard asks for. Pure.

import type { DataQuery } from '@grafana/schema';

/** What a variable's values are. */
export type VariableKind = 'types' | 'tagKeys' | 'tagValues' | 'openIncidents';

/** A variable's query, as dashboards keep it. */
export interface AnthraciteVariableQuery extends DataQuery {
  kind?: VariableKind;
  /** The key of the tags whose values are listed. */
  key?: string;
  /** What the values must look like; `*` stands for any characters. Empty for all. */
  pattern?: string;
}

/** What a new variable asks for. */
export const defaultVariableQuery = { kind: 'types', key: '', pattern: '' } as const;
