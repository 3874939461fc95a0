// What a view is narrowed to: the parameters of docs/query.md, as they stand in its address. Pure.

import { fromTheTop, withParameters } from './address';

/** Which events a view shows. Texts are as they were typed; empty where nothing was said. */
export interface Filter {
  readonly from: string;
  readonly until: string;
  readonly q: string;
  /** Patterns of types; one behind `!` is left out. */
  readonly type: readonly string[];
  /** Patterns of tags. */
  readonly any: readonly string[];
  readonly all: readonly string[];
  readonly none: readonly string[];
  /** The key of the tag by which events are folded, and how far apart they may be. */
  readonly group: string;
  readonly window: string;
}

/** A filter that lets everything through. */
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

/** The names of its parts, which are those of their parameters. */
export const filterNames = Object.keys(openFilter) as readonly (keyof Filter)[];
/** Those of which an address may have several. */
export const listedNames = ['type', 'any', 'all', 'none'] as const satisfies readonly (keyof Filter)[];

/** True where a filter holds anything back. */
export function isNarrow(filter: Filter): boolean {
  return filterNames.some((name) => name !== 'window' && filter[name].length > 0);
}

/** The address of a view with a filter, from its beginning; what else stands in `address` stays. */
export function filteredAddress(address: string, filter: Filter): string {
  const changes = Object.fromEntries(
    filterNames.map((name) => {
      const value = filter[name];
      return [name, value === '' ? null : value] as const;
    }),
  );
  return withParameters(address, { ...changes, ...fromTheTop });
}

/** What is wrong with something that was typed; `field` is its name, null where it is none of them alone. */
export interface FieldProblem {
  readonly field: string | null;
  readonly message: string;
}
