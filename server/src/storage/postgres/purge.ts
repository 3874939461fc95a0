// Removes events without a trace: one that an administrator purges, or those that are too old.

import type { EventQuery } from '../../query/event-query';
import { createQueryTest } from '../../query/query-test';
import { toEvent } from '../change-rules';
import type { Change, PurgeOutcome } from '../event-change';
import { canBeMark, readMarkSeries } from '../marks/mark-series';
import {
  addRemoved,
  nothingRemoved,
  type RetentionRun,
  type RetentionState,
  type RetentionStore,
} from '../retention';
import { tagRowsOf } from '../series-tags';
import { int2Array, int4Array, int8Array, textArray } from './arrays';
import type { ChangeTransaction } from './change-transaction';
import type { Connection, Statement } from './connection';

type Pruned = Awaited<ReturnType<RetentionStore['prune']>>;
type PrunedDeleted = Awaited<ReturnType<RetentionStore['pruneDeleted']>>;

// One commit takes some tens of milliseconds, in which no other server writes.
const idsAtOnce = 500;
const changesAtOnce = 500;
const newestEvents = 101;
// The queries of retention do not look at descriptions.
const noText = '';

/** Purges an event, present or deleted, with the names that only it had. */
export async function purge(
  transaction: ChangeTransaction,
  id: number,
  change: Change,
): Promise<PurgeOutcome['kind']> {
  const { connection, schema } = transaction;
  const versions = await connection.query<[number | null]>(
    `SELECT series FROM ${schema}.events WHERE id = $1
     UNION ALL SELECT series FROM ${schema}.history WHERE event = $1`,
    [id],
  );
  const series = versions.map(([one]) => one).filter((one) => one !== null);
  if (series.length === 0) return versions.length === 0 ? 'missing' : 'unchanged';
  await removeAllOf(transaction, [id]);
  await transaction.recordBare(id, change, true);
  await removeUnusedSeries(connection, schema, series);
  return 'done';
}

/** Removes the first of the events with these ids that match a query. */
export async function prune(
  transaction: ChangeTransaction,
  query: EventQuery,
  ids: Float64Array,
): Promise<Pruned> {
  const isMatch = createQueryTest(query);
  const chosen = ids.subarray(0, idsAtOnce);
  const rows = await transaction.connection.query<[number, number, string]>(
    `SELECT events.id, time, text FROM ${transaction.schema}.events
     JOIN ${transaction.schema}.series ON series.id = events.series WHERE events.id = ANY($1::bigint[])`,
    [int8Array(chosen)],
  );
  const found = rows.filter(([, time, series]) => isMatch(toEvent({ time, series, description: noText })));
  let removed = nothingRemoved;
  for (const [, time] of found) removed = addRemoved(removed, { count: 1, firstMs: time, lastMs: time });
  if (found.length > 0)
    await removeAllOf(
      transaction,
      found.map(([id]) => id),
    );
  return { done: chosen.length, removed };
}

/** Removes the history of deleted events that match a query: of some changes after an id. */
export async function pruneDeleted(
  transaction: ChangeTransaction,
  query: EventQuery,
  after: number,
): Promise<PrunedDeleted> {
  const { connection, schema } = transaction;
  const isMatch = createQueryTest(query);
  // Of events that are deleted: the last version.
  const rows = await connection.query<[number, number, string]>(
    `SELECT history.event, time, text FROM ${schema}.history JOIN ${schema}.series ON series.id = history.series
     WHERE history.id > $1 AND history.id <= $2 AND is_deletion = 1
     AND NOT EXISTS (SELECT FROM ${schema}.events WHERE events.id = history.event)
     AND NOT EXISTS (SELECT FROM ${schema}.history AS later WHERE later.event = history.event AND later.id > history.id)`,
    [after, after + changesAtOnce],
  );
  const found: number[] = [];
  let removed = nothingRemoved;
  for (const [id, time, series] of rows) {
    if (!isMatch(toEvent({ time, series, description: noText }))) continue;
    found.push(id);
    removed = addRemoved(removed, { count: 1, firstMs: time, lastMs: time });
  }
  if (found.length > 0) await removeAllOf(transaction, found);
  const [later] = await connection.query<[boolean]>(
    `SELECT EXISTS (SELECT FROM ${schema}.history WHERE id > $1)`,
    [after + changesAtOnce],
  );
  return { next: later?.[0] === true ? after + changesAtOnce : null, removed };
}

