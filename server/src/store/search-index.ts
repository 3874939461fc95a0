// The index of words: follows the events. Which events a search finds is decided by the protocol's search, not here:
// the index only has to know of every word.

import { parseSeries, type Search, type SearchTerm, tokensOf } from '@anthracite/protocol/core';
import { WeightedCache } from '../weighted-cache';
import type { Database } from './database';
import type { EventRow } from './event-table';
import { IndexProgress } from './index-progress';

/** Words that one question to the index may have; what it finds is looked at again anyway. */
const maxMatchWords = 24;
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

  /** Takes in the events up to an id. */
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

  /** An event that it holds has gone. */
  remove(id: number): void {
    if (id <= this.progress.upto) this.#statements.remove.run(id);
  }

  /** An event has come whose id it has passed already. */
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

/** The words that the index has of an event. */
export function wordsOfEvent(series: string, description: string): readonly string[] {
  return distinct(wordsOfSeries(series), description);
}

/** Questions that all find an event if the index has all of these words. */
export function toMatches(words: readonly string[]): string[] {
  const count = Math.ceil(words.length / maxMatchWords);
  return Array.from({ length: count }, (_, i) =>
    words
      .slice(i * maxMatchWords, (i + 1) * maxMatchWords)
      .map((word) => `"${word}"`)
      .join(' '),
  );
}

/**
 * The question to the index whose answer has every event that the search finds, and maybe others; null when the index cannot
 * help. It gathers all words with a beginning before it answers: those that `isRare` are asked for alone.
 */
export function toMatch(search: Search, isRare: (prefix: string) => boolean): string | null {
  const matchesOf = ({ tokens, isPrefix }: SearchTerm): string[] => {
    const last = tokens.length - 1;
    return tokens.flatMap((word, i) => {
      if (!isPrefix || i < last) return [quoted(word)];
      return isRare(word) ? [`${quoted(word)} *`] : [];
    });
  };
  const wanted = search.filter((term) => !term.isExcluded).flatMap(matchesOf);
  if (wanted.length === 0) return null;
  const unwanted = search.filter((term) => term.isExcluded && term.tokens.length === 1).flatMap(matchesOf);
  const words = wanted.slice(0, maxMatchWords).join(' ');
  const without = unwanted.slice(0, maxMatchWords).map((word) => ` NOT ${word}`);
  return `(${words})${without.join('')}`;
}

/** The question whose answer has only events that the search leaves out; null where the index knows of none. */
export function toUnwanted(search: Search): string | null {
  const words = search.filter(
    ({ tokens, isPrefix, isExcluded }) => isExcluded && !isPrefix && tokens.length === 1,
  );
  if (words.length === 0) return null;
  return words
    .slice(0, maxMatchWords)
    .flatMap(({ tokens }) => tokens.map(quoted))
    .join(' OR ');
}

// Tokens have neither quotes nor spaces in them.
const quoted = (word: string): string => `"${word}"`;

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
