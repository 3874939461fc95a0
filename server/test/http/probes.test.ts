// /healthz and /readyz: probes of a server that can store events, and of one that cannot.

import { join } from 'node:path';
import { until, withSqlite } from '@anthracite/testing';
import { connect } from '../../src/storage/sqlite/sqlite-binding';
import { start, type TestServer } from '../start';

const statusOf = async (server: TestServer, path: string): Promise<number> =>
  (await server.fetch(path)).status;

withSqlite('the lock of the file')(
  'answers 503 on /readyz while commits fail, and 200 as soon as one succeeds, although no event comes',
  async () => {
    const server = await start();
    expect(await statusOf(server, '/readyz')).toBe(200);
    const other = connect(join(server.folder, 'anthracite.db'));
    other.exec('BEGIN IMMEDIATE');
    try {
      await until(async () => (await statusOf(server, '/readyz')) === 503, 'commits fail', 20);
      expect(await server.json('/readyz')).toMatchObject({ status: 'failing', code: 'DATABASE_BUSY' });
      const alive = await server.fetch('/healthz');
      expect(alive.status).toBe(200);
      expect(await alive.text()).toBe('ok\n');
    } finally {
      other.exec('ROLLBACK');
      other.close();
    }
    await until(async () => (await statusOf(server, '/readyz')) === 200, 'commits succeed', 20);
    expect(await server.json('/health')).toMatchObject({ status: 'ok' });
    expect(await server.json('/types')).toMatchObject({ types: [] });
  },
);

test('makes at most one commit a second for many requests of /readyz', async () => {
  const server = await start();
  const { store } = server.app;
  const trial = jest.spyOn(store, 'tryCommit');
  const begin = performance.now();
  await Promise.all(Array.from({ length: 50 }, () => statusOf(server, '/readyz')));
  const seconds = Math.floor((performance.now() - begin) / 1_000);
  expect(trial).toHaveBeenCalled();
  expect(trial.mock.calls.length).toBeLessThanOrEqual(1 + seconds);
});

test('reports versions in anthracite_build_info', async () => {
  const server = await start();
  const metrics = await (await server.fetch('/metrics')).text();
  expect(metrics).toContain(
    `anthracite_build_info{version="0.0.0-test",node="${process.versions.node}"} 1\n`,
  );
});
