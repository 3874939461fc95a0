// Checks a whole database file, with its own connection that never writes. See `docs/operations.md`.

import { closeSync, openSync, readSync } from 'node:fs';
import type { Finding } from '../../integrity';
import { StoreError, toStoreError } from '../../store-error';
import type { Database } from '../connection';
import { inspectHeader, openReadOnly } from '../database';
import { EventCheck } from './events';
import { Findings } from './findings';
import { checkHourCounts } from './hour-counts';
import { checkKeys } from './keys';
import { checkMarks } from './marks';
import { checkRecords } from './records';
import { checkSeries } from './series';
import { checkStructure } from './structure';

/** The outcome of a check. */
export interface CheckOutcome {
  /** `unreadable`: the disk returned an error, which does not mean that the file is damaged. */
  readonly status: 'sound' | 'damaged' | 'unreadable';
  readonly findings: readonly Finding[];
  /** Number of checked events. */
  readonly events: number;
  /** Why it is unreadable; empty otherwise. */
  readonly cause: string;
}

/** The progress of a check. */
export interface CheckProgress {
  readonly events: number;
  /** The highest id, which is close to the number of events. */
  readonly total: number;
}

export interface CheckOptions {
  /** `structure` skips the checks of single rows. */
  readonly extent?: 'all' | 'structure';
  /** Pause between slices, as a multiple of the time that they take; 0 by default. */
  readonly rest?: number;
  readonly onProgress?: (progress: CheckProgress) => void;
}

/**
 * Checks a file. Throws a `StoreError` when the file belongs to another program, is newer, or cannot be opened;
 * problems in the file are part of the outcome.
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
    // The rows of a broken structure give no further information.
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

// Yields the number of events checked in each slice.
function* rows(db: Database, findings: Findings): Generator<number> {
  const check = new EventCheck(db, findings);
  yield* check.check(-1);
  check.checkTotals();
  for (const checkOthers of [checkSeries, checkHourCounts, checkMarks, checkKeys, checkRecords]) {
    for (const _ of checkOthers(db, findings)) yield 0;
  }
}

// SQLite reports an error of the disk as damage.
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
