// SQL for series in SQLite: the series that a query selects, by the tables of types and tags.

import type { SeriesSql } from '../../dialect';
import { type SeriesSources, selectSeries } from '../../series-selection';
import { wrapSql } from '../../sql';
import { listOf } from './list';
import { selectAny } from './tag-patterns';

const sources: SeriesSources = {
  all: { text: 'SELECT id FROM series', values: [] },
  ofTypes: (patterns) => selectAny('SELECT id FROM series', 'type', patterns),
  ofTags: (patterns) => selectAny('SELECT series FROM series_tag', 'tag', patterns, 'kind = 1 AND '),
  ofWord: (patterns) => selectAny('SELECT series FROM series_tag', 'tag', patterns),
};

export const seriesSql: SeriesSql = {
  ...selectSeries(sources),
  isResolvedFirst: false,
  occurrenceOf: (word) => wrapSql('SELECT 1 FROM (', sources.ofWord(word), ') LIMIT 1'),
  idsOf: (series) => wrapSql('SELECT id FROM series WHERE id IN (', series, ')'),
  totalOf: (series) => wrapSql('SELECT coalesce(sum(count), 0) FROM series WHERE id IN (', series, ')'),
  listed: listOf,
  textsOf: (ids) => wrapSql('SELECT id, text FROM series WHERE id IN (', listOf(ids), ')'),
};
