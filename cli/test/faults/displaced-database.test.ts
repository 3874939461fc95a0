// A database file that is removed, replaced or overwritten under a running server: nothing is acknowledged that would be
// lost, and the server ends.

import { copyFileSync, cpSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { temporaryFolder } from '@anthracite/testing';
import { type Served, serve } from '../program';

let seconds = 1_500_000_000;
const line = (): string => `${seconds++} displaced event\n`;
const folder = temporaryFolder();
const backup = join(folder, 'backup.db');
let files = 0;

beforeAll(async () => {
  const server = await serve(backup);
  await server.send(line());
  expect(await server.stop()).toBe(0);
});

const ways: readonly (readonly [string, (database: string) => void])[] = [
  ['removed', (database) => rmSync(database)],
  ['removed with its log', (database) => removeAll(database)],
  ['removed with its folder', (database) => rmSync(dirname(database), { recursive: true })],
  ['moved away', (database) => renameSync(database, `${database}.old`)],
  ['replaced by a backup that is moved there', (database) => moveThere(database)],
  ['written over with a backup', (database) => copyFileSync(backup, database)],
  [
    'restored as the documentation says, but with the server running',
    (database) => {
      copyFileSync(backup, database);
      for (const suffix of ['-wal', '-shm']) rmSync(database + suffix);
    },
  ],
  ['robbed of its log', (database) => rmSync(`${database}-wal`)],
  ['robbed of the index of its log', (database) => rmSync(`${database}-shm`)],
  ['swapped with its folder', (database) => swapFolder(database)],
];

function removeAll(database: string): void {
  for (const suffix of ['', '-wal', '-shm']) rmSync(database + suffix);
}

function moveThere(database: string): void {
  copyFileSync(backup, `${database}.new`);
  renameSync(`${database}.new`, database);
}

function swapFolder(database: string): void {
  const own = dirname(database);
  cpSync(own, `${own}-copy`, { recursive: true });
  renameSync(own, `${own}-old`);
  renameSync(`${own}-copy`, own);
}

async function begin(): Promise<{ database: string; server: Served }> {
  const own = join(folder, String(files++));
  mkdirSync(own);
  const database = join(own, 'anthracite.db');
  const server = await serve(database);
  expect(await server.send(line())).toBe('ok stored=1 duplicate=0 rejected=0\n');
  return { database, server };
}

test.each(ways)(
  'accepts no more events for a file that is %s, and ends the server',
  async (_way, displace) => {
    const { database, server } = await begin();
    displace(database);
    // Sent before the server has checked the file.
    const answer = await server.send(line()).catch(() => 'refused');
    expect(answer).not.toMatch(/^ok/);
    expect((await server.ended).exitCode).toBe(5);
    expect(server.log()).toContain(`anthracite: ${database} was removed or replaced while the server ran (`);
  },
);

test('notices the fault also without new events', async () => {
  const { database, server } = await begin();
  moveThere(database);
  expect((await server.ended).exitCode).toBe(5);
});

test('reports the fault when the server is stopped, and removes nothing', async () => {
  const { database, server } = await begin();
  moveThere(database);
  expect(await server.stop()).toBe(5);
  const again = await serve(database);
  expect(await again.send('1 a b\n')).toBe('ok stored=1 duplicate=0 rejected=0\n');
  expect(await again.stop()).toBe(0);
});
