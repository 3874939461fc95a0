// A disk that fails at any moment: only stored events are acknowledged, batches are stored completely or not at all, and
// the store continues normally after the failure.

import { join } from 'node:path';
import { temporaryFolder } from '@anthracite/testing';
import type { BatchReceipt, EventBatch } from '../../src/storage/event-batch';
import type { Database, Statement } from '../../src/storage/sqlite/connection';
import { openForWriting } from '../../src/storage/sqlite/database';
import { Writer } from '../../src/storage/sqlite/writer';
import { toStoreError } from '../../src/storage/store-error';
import { followAll } from './opened';

const folder = temporaryFolder();
const limits = { maxRejects: 3, maxRejectBytes: 1_000 };
let files = 0;

type Fault = 'before' | 'after';

/** Fails its nth call from now on, once: before it is done, or after it, like a disk that dies after a commit. */
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

/** Batches with new series, stored series, duplicates, full statements of rows, and rejects beyond the maximum. */
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
  readonly counted: unknown[];
  readonly searched: unknown[];
}

/** The content of the file, without the numbers that can differ after a failure. */
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
    counted: all('SELECT place, hex(counts) FROM hour_count ORDER BY 1'),
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

/** Runs a step until it succeeds, like its callers; at most twice, since a fault occurs once. */
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
  // The content is unchanged, or complete when the fault occurred after the commit.
  expect(count === before || present === batch.times.length).toBe(true);
}

describe.each(['before', 'after'] as const)('a fault %s the call', (fault) => {
  const clean = runCleanly();

  test('loses nothing at each of the first 200 calls', () => {
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
          receipts.push(writer.append(batch)); // the sender sends everything again
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
