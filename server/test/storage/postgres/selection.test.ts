// Every way to read events from PostgreSQL agrees with a plain filter.

import { hasPostgres } from '@anthracite/testing';
import { Catalog } from '../../../src/answers/catalog';
import { Counter } from '../../../src/answers/counter';
import { Reader } from '../../../src/answers/reader';
import { SeriesReader } from '../../../src/answers/series-reader';
import { Connection } from '../../../src/storage/postgres/connection';
import { PostgresAsker } from '../../../src/storage/postgres/postgres-asker';
import { type ReadStore, selectionSuite } from '../suite/selection';
import { openWriters } from './opened-writer';

async function open(): Promise<ReadStore> {
  const { address, writers } = await openWriters(1);
  const [writer] = writers as [(typeof writers)[number]];
  const asker = new PostgresAsker({
    schema: address.schema,
    open: () => Connection.open(address),
    statementMs: 10_000,
  });
  const series = new SeriesReader(asker);
  // Small limits, so that a test exceeds them with few events.
  const reader = new Reader(asker, series, { shortEvents: 8, soughtSeries: 12 });
  return {
    asker,
    series,
    reader,
    counter: new Counter(asker, series, reader, 5),
    catalog: new Catalog(asker),
    append: (batch) => writer.append(batch),
    // No index lags.
    follow: () => {},
    followAll: () => {},
    atOneMoment: (ask) => asker.atOneMoment(ask),
    close: async () => {
      await asker.close();
      await writer.close();
    },
  };
}

// 10,000 queries take seven minutes.
const runs = process.env['ANTHRACITE_TEST_FAULTS'] === 'long' ? 150 : 12;
const describeWithPostgres = hasPostgres ? describe : describe.skip;

describeWithPostgres('PostgreSQL', () => selectionSuite({ runs, open }));
