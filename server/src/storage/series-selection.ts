// Combines the conditions of a query on types and tags into one selection of series. The same in every database.

import { isExclusion, partPatterns } from '@anthracite/protocol/core';
import type { SettledQuery } from '../query/event-query';
import type { SeriesSql } from './dialect';
import { isIndexed } from './patterns';
import { joinSql, type Sql } from './sql';

/** Subqueries of the ids of series: all of them, and those with a type, a tag or a word that matches any of some patterns. */
export interface SeriesSources {
  readonly all: Sql;
  ofTypes(patterns: readonly string[]): Sql;
  ofTags(patterns: readonly string[]): Sql;
  ofWord(patterns: readonly string[]): Sql;
}

/** The selections of a query. */
export function selectSeries(sources: SeriesSources): Pick<SeriesSql, 'selected' | 'indexedParts'> {
  const { all, ofTypes, ofTags } = sources;
  return {
    selected: (query) => {
      const { types = [], none = [] } = query;
      const included = includedParts(query, sources);
      const { unwanted } = partPatterns(types);
      const excluded = [
        ...(unwanted.length > 0 ? [ofTypes(unwanted)] : []),
        ...(none.length > 0 ? [ofTags(none)] : []),
      ];
      if (included.length === 0 && excluded.length === 0) return null;
      const base = included.length > 0 ? included : [all];
      return joinSql([joinSql(base, ' INTERSECT '), ...excluded], ' EXCEPT ');
    },
    indexedParts: (query) => {
      const { types = [], any = [], all: each = [], none = [], some = [], words } = query;
      if (none.length > 0 || types.some(isExclusion)) return null;
      if (![...types, ...any, ...each, ...some.flat(), ...(words?.words.flat() ?? [])].every(isIndexed))
        return null;
      const parts = includedParts(query, sources);
      return parts.length > 0 ? parts : null;
    },
  };
}

function includedParts(query: SettledQuery, { ofTypes, ofTags, ofWord }: SeriesSources): readonly Sql[] {
  const { types = [], any = [], all = [], some = [], words: filter } = query;
  const { wanted: wantedTypes } = partPatterns(types);
  const { words = [], set } = filter ?? {};
  const seriesOfWords = set === 'union' ? [ofWord([...new Set(words.flat())])] : words.map(ofWord);
  return [
    ...(wantedTypes.length > 0 ? [ofTypes(wantedTypes)] : []),
    ...(any.length > 0 ? [ofTags(any)] : []),
    ...[...new Set(all)].map((pattern) => ofTags([pattern])),
    ...some.map((patterns) => ofTags([...new Set(patterns)])),
    ...seriesOfWords,
  ];
}
