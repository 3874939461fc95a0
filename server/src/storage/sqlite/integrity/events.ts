// Checks each event: its text against its hash, and its entries in the indexes.

import { eventLimits } from '@anthracite/protocol/core';
import type { Database } from '../connection';
import { contentHash } from '../content-hash';
import { isFollowedEntry } from '../dialect/events';
import type { Findings } from './findings';
import { walk } from './slices';
import { WordCheck } from './words';

type Row = readonly [
  id: number,
  time: unknown,
  seriesId: unknown,
  hash: unknown,
  description: unknown,
  series: string | null,
  byTime: number | null,
  bySeries: number | null,
  hasWords: number,
];

// A text gets the next free hash when other texts have its own. More than this many never do.
const maxTaken = 1_000;

const sql = `
  SELECT events.id, events.time, events.series, events.hash, description, series.text,
    (SELECT entry.id FROM events AS entry INDEXED BY events_by_time
     WHERE entry.time = events.time AND entry.series = events.series AND entry.hash = events.hash),
    CASE WHEN events.id > ? THEN events.id ELSE
      (SELECT id FROM series_time WHERE series_time.series = events.series AND series_time.time = events.time
       AND series_time.id = events.id) END,
    events.id > ? OR EXISTS (SELECT 1 FROM search_docsize WHERE search_docsize.id = events.id)
  FROM events NOT INDEXED LEFT JOIN series ON series.id = events.series WHERE events.id > ? ORDER BY events.id`;

export class EventCheck {
  readonly #db: Database;
  readonly #findings: Findings;
  readonly #statements: ReturnType<typeof prepareStatements>;
  readonly #words: WordCheck;

  constructor(db: Database, findings: Findings) {
    this.#db = db;
    this.#findings = findings;
    this.#statements = prepareStatements(db);
    this.#words = new WordCheck(db, findings);
  }

  /** Checks all events after an id. */
  *check(afterId: number): Generator<number> {
    const { value } = this.#statements;
    const seed = value.get('hash_seed') as number;
    yield* walk<Row>(this.#db, {
      sql,
      first: [afterId],
      key: ([id]) => [id],
      begin: () => [value.get('series_time_upto') as number, value.get('search_upto') as number],
      look: (row) => this.#look(row, seed),
    });
    yield* this.#words.compare();
  }

  /** Checks that each index has as many entries as there are events. */
  checkTotals(): void {
    const [rows, byTime, followed, bySeries, searched, bySearch] = this.#statements.totals.get() as number[];
    const compare = (found: unknown, expected: unknown, name: string): void => {
      if (found === expected) return;
      this.#findings.add('structure', '', `${name} has ${found} entries for ${expected} events`);
    };
    compare(byTime, rows, 'the index events_by_time');
    compare(bySeries, followed, 'the table series_time');
    compare(bySearch, searched, 'the search index');
  }

  #look(
    [id, time, seriesId, hash, description, series, byTime, bySeries, hasWords]: Row,
    seed: number,
  ): void {
    const add = (problem: string, kind: 'structure' | 'content' = 'content'): void =>
      this.#findings.add(kind, 'events', problem, id);
    if (!isTime(time)) add('the time is not a time');
    if (series === null) add('the series is missing');
    if (byTime !== id) add('the entry in the index events_by_time is missing or wrong', 'structure');
    if (bySeries !== id) add('the entry in the table series_time is missing or wrong', 'structure');
    if (typeof description !== 'string') {
      add('the description is not text');
      return;
    }
    if (!this.#isHashOf(hash, description, seed, time, seriesId))
      add('the description does not match its hash');
    if (hasWords !== 1) add('the search index does not contain the event');
    else if (series !== null) this.#words.add(id, series, description);
  }

  #isHashOf(hash: unknown, description: string, seed: number, time: unknown, series: unknown): boolean {
    const own = contentHash(description, seed);
    if (hash === own) return true;
    if (typeof hash !== 'number' || ((hash - own) | 0) < 0 || ((hash - own) | 0) > maxTaken) return false;
    for (let taken = own; taken !== hash; taken = (taken + 1) | 0) {
      const { event, former } = this.#statements;
      // The event with that hash may have been changed or deleted since.
      if (event.get(time, series, taken) === undefined && former.get(time, series, taken) === undefined)
        return false;
    }
    return true;
  }
}

function isTime(time: unknown): boolean {
  return (
    Number.isSafeInteger(time) &&
    (time as number) >= eventLimits.minTimeMs &&
    (time as number) <= eventLimits.maxTimeMs
  );
}

function prepareStatements(db: Database) {
  const names = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").pluck().all();
  const former = names.includes('former') ? 'former' : 'history';
  const upto = (key: string): string => `(SELECT value FROM meta WHERE key = '${key}')`;
  return {
    value: db.prepare('SELECT value FROM meta WHERE key = ?').pluck(),
    event: db.prepare('SELECT id FROM events WHERE time = ? AND series = ? AND hash = ?').pluck(),
    former: db.prepare(`SELECT event FROM ${former} WHERE time = ? AND series = ? AND hash = ?`).pluck(),
    totals: db
      .prepare(
        `SELECT (SELECT count(*) FROM events NOT INDEXED), (SELECT count(hash) FROM events INDEXED BY events_by_time),
           (SELECT count(*) FROM events NOT INDEXED WHERE id <= ${upto('series_time_upto')}), (SELECT count(*) FROM series_time WHERE ${isFollowedEntry}),
           (SELECT count(*) FROM events NOT INDEXED WHERE id <= ${upto('search_upto')}), (SELECT count(*) FROM search_docsize)`,
      )
      .raw(),
  };
}
