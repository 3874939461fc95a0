// The background check of the database, and where its result is visible.

import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { damage, temporaryFolder, until } from '@anthracite/testing';
import Database from 'better-sqlite3';
import type { StoreError } from '../src';
import { start, type TestServer } from './start';

const folder = temporaryFolder();
const sound = join(folder, 'sound.db');
let copies = 0;

interface Health {
  readonly status: string;
  readonly integrity: { readonly status: string; readonly checked: string | null; readonly findings: number };
}

beforeAll(async () => {
  const server = await start({ database: sound });
  await server.send(
    Array.from({ length: 300 }, (_, i) => `${1_500_000_000 + i} type happening number ${i}\n`).join(''),
  );
  await server.stop();
});

function copy(): string {
  const file = join(folder, `copy${copies++}.db`);
  copyFileSync(sound, file);
  return file;
}

const checked = (database: string, onFatal: (error: StoreError) => void = () => {}): Promise<TestServer> =>
  start({ database }, undefined, undefined, undefined, { checkDelayMs: 0, onFatal });

async function outcome(server: TestServer): Promise<Health> {
  const health = async (): Promise<Health> => (await server.json('/health')) as Health;
  await until(async () => (await health()).integrity.status !== 'unchecked', 'the database is checked');
  return health();
}

test('shows the time of the check of a sound database in health and metrics', async () => {
  const server = await checked(copy());
  const { status, integrity } = await outcome(server);
  expect(status).toBe('ok');
  expect(integrity).toMatchObject({ status: 'sound', findings: 0 });
  expect(Date.now() - Date.parse(integrity.checked ?? '')).toBeLessThan(60_000);
  const metrics = await (await server.fetch('/metrics')).text();
  expect(metrics).toMatch(/^anthracite_integrity_findings 0$/m);
  expect(metrics).toMatch(/^anthracite_integrity_checked_timestamp_seconds 1\.?\d+(e\+\d+)?/m);
  await server.stop();
});

test('reports a changed text in health and metrics and keeps serving', async () => {
  const file = copy();
  damage(file, (content) => {
    const text = Buffer.from('happening number 123');
    for (let at = content.indexOf(text); at >= 0; at = content.indexOf(text, at + 1)) content[at] = 0x48;
  });
  const server = await checked(file);
  expect(await outcome(server)).toMatchObject({ status: 'damaged', integrity: { status: 'damaged' } });
  expect((await server.fetch('/health')).status).toBe(200);
  expect(await (await server.fetch('/metrics')).text()).toMatch(/^anthracite_integrity_findings [1-9]/m);
  expect(await server.send('1 a b\n')).toContain('ok stored=1');
  await server.stop();
});

test('ends the server with the reason when an index lacks an entry', async () => {
  const file = copy();
  const db = new Database(file);
  db.exec(
    "UPDATE meta SET value = 300 WHERE key = 'series_time_upto'; DELETE FROM series_time WHERE id = 50",
  );
  db.close();
  const fatal = await new Promise<StoreError>((resolve, reject) => {
    checked(file, resolve).catch(reject);
  });
  expect(fatal.code).toBe('DATABASE_DAMAGED');
  expect(fatal.message).toContain('series_time');
});

test('never checks with an interval of 0', async () => {
  const server = await start(
    { database: copy(), 'check-interval-hours': '0' },
    undefined,
    undefined,
    undefined,
    { checkDelayMs: 0 },
  );
  expect(await server.json('/health')).toMatchObject({ integrity: { status: 'unchecked', checked: null } });
  await server.stop();
});
