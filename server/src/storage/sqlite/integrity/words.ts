// Checks the search index against the words of the events. Both are summed up per event id, because looking up each
// word of each event takes a thousand times as long; only the events of differing sums are looked up individually.

import type { Database, Statement } from '../connection';
import { contentHash } from '../content-hash';
import { toMatches, wordsOfEvent } from '../search-index';
import type { Findings } from './findings';
import { walk } from './slices';

const sums = 1 << 20;
const maxAsked = 5_000;
const sliceMs = 25;

export class WordCheck {
  readonly #db: Database;
  readonly #findings: Findings;
  /**
   * When the check started, the index contained all events up to this id; events that change meanwhile are looked up
   * individually.
   */
  readonly #upto: number;
  readonly #sums = new Uint32Array(sums);
  readonly #hashes = new Map<string, number>();

  constructor(db: Database, findings: Findings) {
    this.#db = db;
    this.#findings = findings;
    this.#upto = db.prepare("SELECT value FROM meta WHERE key = 'search_upto'").pluck().get() as number;
  }

  /** Adds an event, as it is now. */
  add(id: number, series: string, description: string): void {
    if (id > this.#upto) return;
    for (const word of wordsOfEvent(series, description)) this.#toggle(id, this.#hashOf(word));
  }

  /** Compares the sums, after all events were added. */
  *compare(): Generator<number> {
    // A table of this connection only; the file is open for reading only.
    this.#db.pragma('query_only = OFF');
    this.#db.exec('CREATE VIRTUAL TABLE temp.words USING fts5vocab(main, search, instance)');
    const words = this.#db.prepare('SELECT term, doc FROM temp.words WHERE term > ? ORDER BY term').raw();
    for (let last: string | null = ''; last !== null; ) {
      last = this.#subtract(words, last);
      yield 0;
    }
    if (this.#sums.some((sum) => sum !== 0)) yield* this.#askForSuspects();
  }

  // Subtracts the words after a word, for some milliseconds, each with all of its events; returns the last word, or
  // null at the end.
  #subtract(words: Statement, after: string): string | null {
    const deadline = performance.now() + sliceMs;
    let term = after;
    let hash = 0;
    for (const [next, id] of words.iterate(after) as Iterable<[string, number]>) {
      if (next !== term) {
        if (term !== after && performance.now() > deadline) return term;
        term = next;
        hash = this.#hashOf(term);
      }
      if (id <= this.#upto) this.#toggle(id, hash);
    }
    return null;
  }

  *#askForSuspects(): Generator<number> {
    const find = this.#db.prepare('SELECT 1 FROM search WHERE search MATCH ? AND rowid = ?').pluck();
    let asked = 0;
    const events = walk<readonly [number, string | null, unknown]>(this.#db, {
      sql: `SELECT events.id, series.text, description FROM events NOT INDEXED LEFT JOIN series ON series.id = events.series
            WHERE events.id <= ? AND events.id > ? ORDER BY events.id`,
      first: [-1],
      key: ([id]) => [id],
      begin: () => [this.#upto],
      look: ([id, series, description]) => {
        if (this.#sums[id % sums] === 0 || series === null || typeof description !== 'string') return;
        if (++asked > maxAsked) return;
        const isFound = toMatches(wordsOfEvent(series, description)).every(
          (match) => find.get(match, id) !== undefined,
        );
        if (!isFound)
          this.#findings.add('content', 'events', 'the search index does not have all of its words', id);
      },
    });
    for (const _ of events) yield 0;
  }

  #toggle(id: number, hash: number): void {
    const mixed = Math.imul(hash ^ Math.imul(id, 0x9e3779b1), 0x85ebca6b);
    this.#sums[id % sums] = (this.#sums[id % sums] as number) ^ (mixed ^ (mixed >>> 15));
  }

  #hashOf(word: string): number {
    let hash = this.#hashes.get(word);
    if (hash === undefined) {
      if (this.#hashes.size > 50_000) this.#hashes.clear();
      hash = contentHash(word, 1);
      this.#hashes.set(word, hash);
    }
    return hash;
  }
}
