// Checks a database file as a whole, by a connection of its own that writes nothing. See `docs/operations.md`.

import { closeSync, openSync, readSync } from 'node:fs';
import { type Database, inspectHeader, openReadOnly } from '../database';
import { StoreError, toStoreError } from '../store-error';
import { EventCheck } from './events';
import { type Finding, Findings } from './findings';
import { checkRecords } from './records';
import { checkSeries } from './series';
import { checkStructure } from './structure';

/** What became of a check. */
export interface CheckOutcome {
  /** `unreadable`: the disk gave an error, which says nothing about the file. */
  readonly status: 'sound' | 'damaged' | 'unreadable';
  readonly findings: readonly Finding[];
  /** Events that were looked at. */
  readonly events: number;
  /** Why it is unreadable; empty otherwise. */
  readonly cause: string;
}

/** How far a check has come. */
export interface CheckProgress {
  readonly events: number;
  /** The highest id, about as many events as there are. */
  readonly total: number;
}

export interface CheckOptions {
  /** `structure` leaves out what is checked row by row. */
  readonly extent?: 'all' | 'structure';
  /** How long to rest between slices, as a part of the time that they take; 0 by default. */
  readonly rest?: number;
  readonly onProgress?: (progress: CheckProgress) => void;
}

/**
 * Checks a file. Throws a `StoreError` where it is not ours, newer, or cannot be opened; what the check finds is its outcome.
 */
export async function checkFile(
  file: string,
  { extent = 'all', rest = 0, onProgress = () => {} }: CheckOptions = {},
): Promise<CheckOutcome> {
  const findings = new Findings();
  let events = 0;
  let db: Database | undefined;
  try {
    inspectHeader(file);
    db = openReadOnly(file);
    const structure = checkStructure(db, findings);
    for (;;) {
      if (structure.next().done) break;
      await pause(0);
    }
    // Rows of a broken structure say nothing more.
    if (extent === 'all' && findings.list().length === 0) {
      const total = Number(db.prepare('SELECT coalesce(max(id), 0) FROM events').pluck().get());
      const steps = rows(db, findings);
      for (let started = performance.now(); ; started = performance.now()) {
        const { value, done } = steps.next();
        if (done) break;
        events += value;
        onProgress({ events, total });
        await pause((performance.now() - started) * rest);
      }
    }
  } catch (error) {
    const known = toStoreError(error, file);
    if (known.code !== 'DATABASE_DAMAGED') throw known;
    findings.add('structure', '', String(known.facts['cause']));
  } finally {
    db?.close();
  }
  const found = findings.list();
  const cause = found.some(({ kind }) => kind === 'structure') ? readError(file) : null;
  if (cause !== null) return { status: 'unreadable', findings: [], events, cause };
  return { status: found.length === 0 ? 'sound' : 'damaged', findings: found, events, cause: '' };
}

// Yields the events that it has looked at in each slice.
function* rows(db: Database, findings: Findings): Generator<number> {
  const check = new EventCheck(db, findings);
  yield* check.check(-1);
  check.checkTotals();
  for (const others of [checkSeries(db, findings), checkRecords(db, findings)]) {
    for (const _ of others) yield 0;
  }
}

// SQLite takes an error of the disk for damage.
function readError(file: string): string | null {
  const buffer = Buffer.alloc(65_536);
  let descriptor: number | undefined;
  try {
    descriptor = openSync(file, 'r');
    while (readSync(descriptor, buffer) > 0);
    return null;
  } catch (error) {
    return error instanceof StoreError ? error.message : (error as Error).message;
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => (ms < 1 ? setImmediate(resolve) : setTimeout(resolve, ms)));
}
