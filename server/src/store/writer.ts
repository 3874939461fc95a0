// Writes to the database: batches of events, the ledger of rejected lines, the index that follows. One a file.

import { graphiteTags, parseSeries } from '@anthracite/protocol/core';
import { contentHash } from './content-hash';
import type { Database, Statement } from './database';
import type { BatchReceipt, EventBatch, RejectedLine } from './event-store';

/** Bounds of what the writer keeps. */
export interface WriterLimits {
  /** Rejected lines that the ledger holds; beyond it the oldest are forgotten, and counted. */
  readonly maxRejects: number;
  /** Bytes of rejected lines that the ledger holds. */
  readonly maxRejectBytes: number;
}

const rowsAStatement = 50;
const columns = 5;
const maxCachedSeries = 200_000;

export class Writer {
  readonly #db: Database;
  readonly #limits: WriterLimits;
  readonly #statements: ReturnType<typeof prepareStatements>;
  readonly #seriesIds = new Map<string, number>();
  readonly #row = new Array<unknown>(columns);
  readonly #rows = new Array<unknown>(columns * rowsAStatement);
  #isStale = false;
  #seed = 0;
  #lastId = 0;
  #lastSeriesId = 0;
  #followedId = 0;
  #rejects = 0;
  #rejectBytes = 0;

  constructor(db: Database, limits: WriterLimits) {
    this.#db = db;
    this.#limits = limits;
    this.#statements = prepareStatements(db);
    this.#readState();
  }

  // What is known of the file without asking it.
  #readState(): void {
    const { meta, lastId, lastSeriesId, ledgerSize } = this.#statements;
    this.#seed = meta.get('hash_seed') as number;
    this.#followedId = meta.get('series_time_upto') as number;
    this.#lastId = lastId.get() as number;
    this.#lastSeriesId = lastSeriesId.get() as number;
    [this.#rejects, this.#rejectBytes] = ledgerSize.get() as [number, number];
    this.#seriesIds.clear();
  }

  /** Commits a batch, synced, or throws and leaves nothing of it. */
  append(batch: EventBatch): BatchReceipt {
    return this.#transaction(() => {
      const receipt = this.#insertEvents(batch);
      for (const reject of batch.rejects) this.#insertReject(reject);
      if (batch.rejects.length > 0) this.#trimLedger();
      return receipt;
    });
  }

  /** Takes a line out of the ledger; false when it is not there. */
  forget(id: number): boolean {
    return this.#transaction(() => {
      const bytes = this.#statements.rejectBytes.get(id) as number | undefined;
      if (bytes === undefined) return false;
      this.#statements.deleteReject.run(id);
      this.#rejects--;
      this.#rejectBytes -= bytes;
      return true;
    });
  }

  /** How many events the series index has still to follow. */
  get lag(): number {
    return this.#lastId - this.#followedId;
  }

  /** Brings the series index nearer to the events, by at most `maxEvents` of them. */
  follow(maxEvents: number): void {
    if (this.lag <= 0) return;
    this.#transaction(() => {
      const from = this.#followedId;
      const upto = Math.min(this.#lastId, from + maxEvents);
      this.#statements.followTimes.run(from, upto);
      this.#statements.followCounts.run(from, upto);
      this.#statements.setMeta.run(upto, 'series_time_upto');
      this.#followedId = upto;
    });
  }

  /** Closes the connection. */
  close(): void {
    this.#db.close();
  }

  /** Commits what `work` changes, synced, or throws and leaves nothing of it. For the file's other tables. */
  transact<T>(work: () => T): T {
    return this.#transaction(work);
  }

  #transaction<T>(work: () => T): T {
    this.#recover();
    try {
      this.#statements.begin.run();
      const result = work();
      this.#statements.commit.run();
      return result;
    } catch (error) {
      this.#isStale = true;
      try {
        this.#recover();
      } catch {} // the next transaction begins with it
      throw error;
    }
  }

  // After a failure: SQLite rolls back by itself on some errors (a full disk) and not on others, and what was known of
  // the file may be wrong.
  #recover(): void {
    if (!this.#isStale) return;
    if (this.#db.inTransaction) this.#db.exec('ROLLBACK');
    this.#readState();
    this.#isStale = false;
  }

  #insertEvents({ times, series, descriptions }: EventBatch): BatchReceipt {
    const total = times.length;
    const ids = new Float64Array(total);
    const fresh = new Uint8Array(total).fill(1);
    for (let start = 0; start < total; start += rowsAStatement) {
      const size = Math.min(rowsAStatement, total - start);
      const full = size === rowsAStatement;
      const firstId = this.#lastId + 1;
      let inserted = 0;
      for (let k = 0; k < size; k++) {
        const i = start + k;
        const row = full ? this.#rows : this.#row;
        const at = full ? k * columns : 0;
        const description = descriptions[i] as string;
        row[at] = ids[i] = firstId + k;
        row[at + 1] = times[i];
        row[at + 2] = this.#seriesId(series[i] as string);
        row[at + 3] = contentHash(description, this.#seed);
        row[at + 4] = description;
        if (!full) inserted += this.#statements.insertOne.run(row).changes;
      }
      if (full) inserted = this.#statements.insertMany.run(this.#rows).changes;
      if (inserted > 0) this.#lastId = firstId + size - 1;
      if (inserted < size) this.#settleConflicts(start, size, { times, series, descriptions }, ids, fresh);
    }
    return { ids, fresh };
  }

  // Some rows met one with the same time, series and hash: the same event, or another with an equal hash.
  #settleConflicts(
    start: number,
    size: number,
    { times, series, descriptions }: Pick<EventBatch, 'times' | 'series' | 'descriptions'>,
    ids: Float64Array,
    fresh: Uint8Array,
  ): void {
    for (let i = start; i < start + size; i++) {
      const seriesId = this.#seriesId(series[i] as string);
      const description = descriptions[i] as string;
      for (let hash = contentHash(description, this.#seed); ; hash = (hash + 1) | 0) {
        const found = this.#statements.findSame.get(times[i], seriesId, hash) as [number, string] | undefined;
        if (found === undefined) {
          const id = ++this.#lastId;
          this.#statements.insertOne.run([id, times[i], seriesId, hash, description]);
          ids[i] = id;
          break;
        }
        if (found[0] === ids[i]) break;
        if (found[1] === description) {
          ids[i] = found[0];
          fresh[i] = 0;
          break;
        }
      }
    }
  }

  #seriesId(text: string): number {
    const known = this.#seriesIds.get(text);
    if (known !== undefined) return known;
    if (this.#seriesIds.size >= maxCachedSeries) this.#seriesIds.clear();
    const id = (this.#statements.findSeries.get(text) as number | undefined) ?? this.#insertSeries(text);
    this.#seriesIds.set(text, id);
    return id;
  }

  #insertSeries(text: string): number {
    const parsed = parseSeries(text);
    if (!parsed.ok) throw new Error(`series reached the store unchecked: ${parsed.problem.message}`);
    const { type, tags } = parsed.value;
    const id = ++this.#lastSeriesId;
    this.#statements.insertSeries.run(id, text, type);
    if (graphiteTags(type, tags).length > tags.length) this.#statements.insertTag.run(type, 0, id);
    for (const tag of new Set(tags)) this.#statements.insertTag.run(tag, 1, id);
    return id;
  }

  #insertReject(reject: RejectedLine): void {
    const { receivedAt, door, peer, code, message, line } = reject;
    this.#statements.insertReject.run(receivedAt, door, peer, code, message, line);
    this.#rejects++;
    this.#rejectBytes += line.length;
  }

  #trimLedger(): void {
    let forgotten = 0;
    while (this.#rejects > this.#limits.maxRejects || this.#rejectBytes > this.#limits.maxRejectBytes) {
      const [id, bytes] = this.#statements.oldestReject.get() as [number, number];
      this.#statements.deleteReject.run(id);
      this.#rejects--;
      this.#rejectBytes -= bytes;
      forgotten++;
    }
    if (forgotten > 0) this.#statements.addMeta.run(forgotten, 'rejects_forgotten');
  }
}

