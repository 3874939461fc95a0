// Questions to PostgreSQL: one moment each, a limit of time, and a new connection when the last one broke.

import { hasPostgres, needs } from '@anthracite/testing';
import type { PostgresAddress } from '../../../src/postgres-address';
import { Connection } from '../../../src/storage/postgres/connection';
import { PostgresAsker } from '../../../src/storage/postgres/postgres-asker';
import { explainReading } from '../../../src/storage/postgres/threads/reading-thread';
import { batchOf } from '../suite/random-events';
import { openWriters } from './opened-writer';

const testWithPostgres = needs('postgresql', hasPostgres);
const event = (description: string) => batchOf([{ time: 1_000, type: 'a', tags: [], description }]);
const createAsker = (address: PostgresAddress, statementMs = 10_000): PostgresAsker =>
  new PostgresAsker({ schema: address.schema, open: () => Connection.open(address), statementMs });

testWithPostgres('sees the events as they were at the start of a question', async () => {
  const { address, writers } = await openWriters(1);
  const asker = createAsker(address);
  const lastId = (): Promise<number> => asker.number(asker.sql.events.lastId);
  const seen = await asker.atOneMoment(async () => {
    const before = await lastId();
    await writers[0]?.append(event('one'));
    return [before, await lastId()];
  });
  expect([...seen, await asker.atOneMoment(lastId)]).toEqual([0, 0, 1]);
  await asker.close();
});

testWithPostgres(
  'ends a statement that takes too long with QUERY_TOO_SLOW, and answers the next one',
  async () => {
    const { address } = await openWriters(1);
    const asker = createAsker(address, 50);
    const slow = asker.atOneMoment(() => asker.all({ text: 'SELECT pg_sleep(?)', values: [60] }));
    const error = explainReading(await slow.catch((reason) => reason), {
      address,
      password: null,
      shown: 'x',
    });
    expect([error.code, error.status]).toEqual(['QUERY_TOO_SLOW', 400]);
    expect(await asker.atOneMoment(() => asker.number({ text: 'SELECT 7', values: [] }))).toBe(7);
    await asker.close();
  },
);

testWithPostgres('asks again on a new connection when the last one has broken', async () => {
  const { address, rows } = await openWriters(1);
  const asker = createAsker(address);
  const ask = (): Promise<number> => asker.number({ text: 'SELECT pg_backend_pid()', values: [] });
  const first = await asker.atOneMoment(ask);
  let asked = 0;
  const second = await asker.atOneMoment(async () => {
    if (asked++ === 0) await rows(`SELECT pg_terminate_backend(${first}, 10000)`);
    return ask();
  });
  expect([asked, second === first]).toEqual([2, false]);
  await asker.close();
});

testWithPostgres('reads long lists in blocks, and stops where its reader stops', async () => {
  const { address } = await openWriters(1);
  const asker = createAsker(address);
  const numbers = { text: 'SELECT * FROM generate_series(1, ?::int)', values: [100] };
  const read: number[] = [];
  await asker.atOneMoment(async () => {
    for await (const block of asker.blocks<[number]>(numbers, 1)) {
      for (const [one] of block) read.push(one);
      if (read.length > 20) break;
    }
    for await (const block of asker.blocks<[number]>(numbers)) expect(block).toHaveLength(100);
  });
  expect(read).toEqual(Array.from({ length: read.length }, (_, i) => i + 1));
  expect(read.length).toBeLessThan(50);
  await asker.close();
});
