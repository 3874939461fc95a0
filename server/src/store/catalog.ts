// What is in the store, in numbers: types, tags, totals. Reads only.

import type { StoreStatistics, Usage } from './event-store';
import type { Statements } from './statements';

const namedTypes = 'SELECT id AS series, type AS name FROM series WHERE type >= ? AND substr(type, 1, ?) = ?';
const namedTags =
  'SELECT series, tag AS name FROM series_tag WHERE tag >= ? AND substr(tag, 1, ?) = ? AND kind = 1';

export class Catalog {
  readonly #statements: Statements;

  constructor(statements: Statements) {
    this.#statements = statements;
  }

  types(prefix: string, limit: number): Usage[] {
    return this.#usages(namedTypes, prefix, limit);
  }

  tags(prefix: string, limit: number): Usage[] {
    return this.#usages(namedTags, prefix, limit);
  }

  /** Keys of tags, in order, of events that there are or were. From key to key: there may be a million tags of one. */
  tagKeys(limit: number): string[] {
    const text = `
      WITH RECURSIVE found(tag) AS (
        SELECT min(tag) FROM series_tag WHERE kind = 1
        UNION ALL
        SELECT (
          SELECT one.tag FROM series_tag AS one WHERE one.kind = 1 AND one.tag >
            iif(instr(found.tag, '=') > 1, substr(found.tag, 1, instr(found.tag, '=') - 1) || '>', found.tag)
          ORDER BY one.tag LIMIT 1
        ) FROM found WHERE found.tag IS NOT NULL
      )
      SELECT substr(tag, 1, instr(tag, '=') - 1) FROM found WHERE instr(tag, '=') > 1 LIMIT ?`;
    return (this.#statements.all({ text, values: [limit] }) as [string][]).map(([key]) => key).sort();
  }

  statistics(): Omit<StoreStatistics, 'bytes'> {
    const text = `
      SELECT (SELECT coalesce(sum(count), 0) FROM series)
           + (SELECT count(*) FROM events NOT INDEXED WHERE id > (SELECT value FROM meta WHERE key = 'series_time_upto')),
             (SELECT count(*) FROM rejects), (SELECT value FROM meta WHERE key = 'rejects_forgotten'),
             (SELECT coalesce(max(id), 0) FROM events), (SELECT value FROM meta WHERE key = 'series_time_upto'),
             (SELECT value FROM meta WHERE key = 'search_upto')`;
    const row = this.#statements.all({ text, values: [] })[0];
    const [events, rejects, rejectsForgotten, lastId, seriesUpto, searchUpto] = row as number[];
    return {
      events: events ?? 0,
      rejects: rejects ?? 0,
      rejectsForgotten: rejectsForgotten ?? 0,
      seriesLag: Math.max(0, (lastId ?? 0) - (seriesUpto ?? 0)),
      searchLag: Math.max(0, (lastId ?? 0) - (searchUpto ?? 0)),
    };
  }

  #usages(named: string, prefix: string, limit: number): Usage[] {
    const text = `
      WITH named AS (${named}),
      news AS (
        SELECT series, count(*) AS count, min(time) AS first, max(time) AS last FROM events NOT INDEXED
        WHERE id > (SELECT value FROM meta WHERE key = 'series_time_upto') GROUP BY series
      ),
      ends AS (
        SELECT named.name, series.count + coalesce(news.count, 0) AS count,
          (SELECT min(time) FROM series_time WHERE series_time.series = series.id) AS first, news.first AS newsFirst,
          (SELECT max(time) FROM series_time WHERE series_time.series = series.id) AS last, news.last AS newsLast
        FROM named JOIN series ON series.id = named.series LEFT JOIN news ON news.series = series.id
      )
      SELECT name, sum(count),
        min(min(coalesce(first, newsFirst), coalesce(newsFirst, first))),
        max(max(coalesce(last, newsLast), coalesce(newsLast, last)))
      FROM ends WHERE count > 0 GROUP BY name ORDER BY name LIMIT ?`;
    // substr() counts code points, as the spread does.
    const rows = this.#statements.all({ text, values: [prefix, [...prefix].length, prefix, limit] });
    return (rows as [string, number, number, number][]).map(([name, count, firstTime, lastTime]) => ({
      name,
      count,
      firstTime,
      lastTime,
    }));
  }
}
