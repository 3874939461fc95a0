// The filter of a view: the parameters of docs/query.md, as in its address. Pure.

import { fromTheTop, withParameters } from './address';

/** Which events a view shows. Texts are as typed; empty if not given. */
export interface Filter {
  readonly from: string;
  readonly until: string;
  readonly q: string;
  /** Patterns of types; `!` before a pattern excludes it. */
  readonly type: readonly string[];
  /** Patterns of tags. */
  readonly any: readonly string[];
  readonly all: readonly string[];
  readonly none: readonly string[];
  /** The key of the tag by which events are grouped, and the maximum gap in a group. */
  readonly group: string;
  readonly window: string;
}

/** A filter that accepts all events. */
export const openFilter: Filter = {
  from: '',
  until: '',
  q: '',
  type: [],
  any: [],
  all: [],
  none: [],
  group: '',
  window: '',
};

/** The names of the fields, which are also the names of the parameters. */
export const filterNames = Object.keys(openFilter) as readonly (keyof Filter)[];
/** Fields that an address may repeat. */
export const listedNames = ['type', 'any', 'all', 'none'] as const satisfies readonly (keyof Filter)[];

/** True if a filter excludes anything. */
export function isNarrow(filter: Filter): boolean {
  return filterNames.some((name) => name !== 'window' && filter[name].length > 0);
}

/** The address of the first page of a view with a filter; other parameters of `address` stay. */
export function filteredAddress(address: string, filter: Filter): string {
  const changes = Object.fromEntries(
    filterNames.map((name) => {
      const value = filter[name];
      return [name, value === '' ? null : value] as const;
    }),
  );
  return withParameters(address, { ...changes, ...fromTheTop });
}

/** An error in a form; `field` is the name of the field, null if the error concerns several fields. */
export interface FieldProblem {
  readonly field: string | null;
  readonly message: string;
}
