// Facets: the types and tags of the events in view, with counts. A click includes or excludes events.

import { fromTheTop, withParameters, withValue } from './address';
import type { Filter } from './filter';
import { countText } from './measure';

/** A value that events have, and their number. */
export interface FacetValue {
  /** The type, or the whole tag. */
  readonly term: string;
  readonly count: number;
}

/** The values of a facet, the most frequent first. */
export interface Facet {
  readonly name: string;
  /** The parameters that include and exclude events. */
  readonly field: 'type' | 'tag';
  readonly values: readonly FacetValue[];
  /** Number of values that are not listed. */
  readonly more: number;
}

/** The facets of tags: their names and the keys of their tags. */
export const tagFacets = [
  { name: 'Environment', keys: ['env', 'environment'] },
  { name: 'Host', keys: ['host'] },
  { name: 'Service', keys: ['project', 'service', 'app'] },
  { name: 'Person', keys: ['user', 'who'] },
] as const;

const shownAtOnce = 6;
const maxListed = 40;

/** The facets of counted names: types as `=type`, and whole tags. */
export function toFacets(counts: ReadonlyMap<string, number>): readonly Facet[] {
  const ofField = (name: string, field: Facet['field'], isOf: (term: string) => boolean): Facet => {
    const values = [...counts]
      .filter(([term]) => isOf(term))
      .map(([term, count]) => ({ term: field === 'type' ? term.slice(1) : term, count }))
      .sort((one, other) => other.count - one.count || (one.term < other.term ? -1 : 1));
    return { name, field, values: values.slice(0, maxListed), more: Math.max(0, values.length - maxListed) };
  };
  const tags = tagFacets.map(({ name, keys }) =>
    ofField(name, 'tag', (term) => keys.some((key) => term.startsWith(`${key}=`))),
  );
  return [ofField('Type', 'type', (term) => term.startsWith('=')), ...tags].filter(
    ({ values }) => values.length > 0,
  );
}

/** The facets; `self` is the path and query of the list. */
export function Facets({
  facets,
  filter,
  self,
}: {
  readonly facets: readonly Facet[];
  readonly filter: Filter;
  readonly self: string;
}) {
  return (
    <aside class="facets" id="facets" aria-label="Facets">
      <Excluded filter={filter} self={self} />
      {facets.map((facet) => (
        <FacetPart key={facet.name} facet={facet} filter={filter} self={self} />
      ))}
    </aside>
  );
}

function FacetPart({
  facet: { name, field, values, more },
  filter,
  self,
}: {
  readonly facet: Facet;
  readonly filter: Filter;
  readonly self: string;
}) {
  const item = (value: FacetValue) => (
    <FacetItem key={value.term} value={value} field={field} filter={filter} self={self} />
  );
  const rest = values.slice(shownAtOnce);
  return (
    <section>
      <h2>{name}</h2>
      <ul>{values.slice(0, shownAtOnce).map(item)}</ul>
      {rest.length > 0 && (
        <details>
          <summary>{countText(rest.length + more)} more</summary>
          <ul>{rest.map(item)}</ul>
          {more > 0 && <p class="soft">{countText(more)} more values are not listed.</p>}
        </details>
      )}
    </section>
  );
}

function FacetItem({
  value: { term, count },
  field,
  filter,
  self,
}: {
  readonly value: FacetValue;
  readonly field: Facet['field'];
  readonly filter: Filter;
  readonly self: string;
}) {
  const [including, excluding] = field === 'type' ? (['type', 'type'] as const) : (['all', 'none'] as const);
  const pattern = field === 'type' ? patternOf(term) : term;
  const isIncluded = filter[including].includes(pattern);
  const include = isIncluded
    ? without(self, filter, including, pattern)
    : withValue(self, including, pattern);
  const shown = field === 'type' ? term : term.slice(term.indexOf('=') + 1);
  return (
    <li>
      <a
        class="include"
        href={include}
        title={isIncluded ? `${term}: remove from the filter` : term}
        {...(isIncluded && { 'aria-current': 'true' })}
      >
        <bdi>{shown}</bdi> <span class="facet-count">{countText(count)}</span>
      </a>
      <a class="exclude" href={withValue(self, excluding, field === 'type' ? `!${pattern}` : term)}>
        <span class="unseen">Exclude {term}</span>
        <span aria-hidden="true">−</span>
      </a>
    </li>
  );
}

// What is excluded has no count, but must have a link that includes it again.
function Excluded({ filter, self }: { readonly filter: Filter; readonly self: string }) {
  const excluded = [
    ...filter.type.filter((type) => type.startsWith('!')).map((value) => ({ field: 'type' as const, value })),
    ...filter.none.map((value) => ({ field: 'none' as const, value })),
  ];
  if (excluded.length === 0) return null;
  return (
    <section>
      <h2>Excluded</h2>
      <ul>
        {excluded.map(({ field, value }) => (
          <li key={`${field} ${value}`}>
            <a class="include excluded" href={without(self, filter, field, value)} title="Include again">
              <bdi>{field === 'type' ? value.slice(1) : value}</bdi> <span aria-hidden="true">×</span>
            </a>
          </li>
        ))}
      </ul>
    </section>
  );
}

function without(self: string, filter: Filter, field: 'type' | 'all' | 'none', value: string): string {
  return withParameters(self, { [field]: filter[field].filter((one) => one !== value), ...fromTheTop });
}

// A leading ! would exclude the type.
const patternOf = (type: string): string => (type.startsWith('!') ? `*${type.slice(1)}` : type);
