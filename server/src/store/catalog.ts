// What is in the store, in numbers: types, tags, totals. Reads only.

import type { Beginning, NameKind, StoreStatistics, Usage } from './event-store';
import type { Statements } from './statements';

const namedTypes = 'SELECT id AS series, type AS name FROM series WHERE type >= ? AND substr(type, 1, ?) = ?';
const namedTags =
  'SELECT series, tag AS name FROM series_tag WHERE tag >= ? AND substr(tag, 1, ?) = ? AND kind = 1';

const maxLeaps = 20_000;
/** How long all names of an answer may be. */
const maxChars = 4_194_304;
const nextTag = 'SELECT tag FROM series_tag WHERE tag >= ? ORDER BY tag LIMIT 1';
const nextName = {
  types: 'SELECT type FROM series WHERE type >= ? ORDER BY type LIMIT 1',
  tags: nextTag,
  keys: nextTag,
} as const satisfies Record<NameKind, string>;
const isTagText = 'SELECT 1 FROM series_tag WHERE tag = ? AND kind = 1 LIMIT 1';

export class Catalog {
  readonly #statements: Statements;

  constructor(statements: Statements) {
    this.#statements = statements;
  }

  types(prefix: string, limit: number): Beginning<Usage> {
    return this.#usages(namedTypes, prefix, limit);
  }

  tags(prefix: string, limit: number): Beginning<Usage> {
    return this.#usages(namedTags, prefix, limit);
  }

  /**
   * The first names that begin with a prefix, in order. Unlike `types` and `tags` it leaps from one to the next and looks at no
   * event, so it is quick however many there are; a name may be among them whose events were all deleted.
   */
  names(kind: NameKind, prefix: string, limit: number): Beginning<string> {
    const found: string[] = [];
    let from = prefix;
    let chars = 0;
    let isAll = false;
    // Types stand among the tags, too, and are passed over.
    for (let leaps = 0; found.length <= limit && chars <= maxChars && leaps < maxLeaps; leaps++) {
      const [name] = (this.#statements.all({ text: nextName[kind], values: [from] })[0] ?? []) as [string?];
      isAll = name === undefined || !name.startsWith(prefix);
      if (name === undefined || isAll) break;
      const isTag = kind === 'types' || this.#statements.all({ text: isTagText, values: [name] }).length > 0;
      const at = kind === 'keys' ? name.indexOf('=') : -1;
      if (isTag && (kind !== 'keys' || at > 0)) {
        found.push(at > 0 ? name.slice(0, at) : name);
        chars += name.length;
      }
      // Behind all tags of a key, or behind the name: NUL is the least that can follow.
      from = isTag && at > 0 ? `${name.slice(0, at)}>` : `${name}\0`;
    }
    const items = found.slice(0, limit);
    return { items: kind === 'keys' ? items.sort() : items, isAll };
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

  #usages(named: string, prefix: string, limit: number): Beginning<Usage> {
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
    const rows = this.#statements.iterate({
      text,
      values: [prefix, [...prefix].length, prefix, limit + 1],
    }) as Iterable<[string, number, number, number]>;
    const items: Usage[] = [];
    let chars = 0;
    for (const [name, count, firstTime, lastTime] of rows) {
      if (items.length === limit || chars > maxChars) return { items, isAll: false };
      items.push({ name, count, firstTime, lastTime });
      chars += name.length;
    }
    return { items, isAll: true };
  }
}
