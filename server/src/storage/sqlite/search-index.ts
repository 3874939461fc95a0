// The index of words, which follows the events. The protocol's search decides which events match; the index only has to
// contain every word.

import { parseSeries, tokensOf } from '@anthracite/protocol/core';
import { WeightedCache } from '../../weighted-cache';
import type { Database } from './connection';
import { maxMatchWords } from './dialect/words';
import type { EventRow } from './event-table';
import { IndexProgress } from './index-progress';

const maxRowsAtOnce = 64;
const maxCachedBytes = 8_388_608;
/** Longer descriptions, in bytes of UTF-8, are read one by one: not all of them are held in memory. */
const maxInlineBytes = 16_384;

export class SearchIndex {
  readonly #statements: ReturnType<typeof prepareStatements>;
  readonly #seriesWords = new WeightedCache<string, readonly string[]>(maxCachedBytes);
  readonly progress: IndexProgress;

  constructor(db: Database) {
    this.#statements = prepareStatements(db);
    this.progress = new IndexProgress(db, 'search_upto');
  }

  /** Adds the events up to an id. */
  followTo(id: number): void {
    for (let from = this.progress.upto; from < id; from += maxRowsAtOnce) {
      const rows = this.#statements.events.all(from, Math.min(id, from + maxRowsAtOnce));
      for (const [event, series, short] of rows as [number, string, string | null][]) {
        const description = short ?? (this.#statements.description.get(event) as string);
        this.#statements.insert.run(event, this.#wordsOf(series, description));
      }
    }
    this.progress.moveTo(id);
  }

  /** Removes a deleted event that the index contains. */
  remove(id: number): void {
    if (id <= this.progress.upto) this.#statements.remove.run(id);
  }

  /** Adds an event whose id the index has already passed. */
  add(id: number, { series, description }: EventRow): void {
    if (id <= this.progress.upto) this.#statements.insert.run(id, this.#wordsOf(series, description));
  }

  #wordsOf(series: string, description: string): string {
    return distinct(this.#wordsOfSeries(series), description).join(' ');
  }

  #wordsOfSeries(text: string): readonly string[] {
    const known = this.#seriesWords.get(text);
    if (known !== undefined) return known;
    const words = wordsOfSeries(text);
    this.#seriesWords.set(text, words, 6 * text.length + 48 * words.length);
    return words;
  }
}

function wordsOfSeries(text: string): readonly string[] {
  const parsed = parseSeries(text);
  return parsed.ok ? [parsed.value.type, ...parsed.value.tags].flatMap(tokensOf) : [];
}

function distinct(seriesWords: readonly string[], description: string): readonly string[] {
  return [...new Set([...seriesWords, ...tokensOf(description)])];
}

/** The words of an event in the index. */
export function wordsOfEvent(series: string, description: string): readonly string[] {
  return distinct(wordsOfSeries(series), description);
}

/** Questions that all find an event if the index contains all of these words. */
export function toMatches(words: readonly string[]): string[] {
  const count = Math.ceil(words.length / maxMatchWords);
  return Array.from({ length: count }, (_, i) =>
    words
      .slice(i * maxMatchWords, (i + 1) * maxMatchWords)
      .map((word) => `"${word}"`)
      .join(' '),
  );
}

function prepareStatements(db: Database) {
  return {
    events: db
      .prepare(
        `SELECT events.id, series.text, CASE WHEN octet_length(description) <= ${maxInlineBytes} THEN description END
         FROM events NOT INDEXED JOIN series ON series.id = events.series
         WHERE events.id > ? AND events.id <= ? ORDER BY events.id`,
      )
      .raw(),
    description: db.prepare('SELECT description FROM events WHERE id = ?').pluck(),
    insert: db.prepare('INSERT INTO search (rowid, words) VALUES (?, ?)'),
    remove: db.prepare('DELETE FROM search WHERE rowid = ?'),
  };
}
