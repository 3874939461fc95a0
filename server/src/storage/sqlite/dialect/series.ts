// SQL for series in SQLite: the series that a query selects, by the tables of types and tags.

import { isExclusion, partPatterns } from '@anthracite/protocol/core';
import type { SettledQuery } from '../../../query/event-query';
import type { SeriesSql } from '../../dialect';
import { joinSql, type Sql, wrapSql } from '../../sql';
import { listOf } from './list';
import { isIndexed, selectAny } from './tag-patterns';

const ofTypes = (patterns: readonly string[]): Sql => selectAny('SELECT id FROM series', 'type', patterns);
const ofTags = (patterns: readonly string[]): Sql =>
  selectAny('SELECT series FROM series_tag', 'tag', patterns, 'kind = 1 AND ');
const ofWord = (patterns: readonly string[]): Sql =>
  selectAny('SELECT series FROM series_tag', 'tag', patterns);

export const seriesSql: SeriesSql = {
  occurrenceOf: (word) => wrapSql('SELECT 1 FROM (', ofWord(word), ') LIMIT 1'),
  selected: (query) => {
    const { types = [], none = [] } = query;
    const included = includedParts(query);
    const { unwanted } = partPatterns(types);
    const excluded = [
      ...(unwanted.length > 0 ? [ofTypes(unwanted)] : []),
      ...(none.length > 0 ? [ofTags(none)] : []),
    ];
    if (included.length === 0 && excluded.length === 0) return null;
    const base = included.length > 0 ? included : [{ text: 'SELECT id FROM series', values: [] }];
    return joinSql([joinSql(base, ' INTERSECT '), ...excluded], ' EXCEPT ');
  },
  indexedParts: (query) => {
    const { types = [], any = [], all = [], none = [], some = [], words } = query;
    if (none.length > 0 || types.some(isExclusion)) return null;
    if (![...types, ...any, ...all, ...some.flat(), ...(words?.words.flat() ?? [])].every(isIndexed))
      return null;
    const parts = includedParts(query);
    return parts.length > 0 ? parts : null;
  },
  idsOf: (series) => wrapSql('SELECT id FROM series WHERE id IN (', series, ')'),
  totalOf: (series) => wrapSql('SELECT coalesce(sum(count), 0) FROM series WHERE id IN (', series, ')'),
  listed: listOf,
  textsOf: (ids) => wrapSql('SELECT id, text FROM series WHERE id IN (', listOf(ids), ')'),
};

function includedParts(query: SettledQuery): readonly Sql[] {
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
