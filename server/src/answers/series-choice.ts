// Chooses the series of a query, without those that its search excludes as a whole.

import { createSearchTest, isPlainName, type Search, toExclusion } from '@anthracite/protocol/core';
import { createExclusionTest, isContradiction } from '../query/contradiction';
import type { EventQuery, SettledQuery } from '../query/event-query';
import { isSearch } from '../query/query-test';
import { settleQuery } from '../query/settled-query';
import type { Asker } from '../storage/asker';
import { countUpTo, type Sql } from '../storage/sql';
import type { SeriesReader } from './series-reader';

/** A query whose words all count, and its series: null when it does not restrict them. */
export interface ChosenSeries {
  readonly query: SettledQuery;
  readonly series: Sql | null;
}

// At most this many series are looked up one at a time, however many events there are.
const maxFewSeries = 200;
// Types that a search may exclude as a whole.
const maxTypes = 1_000;
type NameRow = readonly [name: string, isOfKind: number];

export class SeriesChoice {
  readonly #asker: Asker;
  readonly #series: SeriesReader;

  constructor(asker: Asker, series: SeriesReader) {
    this.#asker = asker;
    this.#series = series;
  }

  /** The series of a query; `'none'` when nothing can match. */
  async choose(query: EventQuery): Promise<ChosenSeries | 'none'> {
    const { occurrenceOf, selected } = this.#asker.sql.series;
    const settled = await settleQuery(
      query,
      async (word) => (await this.#asker.all(occurrenceOf(word))).length > 0,
    );
    if (settled === 'none' || isContradiction(settled)) return 'none';
    if (await this.areFew(settled)) {
      const series = await this.#resolve(settled, selected(settled) as Sql);
      return series === 'none' ? 'none' : { query: settled, series };
    }
    const without = await this.#withoutExcludedTypes(settled);
    return { query: without, series: selected(without) };
  }

  /** Whether indexes find the series of a query, and find few. */
  async areFew(query: SettledQuery): Promise<boolean> {
    const parts = this.#asker.sql.series.indexedParts(query);
    if (parts === null) return false;
    let left = maxFewSeries;
    for (const part of parts) {
      left -= await this.#asker.number(countUpTo(part, left + 1));
      if (left < 0) return false;
    }
    return true;
  }

  // Without the series whose type or tags have a word that the search excludes: none of their events match.
  async #resolve({ search }: SettledQuery, series: Sql): Promise<Sql | 'none'> {
    const excluded = isSearch(search) ? search.filter(({ isExcluded }) => isExcluded) : [];
    const sql = this.#asker.sql.series;
    if (excluded.length === 0 && !sql.isResolvedFirst) return series;
    const { id: all } = await this.#asker.columns(['id'], sql.idsOf(series));
    const left = excluded.length === 0 ? all : await this.#found(all, excluded);
    if (left.length === all.length && !sql.isResolvedFirst) return series;
    return left.length === 0 ? 'none' : sql.listed(left);
  }

  async #found(ids: readonly number[], search: Search): Promise<readonly number[]> {
    const isFound = createSearchTest(search);
    const seriesOf = await this.#series.of(ids);
    return ids.filter((id) => isFound({ ...seriesOf(id), description: '' }));
  }

  // The same for many series, by their types alone.
  async #withoutExcludedTypes(query: SettledQuery): Promise<SettledQuery> {
    const isExcluded = createExclusionTest(query);
    if (isExcluded === null) return query;
    const rows = await this.#asker.all<NameRow>(this.#asker.sql.names.leaps('types', '', maxTypes));
    const excluded = rows.map(([type]) => type).filter((type) => isPlainName(type) && isExcluded(type));
    return excluded.length === 0
      ? query
      : { ...query, types: [...(query.types ?? []), ...excluded.map(toExclusion)] };
  }
}