// Removes events, present or deleted, with their history, keys and undelivered messages. Positions never go back.
async function removeAllOf(transaction: ChangeTransaction, ids: readonly number[]): Promise<void> {
  const { connection, schema } = transaction;
  const list = int8Array(ids);
  const remember = (key: string, source: string): Statement => ({
    text: `INSERT INTO ${schema}.meta (key, value) SELECT '${key}', ${source}
           ON CONFLICT (key) DO UPDATE SET value = greatest(meta.value, excluded.value)`,
  });
  await connection.flight([
    remember(
      'last_id',
      `greatest((SELECT max(id) FROM ${schema}.events), (SELECT max(event) FROM ${schema}.history), 0)`,
    ),
    remember('last_change', `coalesce((SELECT max(id) FROM ${schema}.history), 0)`),
    // The other servers notice it.
    {
      text: `INSERT INTO ${schema}.meta (key, value) VALUES ('removals', 1)
             ON CONFLICT (key) DO UPDATE SET value = meta.value + 1`,
    },
  ]);
  await transaction.takeAway(ids);
  await connection.flight([
    { text: `DELETE FROM ${schema}.history WHERE event = ANY($1::bigint[])`, values: [list] },
    { text: `DELETE FROM ${schema}.event_key WHERE event = ANY($1::bigint[])`, values: [list] },
    { text: `DELETE FROM ${schema}.undelivered WHERE events && $1::bigint[]`, values: [list] },
  ]);
}

/** Removes those of some series, and groups of their marks, that nothing refers to any more. */
export async function removeUnusedSeries(
  connection: Connection,
  schema: string,
  ids: readonly number[],
): Promise<void> {
  const given = await connection.query<[number, string, boolean]>(
    `SELECT id, text, EXISTS (SELECT FROM ${schema}.events WHERE events.series = series.id)
       OR EXISTS (SELECT FROM ${schema}.history WHERE time IS NOT NULL AND history.series = series.id)
     FROM ${schema}.series WHERE id = ANY($1::int[])`,
    [int4Array([...new Set(ids)])],
  );
  const groups = given.flatMap(([, text]) => {
    const group = canBeMark(text) ? readMarkSeries(text)?.group : undefined;
    return group === undefined ? [] : [group];
  });
  if (groups.length > 0) {
    await connection.query(
      `DELETE FROM ${schema}.mark_group WHERE name = ANY($1::text[])
       AND NOT EXISTS (SELECT FROM ${schema}.mark WHERE grp = mark_group.id)`,
      [textArray(groups)],
    );
  }
  const unused = given.filter(([, , isUsed]) => !isUsed);
  if (unused.length === 0) return;
  const tags = unused.flatMap(([id, text]) =>
    (tagRowsOf(text)?.rows ?? []).map(([tag, kind]) => ({ id, tag, kind })),
  );
  await connection.flight([
    {
      text: `DELETE FROM ${schema}.series_tag USING unnest($1::text[], $2::smallint[], $3::int[]) AS given (tag, kind, series)
             WHERE series_tag.tag = given.tag AND series_tag.kind = given.kind AND series_tag.series = given.series`,
      values: [
        textArray(tags.map(({ tag }) => tag)),
        int2Array(tags.map(({ kind }) => kind)),
        int4Array(tags.map(({ id }) => id)),
      ],
    },
    {
      text: `DELETE FROM ${schema}.series WHERE id = ANY($1::int[])`,
      values: [int4Array(unused.map(([id]) => id))],
    },
    // Servers that know the ids of removed series must not use them.
    { text: `UPDATE ${schema}.meta SET value = value + 1 WHERE key = 'names_version'` },
  ]);
}

/** Statements that remember numbers. */
export function rememberAll(schema: string, values: Readonly<Record<string, number>>): Statement {
  const keys = Object.keys(values);
  return {
    text: `INSERT INTO ${schema}.meta (key, value) SELECT * FROM unnest($1::text[], $2::bigint[])
           ON CONFLICT (key) DO UPDATE SET value = excluded.value`,
    values: [textArray(keys), int8Array(Object.values(values))],
  };
}

/** What is remembered of a run. */
export function runValues({ at, count, firstMs, lastMs }: RetentionRun): Readonly<Record<string, number>> {
  return { retention_at: at, retention_count: count, retention_first: firstMs, retention_last: lastMs };
}

/** What is remembered of retention. PostgreSQL decides when it overwrites removed rows. */
export async function retentionState(
  connection: Connection,
  schema: string,
  systemMs: number,
): Promise<RetentionState> {
  const rows = await connection.query<[string, number]>(
    `SELECT key, value FROM ${schema}.meta WHERE key LIKE 'retention\\_%'`,
  );
  const values = new Map(rows);
  const times = await connection.query<[number]>(
    `SELECT time FROM ${schema}.events WHERE time <= $1 ORDER BY time DESC LIMIT ${newestEvents}`,
    [systemMs],
  );
  const value = (key: string): number => values.get(key) ?? 0;
  const at = value('retention_at');
  return {
    clockMs: values.get('retention_clock') ?? null,
    lastRun:
      at === 0
        ? null
        : {
            at,
            count: value('retention_count'),
            firstMs: value('retention_first'),
            lastMs: value('retention_last'),
          },
    isErased: false,
    newestMs: times[Math.floor(times.length / 2)]?.[0] ?? null,
  };
}
