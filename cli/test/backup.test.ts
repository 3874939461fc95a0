// anthracite backup and restore-backup: whole copies of a server at work, and their way back.

import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { damageBytes, temporaryFolder, until } from '@anthracite/testing';
import { run, serve } from './program';
import { Sqlite } from './sqlite';

const folder = temporaryFolder();
let files = 0;
const newFile = (name: string): string => join(folder, `${files++}-${name}`);

async function eventsOf(url: string): Promise<string> {
  return (await fetch(`${url}/events/raw?limit=all&from=0`)).text();
}

const lines = (from: number, count: number): string =>
  Array.from({ length: count }, (_, i) => `${from + i} backup;n=${i % 9} event ${from + i}\n`).join('');

test('copies a server under load, and each copy has everything that was acknowledged before it began', async () => {
  const database = newFile('anthracite.db');
  const server = await serve(database);
  let acknowledged = 0;
  let isOver = false;
  const load = (async () => {
    while (!isOver) {
      expect(await server.send(lines(acknowledged + 1, 500))).toBe('ok stored=500 duplicate=0 rejected=0\n');
      acknowledged += 500;
      // Paced: 5,000 events a second at most.
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  })();
  await until(() => acknowledged >= 2_000, 'the load has begun');
  try {
    for (let n = 0; n < 2; n++) {
      const [before, backup] = [acknowledged, newFile('backup.db')];
      const args = n === 1 ? ['--full-check'] : [];
      const { exitCode, stdout } = await run(['backup', backup, '--database', database, ...args]);
      expect(stdout).toMatch(/: [\d ]+ events, [\d ]+ bytes, no damage found\n$/);
      expect(exitCode).toBe(0);
      expect(statSync(backup).mode & 0o777).toBe(0o600);
      expect(existsSync(`${backup}-wal`)).toBe(false);
      const db = new Sqlite(backup, { readonly: true });
      const times = db.prepare('SELECT time / 1000 FROM events ORDER BY id').pluck().all() as number[];
      db.close();
      expect(times.length).toBeGreaterThanOrEqual(before);
      expect(times).toEqual(Array.from(times, (_, i) => i + 1));
    }
  } finally {
    isOver = true;
    await load;
  }
  expect(await server.stop()).toBe(0);
}, 120_000);

test('restores a backup, keeps the replaced database, and serves the same events', async () => {
  const database = newFile('anthracite.db');
  const backup = newFile('backup.db');
  const first = await serve(database);
  await first.send(lines(1, 300));
  const before = await eventsOf(first.url);
  expect((await run(['backup', backup, '--database', database])).exitCode).toBe(0);
  await first.send(lines(1_001, 5));
  const busy = await run(['restore-backup', backup, '--database', database]);
  expect(busy.exitCode).toBe(1);
  expect(busy.stderr).toContain('is in use by another Anthracite server');
  first.kill('SIGKILL');
  await first.ended;

  const { exitCode, stdout } = await run(['restore-backup', backup, '--database', database]);
  expect(exitCode).toBe(0);
  const [, replaced = ''] = /: 300 events restored; the previous database is (\S+)\n$/.exec(stdout) ?? [];
  const second = await serve(database);
  expect(await eventsOf(second.url)).toBe(before);
  expect(await second.send(lines(1, 1))).toBe('ok stored=0 duplicate=1 rejected=0\n');
  expect(await second.stop()).toBe(0);
  // What the log of the killed server had is in the replaced database.
  const third = await serve(replaced);
  expect((await eventsOf(third.url)).trimEnd().split('\n')).toHaveLength(305);
  expect(await third.stop()).toBe(0);
});

test('restores to a new place, as on a new machine', async () => {
  const [database, backup] = [newFile('anthracite.db'), newFile('backup.db')];
  const server = await serve(database);
  await server.send(lines(1, 3));
  await run(['backup', backup, '--database', database]);
  expect(await server.stop()).toBe(0);
  const place = join(newFile('new'), 'anthracite.db');
  expect((await run(['restore-backup', backup, '--database', place])).stdout).toBe(
    `${place}: 3 events restored\n`,
  );
  const restored = await serve(place);
  expect((await eventsOf(restored.url)).split('\n')).toHaveLength(4);
  expect(await restored.stop()).toBe(0);
});

test('leaves the older backup in place when the database is damaged, and restores no damaged backup', async () => {
  const [database, backup] = [newFile('anthracite.db'), newFile('backup.db')];
  const server = await serve(database);
  await server.send(lines(1, 500));
  expect(await server.stop()).toBe(0);
  await run(['backup', backup, '--database', database]);
  const good = readFileSync(backup);
  damageBytes(database, 'table', Buffer.from('event 77'), Buffer.from('EVENT 77'));
  const refused = await run(['backup', backup, '--database', database, '--full-check']);
  expect(refused.exitCode).toBe(3);
  expect(readFileSync(backup).equals(good)).toBe(true);
  expect(readdirSync(folder).filter((name) => name.includes('.part'))).toEqual([]);

  const before = readFileSync(database);
  damageBytes(backup, 'table', Buffer.from('event 78'), Buffer.from('EVENT 78'));
  expect((await run(['restore-backup', backup, '--database', database])).exitCode).toBe(3);
  expect(readFileSync(database).equals(before)).toBe(true);
});

test('refuses a file that is not a backup', async () => {
  const text = newFile('text');
  writeFileSync(text, 'no database at all, but a text of some length\n'.repeat(10));
  const database = newFile('anthracite.db');
  expect((await run(['restore-backup', text, '--database', database])).exitCode).toBe(3);
  expect(existsSync(database)).toBe(false);
  const none = await run(['backup', newFile('b.db'), '--database', newFile('none.db')]);
  expect(none).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('does not exist') });
});
