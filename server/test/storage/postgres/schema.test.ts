// The schema in PostgreSQL: created once, by whichever server starts first.

import { hasPostgres, needs, postgresSchema, sharedPostgres, sql } from '@anthracite/testing';
import { type PostgresAddress, parsePostgresAddress } from '../../../src/postgres-address';
import { Connection } from '../../../src/storage/postgres/connection';
import { schemaVersion } from '../../../src/storage/postgres/migrations';
import { migrate } from '../../../src/storage/postgres/schema';

const testWithPostgres = needs('postgresql', hasPostgres);

async function open(): Promise<{ address: PostgresAddress; connect(): Promise<Connection> }> {
  const address = parsePostgresAddress(await postgresSchema()) as PostgresAddress;
  return { address, connect: () => Connection.open(address) };
}

testWithPostgres(
  'five-starts-at-once: one of five servers creates the schema, and all of them can use it',
  async () => {
    const { address, connect } = await open();
    const connections = await Promise.all(Array.from({ length: 5 }, connect));
    try {
      await Promise.all(connections.map((one) => migrate(one, address.schema, 'shown')));
      for (const one of connections) {
        const rows = await one.query(`SELECT value FROM ${address.schema}.meta WHERE key = 'schema'`);
        expect(rows).toEqual([[schemaVersion]]);
      }
    } finally {
      await Promise.all(connections.map((one) => one.close()));
    }
  },
);

testWithPostgres(
  'is refused when it is newer, or belongs to another program, and is left as it is',
  async () => {
    const { address, connect } = await open();
    const connection = await connect();
    try {
      await migrate(connection, address.schema, 'shown');
      await connection.query(`UPDATE ${address.schema}.meta SET value = 999 WHERE key = 'schema'`);
      await expect(migrate(connection, address.schema, 'shown')).rejects.toMatchObject({
        code: 'DATABASE_NEWER',
        facts: { version: 999 },
      });
      const { port } = await sharedPostgres();
      const other = (await open()).address.schema;
      sql(port, `CREATE SCHEMA ${other}; CREATE TABLE ${other}.t ()`);
      await expect(migrate(connection, other, 'shown')).rejects.toMatchObject({ code: 'SCHEMA_NOT_OURS' });
      expect(sql(port, `SELECT count(*) FROM pg_class WHERE relnamespace = '${other}'::regnamespace`)).toBe(
        '1',
      );
    } finally {
      await connection.close();
    }
  },
);

testWithPostgres('keeps texts with NUL, with their order and their prefixes', async () => {
  const { connect } = await open();
  const connection = await connect();
  try {
    const texts = [
      '',
      '\0',
      '\0\0',
      '\0\x01',
      '\x01',
      '\x01\0',
      '\x01\x02',
      '\x02',
      'a',
      'a\0',
      'a\0b',
      'é\0',
    ];
    for (const text of texts) expect(await connection.query('SELECT $1::text', [text])).toEqual([[text]]);
    const unnested = texts.map((_, i) => `($${i + 1}::text)`).join();
    const sorted = await connection.query(
      `SELECT t FROM (VALUES ${unnested}) AS v (t) ORDER BY t COLLATE "C"`,
      texts,
    );
    expect(sorted.map(([text]) => text)).toEqual([...texts].sort());
  } finally {
    await connection.close();
  }
});
