// Edits, deletes, restores and moves events, each in a transaction that excludes all other writers.

import type { EventQuery } from '../../query/event-query';
import { createQueryTest } from '../../query/query-test';
import { editOf, isStale, moveOf, toEvent, toStored } from '../change-rules';
import type { EventKey } from '../event-batch';
import type {
  BulkOutcome,
  Change,
  ChangeOutcome,
  EventPatch,
  FoundEvents,
  MoveOutcome,
  WantedStates,
} from '../event-change';
import { toPlace } from '../position';
import { int8Array } from './arrays';
import type { ChangeTransaction } from './change-transaction';

// Events that were stored since a query was made are read in blocks.
const rowsAtOnce = 500;

/** Changes fields of an event; the other fields keep their current values. */
export async function edit(
  transaction: ChangeTransaction,
  id: number,
  patch: EventPatch,
  change: Change,
  wanted: WantedStates,
): Promise<ChangeOutcome> {
  const before = await transaction.find(id);
  if (before === null) return { kind: 'missing' };
  const event = toStored(id, before);
  if (isStale(event, wanted)) return { kind: 'stale', event };
  const { edited, after } = editOf(event, patch);
  const same = await transaction.findSame(after);
  if (same === id) return { kind: 'unchanged', event };
  if (same !== null) return { kind: 'same', id: same };
  await transaction.record([id], change, false);
  await transaction.takeAway([id]);
  await transaction.putBack(id, after);
  return { kind: 'done', event: edited };
}

/** Deletes an event. */
export async function remove(
  transaction: ChangeTransaction,
  id: number,
  change: Change,
  wanted: WantedStates,
): Promise<ChangeOutcome> {
  const before = await transaction.find(id);
  if (before === null) return { kind: 'missing' };
  const event = toStored(id, before);
  if (isStale(event, wanted)) return { kind: 'stale', event };
  await transaction.record([id], change, true);
  await transaction.takeAway([id]);
  return { kind: 'done', event };
}

/** Restores a deleted event. */
export async function restore(
  transaction: ChangeTransaction,
  id: number,
  change: Change,
): Promise<ChangeOutcome> {
  const present = await transaction.find(id);
  if (present !== null) return { kind: 'unchanged', event: toStored(id, present) };
  const after = await transaction.lastDeleted(id);
  if (after === null) return { kind: 'missing' };
  const same = await transaction.findSame(after);
  if (same !== null) return { kind: 'same', id: same };
  await transaction.putBack(id, after);
  await transaction.recordBare(id, change, false);
  return { kind: 'done', event: toStored(id, after) };
}

/** Deletes all events of a query, or none if their number is not as expected. */
export async function removeAll(
  transaction: ChangeTransaction,
  query: EventQuery,
  found: FoundEvents,
  expected: number,
  change: Change,
): Promise<BulkOutcome> {
  const ids = await matching(transaction, query, found);
  if (ids.length !== expected) return { kind: 'differs', count: ids.length };
  await transaction.record(ids, change, true);
  await transaction.takeAway(ids);
  return { kind: 'done', count: ids.length };
}

/** Moves the mark with a key; null reopens its span. */
export async function moveMark(
  transaction: ChangeTransaction,
  key: EventKey,
  time: number | null,
  at: number,
): Promise<MoveOutcome> {
  const { connection, schema } = transaction;
  const change: Change = { at, who: key.source === '' ? null : key.source };
  const [row] = await connection.query<[number, boolean]>(
    `SELECT event, EXISTS (SELECT FROM ${schema}.history WHERE history.event = event_key.event AND who IS DISTINCT FROM $3)
     FROM ${schema}.event_key WHERE source = $1 AND key = $2`,
    [key.source, key.key, change.who],
  );
  if (row === undefined) return { kind: 'missing' };
  const [id, isOthers] = row;
  if (isOthers) return { kind: 'kept', id };
  const found = await transaction.find(id);
  const present = found && toStored(id, found);
  const last = present === null ? await transaction.lastDeleted(id) : null;
  const move = moveOf(present, last && toStored(id, last), time);
  switch (move.kind) {
    case 'keep':
      return { kind: 'kept', id };
    case 'unchanged':
      return move;
    case 'remove':
      return (await remove(transaction, id, change, null)) as MoveOutcome;
    case 'moveTo':
      return (await edit(transaction, id, { time: move.time }, change, null)) as MoveOutcome;
    case 'restore': {
      const restored = (await restore(transaction, id, change)) as MoveOutcome;
      if (restored.kind !== 'done' || restored.event.time >= move.time) return restored;
      const moved = (await edit(transaction, id, { time: move.time }, change, null)) as MoveOutcome;
      return moved.kind === 'same' ? restored : moved;
    }
  }
}

// Found events that have not changed since still match. Events that were added or changed since are tested again.
async function matching(
  { connection, schema }: ChangeTransaction,
  query: EventQuery,
  { ids, since: position }: FoundEvents,
): Promise<number[]> {
  const since = toPlace(position);
  const isMatch = createQueryTest(query);
  const changes = await connection.query<[number]>(
    `SELECT DISTINCT event FROM ${schema}.history WHERE id > $1`,
    [since.change],
  );
  const changed = new Set(changes.map(([event]) => event));
  // Nothing was recorded of purged events.
  const present = await connection.query<[number]>(
    `SELECT id FROM ${schema}.events WHERE id = ANY($1::bigint[])`,
    [int8Array(ids.filter((id) => id <= since.event && !changed.has(id)))],
  );
  const wanted = present.map(([id]) => id);
  const test = async (condition: string, values: readonly (number | Buffer)[]): Promise<void> => {
    for (let after = 0, isLast = false; !isLast; ) {
      const rows = await connection.query<[number, number, string, string]>(
        `SELECT events.id, time, text, description FROM ${schema}.events
         JOIN ${schema}.series ON series.id = events.series
         WHERE events.id > ${after} AND ${condition} ORDER BY events.id LIMIT ${rowsAtOnce}`,
        values,
      );
      for (const [id, time, series, description] of rows) {
        if (isMatch(toEvent({ time, series, description }))) wanted.push(id);
        after = id;
      }
      isLast = rows.length < rowsAtOnce;
    }
  };
  if (changed.size > 0)
    await test('events.id <= $1 AND events.id = ANY($2::bigint[])', [since.event, int8Array([...changed])]);
  await test('events.id > $1', [since.event]);
  return wanted.sort((one, other) => one - other);
}
