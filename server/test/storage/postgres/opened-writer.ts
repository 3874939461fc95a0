// Opens writers of one schema, as several servers do.

import { atEnd, postgresSchema } from '@anthracite/testing';
import { type PostgresAddress, parsePostgresAddress } from '../../../src/postgres-address';
import { Connection } from '../../../src/storage/postgres/connection';
import { Writer } from '../../../src/storage/postgres/writer';

/** A schema with writers. */
export interface OpenedSchema {
  readonly address: PostgresAddress;
  readonly writers: readonly Writer[];
  /** Rows, read on a connection of its own. */
  rows(text: string): Promise<readonly (readonly unknown[])[]>;
}

/** Opens some writers of a new schema, or of the one at an address. `{s}` in the SQL of rows is the schema. */
export async function openWriters(count: number, given?: string): Promise<OpenedSchema> {
  const address = parsePostgresAddress(given ?? (await postgresSchema())) as PostgresAddress;
  const options = { address, shown: 'postgres://shown', patienceMs: 10_000 };
  const limits = { maxRejects: 20, maxRejectBytes: 100_000 };
  const writers = Array.from({ length: count }, () => new Writer(options, limits));
  await Promise.all(writers.map((writer) => writer.open()));
  const reading = await Connection.open(address);
  atEnd(async () => {
    await Promise.all(writers.map((writer) => writer.close()));
    await reading.close();
  });
  return {
    address,
    writers,
    rows: (text) => reading.query(text.replaceAll('{s}', address.schema)),
  };
}