function prepareStatements(db: Database) {
  const insertEvents = (rows: number): Statement =>
    db.prepare(
      `INSERT INTO events (id, time, series, hash, description) VALUES ${Array(rows).fill('(?,?,?,?,?)').join()} ON CONFLICT DO NOTHING`,
    );
  return {
    begin: db.prepare('BEGIN IMMEDIATE'),
    commit: db.prepare('COMMIT'),
    meta: db.prepare('SELECT value FROM meta WHERE key = ?').pluck(),
    setMeta: db.prepare('UPDATE meta SET value = ? WHERE key = ?'),
    addMeta: db.prepare('UPDATE meta SET value = value + ? WHERE key = ?'),
    lastId: db.prepare('SELECT coalesce(max(id), 0) FROM events').pluck(),
    lastSeriesId: db.prepare('SELECT coalesce(max(id), 0) FROM series').pluck(),
    insertOne: insertEvents(1),
    insertMany: insertEvents(rowsAStatement),
    findSame: db
      .prepare('SELECT id, description FROM events WHERE time = ? AND series = ? AND hash = ?')
      .raw(),
    findSeries: db.prepare('SELECT id FROM series WHERE text = ?').pluck(),
    insertSeries: db.prepare('INSERT INTO series (id, text, type) VALUES (?, ?, ?)'),
    insertTag: db.prepare('INSERT INTO series_tag (tag, kind, series) VALUES (?, ?, ?)'),
    followTimes: db.prepare(
      `INSERT INTO series_time (series, time, id)
       SELECT series, time, id FROM events NOT INDEXED WHERE id > ? AND id <= ? ORDER BY series, time, id`,
    ),
    followCounts: db.prepare(
      `UPDATE series SET count = series.count + news.total
       FROM (SELECT series, count(*) AS total FROM events NOT INDEXED WHERE id > ? AND id <= ? GROUP BY series) AS news
       WHERE news.series = series.id`,
    ),
    insertReject: db.prepare(
      'INSERT INTO rejects (received_at, door, peer, code, message, line) VALUES (?, ?, ?, ?, ?, ?)',
    ),
    deleteReject: db.prepare('DELETE FROM rejects WHERE id = ?'),
    rejectBytes: db.prepare('SELECT length(line) FROM rejects WHERE id = ?').pluck(),
    oldestReject: db.prepare('SELECT id, length(line) FROM rejects ORDER BY id LIMIT 1').raw(),
    ledgerSize: db.prepare('SELECT count(*), coalesce(sum(length(line)), 0) FROM rejects').raw(),
  };
}
