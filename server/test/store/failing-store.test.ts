// A disk that fails at any one moment: nothing is said to be stored that is not, nothing is stored by half, and
// after it everything goes on as if nothing had been.

import { join } from 'node:path';
import { temporaryFolder } from '@anthracite/testing';
import { type Database, openForWriting, type Statement } from '../../src/store/database';
import type { BatchReceipt, EventBatch } from '../../src/store/event-store';
import { toStoreError } from '../../src/store/store-error';
import { Writer } from '../../src/store/writer';
import { followAll } from './opened';

const folder = temporaryFolder();
const limits = { maxRejects: 3, maxRejectBytes: 1_000 };
let files = 0;

type Fault = 'before' | 'after';

/** Fails its nth call from now on, once: before it is done, or after, as when the disk dies behind a commit. */
class FailingDatabase implements Database {
  #left = Number.POSITIVE_INFINITY;

  constructor(
    readonly real: Database,
    readonly fault: Fault,
  ) {}

  failAt(call: number): void {
    this.#left = call;
  }

  get hasFailed(): boolean {
    return this.#left <= 0;
  }

  get inTransaction(): boolean {
    return this.real.inTransaction;
  }

  prepare(sql: string): Statement {
    return this.#wrap(this.real.prepare(sql));
  }

  function(...args: Parameters<Database['function']>): unknown {
    return this.real.function(...args);
  }

  exec(sql: string): unknown {
    return this.#do(() => this.real.exec(sql));
  }

  pragma(sql: string, options?: { simple?: boolean }): unknown {
    return this.real.pragma(sql, options);
  }

  close(): unknown {
    return this.real.close();
  }

  #wrap(statement: Statement): Statement {
    return {
      run: (...values) => this.#do(() => statement.run(...values)),
      get: (...values) => this.#do(() => statement.get(...values)),
      all: (...values) => this.#do(() => statement.all(...values)),
      iterate: (...values) => this.#do(() => statement.iterate(...values)),
      raw: () => this.#wrap(statement.raw()),
      pluck: () => this.#wrap(statement.pluck()),
    };
  }

  #do<T>(work: () => T): T {
    this.#left--;
    if (this.#left !== 0) return work();
    if (this.fault === 'after') work();
    throw Object.assign(new Error('disk I/O error'), { code: 'SQLITE_IOERR_WRITE' });
  }
}

const receivedAt = 1;
const reject = {
  receivedAt,
  door: 'tcp',
  peer: 'x:1',
  code: 'BAD_TIME',
  message: 'm',
  line: Buffer.from('bad'),
};

/** Batches with new series, known series, duplicates, whole statements of rows, and rejects beyond the ledger's bound. */
const batches: readonly EventBatch[] = Array.from({ length: 6 }, (_, b) => {
  const rows = Array.from({ length: b % 2 === 0 ? 53 : 4 }, (_, i) =>
    b > 2 && i % 2 === 0 ? [b - 2, i] : [b, i],
  );
  return {
    times: rows.map(([from = 0, i = 0]) => from * 1_000 + i),
    series: rows.map(([from = 0, i = 0]) => `type${from};n=${i % 3}`),
    descriptions: rows.map(([from, i]) => `event ${i} of ${from}`),
    rejects: [reject, reject],
  };
});

interface Content {
  readonly events: unknown[];
  readonly tags: unknown[];
  readonly followed: unknown[];
  readonly searched: unknown[];
}

/** What is in the file, without the numbers that may differ after a failure. */
function contentOf(db: Database): Content {
  const all = (sql: string): unknown[] => db.prepare(sql).raw().all();
  return {
    events: all(
      'SELECT time, text, description FROM events JOIN series ON series.id = events.series ORDER BY 1, 2, 3',
    ),
    tags: all('SELECT text, tag, kind FROM series_tag JOIN series ON series.id = series ORDER BY 1, 2'),
    followed: all(
      'SELECT text, time, count FROM series_time JOIN series ON series.id = series ORDER BY 1, 2',
    ),
    searched: ['event', '1', 'type2'].map((word) =>
      all(`SELECT count(*) FROM search WHERE search MATCH '"${word}"'`),
    ),
  };
}

function runCleanly(): Content {
  const db = openForWriting(join(folder, `${files++}.db`));
  const writer = new Writer(db, limits);
  for (const batch of batches) writer.append(batch);
  followAll(writer, 20);
  const content = contentOf(db);
  writer.close();
  return content;
}

/** Runs a step until it succeeds, as its callers do; twice at most, since a fault comes once. */
function insist<T>(step: () => T): T {
  try {
    return step();
  } catch (error) {
    expect(toStoreError(error, 'x').code).toBe('DATABASE_FAILED');
    return step();
  }
}

function refuseHalfBatch(db: Database, batch: EventBatch, before: number): void {
  const count = db.prepare('SELECT count(*) FROM events').pluck().get() as number;
  const all = db.prepare('SELECT count(*) FROM events WHERE time = ?').pluck();
  const present = batch.times.filter((time) => (all.get(time) as number) > 0).length;
  // Nothing of it is there that was not before, or, when the fault came behind the commit, all of it is.
  expect(count === before || present === batch.times.length).toBe(true);
}

describe.each(['before', 'after'] as const)('a fault %s the call', (fault) => {
  const clean = runCleanly();

  test('at each of the first 200 calls', () => {
    let faults = 0;
    for (let call = 1; call <= 200; call++) {
      const real = openForWriting(join(folder, `${files++}.db`));
      const db = new FailingDatabase(real, fault);
      db.failAt(call);
      const writer = insist(() => new Writer(db, limits));
      const receipts: BatchReceipt[] = [];
      for (const batch of batches) {
        const before = real.prepare('SELECT count(*) FROM events').pluck().get() as number;
        try {
          receipts.push(writer.append(batch));
        } catch {
          refuseHalfBatch(real, batch, before);
          receipts.push(writer.append(batch)); // the sender sends all of it again
        }
      }
      insist(() => followAll(writer, 20));
      if (db.hasFailed) faults++;
      expect(contentOf(real)).toEqual(clean);
      for (const [b, { ids }] of receipts.entries()) {
        const find = real.prepare('SELECT description FROM events WHERE id = ?').pluck();
        expect([...ids].map((id) => find.get(id))).toEqual(batches[b]?.descriptions);
      }
      expect(real.pragma('integrity_check', { simple: true })).toBe('ok');
      expect(real.prepare('SELECT count(*) FROM rejects').pluck().get()).toBe(limits.maxRejects);
      writer.close();
    }
    expect(faults).toBeGreaterThan(50);
  });
});
