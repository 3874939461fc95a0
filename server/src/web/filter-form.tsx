// The filter form of a view. It submits by GET, so every view has an address that can be shared.

import type { ComponentChildren } from 'preact';
import { withParameters } from './address';
import { Field, GeneralProblem, KnownTypes } from './field';
import { type FieldProblem, type Filter, filteredAddress, isNarrow, openFilter } from './filter';

const ranges = [
  ['-1h', '1 hour'],
  ['-24h', '1 day'],
  ['-7d', '1 week'],
  ['-30d', '30 days'],
  ['', 'All'],
] as const;

/** The form. */
export function FilterForm({
  self,
  filter,
  types,
  problem = null,
  hidden = {},
  canGroup = false,
  hasRanges = true,
  beside,
  children,
}: {
  /** Path and query of the view. */
  readonly self: string;
  readonly filter: Filter;
  /** Names of existing types, for completion. */
  readonly types: readonly string[];
  readonly problem?: FieldProblem | null;
  /** Other parameters of the view, which the form keeps. */
  readonly hidden?: Readonly<Record<string, string>>;
  /** True if events can be grouped. */
  readonly canGroup?: boolean;
  /** False if the view has its own ranges. */
  readonly hasRanges?: boolean;
  /** Additional fields that are always visible. */
  readonly beside?: ComponentChildren;
  /** Additional fields among the folded filters. */
  readonly children?: ComponentChildren;
}) {
  const path = withParameters(self, {}).split('?', 1)[0] ?? '';
  const hasMore = filter.any.length + filter.none.length > 0 || filter.group !== '' || children !== undefined;
  const of = (name: keyof Filter) => ({
    name,
    value: [filter[name]].flat().join(' '),
    problem,
  });
  return (
    <search>
      <form class="filter" action={path} method="get">
        {Object.entries(hidden).map(([name, value]) => (
          <input key={name} type="hidden" name={name} value={value} />
        ))}
        <div class="fields">
          <Field {...of('q')} label="Text" kind="search" hint='words, "phrases", -not' />
          <Field {...of('type')} label="Type" list="known-types" hint="deploy_* !*_test" complete="types" />
          <Field {...of('all')} label="Tags" hint="env=prod host=web*" complete="tags" />
          <Field {...of('from')} label="From" list="known-times" hint="-24h, 2026-11-25" />
          <Field {...of('until')} label="Until" list="known-times" hint="now" />
          {beside}
          <button class="button main" type="submit">
            Show
          </button>
        </div>
        <div class="below">
          <details class="more" open={hasMore}>
            <summary>More filters</summary>
            <div class="fields">
              <Field {...of('any')} label="Any of these tags" hint="host=web1 host=web2" complete="tags" />
              <Field {...of('none')} label="None of these tags" hint="env=test" complete="tags" />
              {canGroup && (
                <>
                  <Field {...of('group')} label="Group by tag" hint="version" />
                  <Field {...of('window')} label="Maximum gap" hint="15min" />
                </>
              )}
              {children}
            </div>
          </details>
          {hasRanges && <Ranges self={self} filter={filter} />}
          {isNarrow(filter) && (
            <a class="clear" href={filteredAddress(self, openFilter)}>
              Clear filters
            </a>
          )}
        </div>
        <GeneralProblem problem={problem} />
        <KnownTypes types={types} />
        <datalist id="known-times">
          {['-1h', '-6h', '-24h', '-7d', '-30d', 'today', 'yesterday', 'monday'].map((time) => (
            <option key={time} value={time} />
          ))}
        </datalist>
      </form>
    </search>
  );
}

function Ranges({ self, filter }: { readonly self: string; readonly filter: Filter }) {
  return (
    <nav class="ranges" aria-label="Time range">
      {ranges.map(([from, name]) => (
        <a
          key={name}
          href={filteredAddress(self, { ...filter, from, until: '' })}
          {...(filter.from === from && filter.until === '' && { 'aria-current': 'true' })}
        >
          {name}
        </a>
      ))}
    </nav>
  );
}
