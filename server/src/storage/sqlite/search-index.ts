// The index of words, which follows the events. The protocol's search decides which events match; the index only has to
// contain every word.

import { parseSeries, tokensOf } from '@anthracite/protocol/core';
import { WeightedCache } from '../../weighted-cache';
import { maxMatchWords } from '../search-words';
import type { Database } from './connection';
import type { EventRow } from './event-table';
import { IndexProgress } from './index-progress';

const maxRowsAtOnce = 32;
const mergedPages = 20;
// SQLite would merge at any commit, and at some of them for seconds: `merge` does it in small parts.
const config = { automerge: 0, crisismerge: 400 };
const maxCachedBytes = 8_388_608;

export class SearchIndex {
  readonly #statements: ReturnType<typeof prepareStatements>;
  readonly #seriesWords = new WeightedCache<string, readonly string[]>(maxCachedBytes);
  readonly progress: IndexProgress;
  #isConfigured = false;

  constructor(db: Database) {
    this.#statements = prepareStatements(db);
    this.progress = new IndexProgress(db, 'search_upto');
  }

  /** Reloads the state that is cached from the file: after opening, and after a failure. */
  readState(): void {
    this.progress.readState();
    this.#isConfigured = false;
  }

  /** Adds the events up to an id, or stops earlier when `isEnough` returns true. */
  followTo(id: number, isEnough: () => boolean): void {
    this.#configure();
    let upto = this.progress.upto;
    do {
      const from = upto;
      upto = Math.min(id, from + maxRowsAtOnce);
      for (const [event, isAscii] of this.#statements.ids.all(from, upto) as [number, 0 | 1][]) {
        if (isAscii === 1) this.#statements.insertText.run(event, event);
        else this.#insertWords(event);
      }
    } while (upto < id && !isEnough());
    this.progress.moveTo(upto);
  }

  /** Merges a part of the index, some milliseconds long; false when there was nothing to merge. */
  merge(): boolean {
    this.#configure();
    const before = this.#statements.totalChanges.get() as number;
    this.#statements.merge.run(mergedPages);
    // As documented: a difference of one means that nothing was merged.
    return (this.#statements.totalChanges.get() as number) - before > 1;
  }

  /** Starts to merge all parts of the index into one, which leaves no words of deleted events. `merge` continues it. */
  mergeAll(): void {
    this.#configure();
    this.#statements.merge.run(-mergedPages);
  }

  /** Removes a deleted event that the index contains. */
  remove(id: number): void {
    if (id <= this.progress.upto) this.#statements.remove.run(id);
  }

  /** Adds an event whose id the index has already passed. */
  add(id: number, { series, description }: EventRow): void {
    if (id <= this.progress.upto) this.#statements.insert.run(id, this.#wordsOf(series, description));
  }

  #configure(): void {
    if (this.#isConfigured) return;
    for (const [name, value] of Object.entries(config)) {
      if (this.#statements.config.get(name) !== value) this.#statements.setConfig.run(name, value);
    }
    this.#isConfigured = true;
  }

  #insertWords(id: number): void {
    const [series, description] = this.#statements.texts.get(id) as [string, string];
    this.#statements.insert.run(id, this.#wordsOf(series, description));
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
    ids: db
      .prepare(
        `SELECT events.id, octet_length(text) = length(text) AND octet_length(description) = length(description)
         FROM events NOT INDEXED JOIN series ON series.id = events.series
         WHERE events.id > ? AND events.id <= ? ORDER BY events.id`,
      )
      .raw(),
    // SQLite splits ASCII into the same words as the protocol. The text does not have to be passed to JavaScript, which takes longer
    // than all the rest. A single row of VALUES: for a SELECT, SQLite would write the words of each statement
    // separately.
    insertText: db.prepare(
      `INSERT INTO search (rowid, words) VALUES (
         ?, (SELECT text || ' ' || description FROM events JOIN series ON series.id = events.series WHERE events.id = ?)
       )`,
    ),
    texts: db
      .prepare(
        'SELECT text, description FROM events JOIN series ON series.id = events.series WHERE events.id = ?',
      )
      .raw(),
    totalChanges: db.prepare('SELECT total_changes()').pluck(),
    merge: db.prepare("INSERT INTO search (search, rank) VALUES ('merge', ?)"),
    config: db.prepare('SELECT v FROM search_config WHERE k = ?').pluck(),
    setConfig: db.prepare('INSERT INTO search (search, rank) VALUES (?, CAST(? AS INTEGER))'),
    insert: db.prepare('INSERT INTO search (rowid, words) VALUES (?, ?)'),
    remove: db.prepare('DELETE FROM search WHERE rowid = ?'),
  };
}
