// The filter form of a view. It submits by GET, so every view has an address that can be shared.

import type { ComponentChildren } from 'preact';
import { withParameters } from './address';
import { Field, GeneralProblem, KnownTypes } from './field';
import { type FieldProblem, type Filter, filteredAddress, isNarrow, openFilter } from './filter';
import type { Frame } from './layout';
import type { TypedRange } from './range-names';
import { AbsoluteRangeForm, RangePicker, type WholeRange } from './range-picker';

/** The form. */
export function FilterForm({
  frame,
  filter,
  types,
  problem = null,
  hidden = {},
  canGroup = false,
  shown = filter,
  whole = null,
  beside,
  children,
}: {
  readonly frame: Frame;
  readonly filter: Filter;
  /** Names of existing types, for completion. */
  readonly types: readonly string[];
  readonly problem?: FieldProblem | null;
  /** Other parameters of the view, which the form keeps. */
  readonly hidden?: Readonly<Record<string, string>>;
  /** True if events can be grouped. */
  readonly canGroup?: boolean;
  /** The texts of the range in view, if the view has a default. */
  readonly shown?: TypedRange;
  /** A link to a range without a start. */
  readonly whole?: WholeRange | null;
  /** Additional fields that are always visible. */
  readonly beside?: ComponentChildren;
  /** Additional fields among the folded filters. */
  readonly children?: ComponentChildren;
}) {
  const { self } = frame;
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
        {frame.linkedZone !== null && <input type="hidden" name="tz" value={frame.linkedZone} />}
        {Object.entries(hidden).map(([name, value]) => (
          <input key={name} type="hidden" name={name} value={value} />
        ))}
        <div class="fields">
          <Field {...of('q')} label="Text" kind="search" hint='words, "phrases", -not' />
          <Field {...of('type')} label="Type" list="known-types" hint="deploy_* !*_test" complete="types" />
          <Field {...of('all')} label="Tags" hint="env=prod host=web*" complete="tags" />
          {beside}
          <RangePicker frame={frame} typed={filter} shown={shown} problem={problem} whole={whole} />
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
          {isNarrow(filter) && (
            <a class="clear" href={filteredAddress(self, openFilter)}>
              Clear filters
            </a>
          )}
        </div>
        <GeneralProblem problem={problem} />
        <KnownTypes types={types} />
      </form>
      <AbsoluteRangeForm self={self} />
    </search>
  );
}
