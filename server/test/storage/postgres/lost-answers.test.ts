// The database commits, and its answer is lost or not worth believing: the store asks again, and nothing is doubled.

import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { atEnd, hasPostgres, needs, ownPostgres, postgresSchema, sql, until } from '@anthracite/testing';
import { type PostgresAddress, parsePostgresAddress } from '../../../src/postgres-address';
import { batchOf, type NewEvent } from '../suite/random-events';
import { openWriters } from './opened-writer';

const testWithPostgres = needs('postgresql', hasPostgres);
const event = (description: string, type = 'a'): NewEvent => ({
  time: 1_000,
  type,
  tags: ['n=1'],
  description,
});
const change = { at: 77, who: 'somebody' };

/** A connection to the database that can drop the answer of the next commit. */
interface Dropping {
  readonly database: string;
  /** Drops the answer of the next commit, and ends the connection. */
  drop(): void;
  readonly dropped: number;
}

async function dropping(): Promise<Dropping> {
  const database = await postgresSchema();
  const { hosts } = parsePostgresAddress(database) as PostgresAddress;
  let isArmed = false;
  let dropped = 0;
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(hosts[0]?.port ?? 0, '127.0.0.1');
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => {
        client.destroy();
        upstream.destroy();
      });
    }
    client.on('data', (bytes) => upstream.write(bytes));
    upstream.on('data', (bytes) => {
      if (isArmed && bytes.includes('COMMIT\0')) {
        isArmed = false;
        dropped++;
        client.destroy();
      } else client.write(bytes);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : 0;
  atEnd(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return {
    database: database.replace(/:\d+\//, `:${port}/`),
    drop: () => {
      isArmed = true;
    },
    get dropped() {
      return dropped;
    },
  };
}

testWithPostgres('answer-lost: a batch is stored once, with its rejected lines, and answered', async () => {
  const proxy = await dropping();
  const { writers, rows } = await openWriters(1, proxy.database);
  const [writer] = writers as [(typeof writers)[0]];
  const reject = { receivedAt: 1, door: 'tcp', peer: 'x:1', code: 'C', message: 'm', line: Uint8Array.of(1) };
  await writer.append(batchOf([event('before')]));
  for (const [i, one] of [event('plain'), event('mark', 'x_start')].entries()) {
    proxy.drop();
    const { ids } = await writer.append(batchOf([one], [{ ...reject, receivedAt: i }]));
    expect(proxy.dropped).toBe(i + 1);
    expect(await rows(`SELECT id FROM {s}.events WHERE description = '${one.description}'`)).toEqual([
      [ids[0]],
    ]);
  }
  expect(await rows('SELECT count(*) FROM {s}.rejects')).toEqual([[2]]);
});

testWithPostgres(
  'answer-lost: a change is made once, and answered as the first attempt would be',
  async () => {
    const proxy = await dropping();
    const { writers, rows } = await openWriters(1, proxy.database);
    const [writer] = writers as [(typeof writers)[0]];
    await writer.append(batchOf([event('one')]));
    proxy.drop();
    expect(await writer.edit(1, { description: 'two' }, change, null)).toMatchObject({ kind: 'done' });
    proxy.drop();
    expect(await writer.remove(1, change, null)).toMatchObject({ kind: 'done' });
    proxy.drop();
    expect(await writer.restore(1, change)).toMatchObject({ kind: 'done' });
    expect(proxy.dropped).toBe(3);
    expect(await rows('SELECT count(*) FROM {s}.history')).toEqual([[3]]);
  },
);

testWithPostgres(
  'answer-lost: a database that was killed in a batch has it once when it is back',
  async () => {
    const server = await ownPostgres();
    const { writers, rows } = await openWriters(2, `postgres://postgres@127.0.0.1:${server.port}/postgres`);
    const acknowledged: number[] = [];
    let isDown = false;
    const writing = Promise.all(
      writers.map(async (writer, w) => {
        for (let i = 0; i < 200 || !isDown; i++) {
          const { ids } = await writer.append(batchOf([{ ...event(`${w} ${i}`), time: i }]));
          acknowledged.push(ids[0] as number);
        }
      }),
    );
    await until(() => acknowledged.length > 50, 'some are stored');
    server.stop('immediate');
    await server.start();
    isDown = true;
    await writing;
    const { rows: again } = await openWriters(0, `postgres://postgres@127.0.0.1:${server.port}/postgres`);
    const stored = (await again('SELECT id FROM {s}.events ORDER BY id')).map(([id]) => id);
    expect(stored).toEqual([...acknowledged].sort((one, other) => one - other));
    expect(rows).toBeDefined();
  },
);

testWithPostgres(
  'commit-with-a-warning: a commit that no standby has is repeated, not acknowledged',
  async () => {
    const server = await ownPostgres();
    const { writers } = await openWriters(1, `postgres://postgres@127.0.0.1:${server.port}/postgres`);
    const [writer] = writers as [(typeof writers)[0]];
    const setStandby = (name: string): void => {
      sql(server.port, `ALTER SYSTEM SET synchronous_standby_names = '${name}'`);
      sql(server.port, 'SELECT pg_reload_conf()');
    };
    await writer.append(batchOf([event('before')]));
    setStandby('away');
    await until(
      () => sql(server.port, 'SHOW synchronous_standby_names') === 'away',
      'the server waits for its standby',
    );
    let answer: string | null = null;
    const appended = writer.append(batchOf([event('with a warning')])).then(
      () => {
        answer = 'stored';
      },
      ({ code }) => {
        answer = code;
      },
    );
    const waiting = "SELECT pid FROM pg_stat_activity WHERE wait_event = 'SyncRep'";
    let cancelled = 0;
    // Each cancelled commit answers `COMMIT`, with a warning.
    for (; cancelled < 3; cancelled++) {
      await until(() => sql(server.port, waiting) !== '', 'a commit waits for the standby');
      sql(server.port, `SELECT pg_cancel_backend(pid) FROM (${waiting}) AS one`);
    }
    expect([cancelled, answer]).toEqual([3, null]);
    setStandby('');
    await appended;
    expect(answer).toBe('stored');
    expect(
      sql(server.port, "SELECT count(*) FROM anthracite.events WHERE description = 'with a warning'"),
    ).toBe('1');
  },
);
