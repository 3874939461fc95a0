// Keeps the counts of each series and hour: adds the events that they do not contain yet, in short transactions, on whichever server
// comes first.

import { CountChanges } from '../hour-counts';
import { countStatements } from './change-transaction';
import type { Connection } from './connection';
import { rememberAll } from './purge';
import { lockSql } from './schema';
import { begin, commit, flyAndCommit } from './sessions';

const eventsAtOnce = 4_000;

/** Adds some events. Returns whether there may be more; false also when another server does it. */
export async function count(connection: Connection, schema: string): Promise<boolean> {
  const answers = await connection.flight([
    begin,
    { text: lockSql(schema, 'counts', 'try') },
    { text: `SELECT value FROM ${schema}.meta WHERE key = 'counts_upto'` },
  ]);
  const [isOurs, upto] = answers.slice(1).map(({ rows }) => rows[0]?.[0]) as [boolean, number];
  const rows = isOurs
    ? await connection.query<[number, number, number]>(
        `SELECT id, time, series FROM ${schema}.events WHERE id > $1 ORDER BY id LIMIT ${eventsAtOnce}`,
        [upto],
      )
    : [];
  const hours = new CountChanges();
  const counts = new Map<number, number>();
  for (const [, time, series] of rows) {
    hours.add(time, series, 1);
    counts.set(series, (counts.get(series) ?? 0) + 1);
  }
  const last = rows.at(-1);
  const changes = await countStatements(connection, schema, hours, counts);
  await flyAndCommit(connection, [
    ...changes,
    ...(last === undefined ? [] : [rememberAll(schema, { counts_upto: last[0] })]),
    commit,
  ]);
  return rows.length === eventsAtOnce;
}
