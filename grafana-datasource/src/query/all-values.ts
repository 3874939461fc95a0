// Finds one pattern for all values of a variable. Pure.

import type { VariableKind } from './variable-query';

/** The parts of a dashboard's variable that matter here, as Grafana describes it. */
export interface DashboardVariable {
  readonly type?: unknown;
  readonly current?: { readonly value?: unknown };
  readonly datasource?: { readonly type?: unknown } | null;
  readonly query?: unknown;
  readonly allValue?: unknown;
  readonly regex?: unknown;
}

const all = '$__all';
// Their values are patterns of the wrong events: closed incidents also have keys.
const listedKinds: ReadonlySet<VariableKind> = new Set(['openIncidents']);

/**
 * The pattern that matches the values of a variable of this datasource if All is selected: its own pattern, or `*`. Null for other
 * variables, and if only the list of values says which they are.
 */
export function patternOfAll(variable: DashboardVariable | undefined, datasourceType: string): string | null {
  if (variable === undefined || variable.type !== 'query') return null;
  const { current, datasource, query, allValue, regex } = variable;
  if (![current?.value].flat().includes(all)) return null;
  if ((datasource?.type ?? datasourceType) !== datasourceType) return null;
  if (typeof query !== 'object' || query === null) return null;
  const { kind = 'types', pattern = '' } = query as { kind?: VariableKind; pattern?: string };
  const isStar = allValue === '*';
  if (!isStar && (Boolean(allValue) || Boolean(regex) || listedKinds.has(kind))) return null;
  return String(pattern).trim() || '*';
}
