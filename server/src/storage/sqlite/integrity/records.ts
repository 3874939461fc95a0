// Checks the data besides events: former events, the history of changes, rejected lines, tokens.

import { checkEvent, type Event } from '@anthracite/protocol/core';
import type { Database } from '../connection';
import { contentHash } from '../content-hash';
import type { Findings } from './findings';
import { walk } from './slices';

interface RecordCheck {
  readonly table: string;
  readonly columns: readonly string[];
  isGood(values: readonly unknown[]): boolean;
  readonly problem: string;
}

const isText = (value: unknown): boolean => typeof value === 'string';
const isWhole = (value: unknown): boolean => Number.isSafeInteger(value);

/** Checks all of them. Tables and columns that the file's schema does not have are skipped. */
export function* checkRecords(db: Database, findings: Findings): Generator<number> {
  const seed = db.prepare("SELECT value FROM meta WHERE key = 'hash_seed'").pluck().get() as number;
  const isHashed = ([hash, description]: readonly unknown[]): boolean =>
    description === null
      ? hash === null
      : isText(description) && hash === contentHash(description as string, seed);
  const checks: readonly RecordCheck[] = [
    {
      table: 'former',
      columns: ['hash', 'description'],
      isGood: isHashed,
      problem: 'the description of a former event does not match its hash',
    },
    {
      table: 'history',
      columns: ['hash', 'description'],
      isGood: isHashed,
      problem: 'the description does not match its hash',
    },
    {
      table: 'history',
      columns: ['before', 'after'],
      isGood: (values) => values.some((json) => json !== null) && values.every(isEventJson),
      problem: 'the change cannot be read',
    },
    {
      table: 'rejects',
      columns: ['received_at', 'door', 'peer', 'code', 'message', 'line'],
      isGood: ([at, door, peer, code, message, line]) =>
        isWhole(at) &&
        [door, peer, message].every(isText) &&
        /^[A-Z_0-9]+$/.test(String(code)) &&
        line instanceof Uint8Array,
      problem: 'the rejected line cannot be read',
    },
    {
      table: 'tokens',
      columns: ['name', 'roles', 'hash', 'created_at'],
      isGood: ([name, roles, hash, at]) =>
        isText(name) && isText(roles) && hash instanceof Uint8Array && hash.length === 32 && isWhole(at),
      problem: 'the token cannot be read',
    },
  ];
  for (const { table, columns, isGood, problem } of checks) {
    const known = db.prepare('SELECT name FROM pragma_table_info(?)').pluck().all(table);
    if (!columns.every((column) => known.includes(column))) continue;
    yield* walk<readonly [number, ...unknown[]]>(db, {
      sql: `SELECT rowid, ${columns.join()} FROM ${table} WHERE rowid > ? ORDER BY rowid`,
      first: [-1],
      key: ([rowid]) => [rowid],
      look: ([rowid, ...values]) => {
        if (!isGood(values)) findings.add('content', table, problem, rowid);
      },
    });
  }
}

function isEventJson(json: unknown): boolean {
  if (json === null) return true;
  if (!isText(json)) return false;
  try {
    const event = JSON.parse(json as string) as Event;
    return (
      isWhole(event.time) && Array.isArray(event.tags) && event.tags.every(isText) && checkEvent(event).ok
    );
  } catch {
    return false;
  }
}
