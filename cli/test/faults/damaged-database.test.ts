// A file that is damaged, newer, or foreign: reported at the start, with instructions, and left unchanged.

import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { damageBytes, type Ended, temporaryFolder, timeBytes } from '@anthracite/testing';
import { run, serve, serveOn } from '../program';
import { Sqlite as Database } from '../sqlite';

const folder = temporaryFolder();
const sound = join(folder, 'sound.db');
const pageBytes = 4_096;
let copies = 0;

beforeAll(async () => {
  const server = await serve(sound);
  const lines = Array.from(
    { length: 5_000 },
    (_, i) => `${1_500_000_000 + i} type${i % 7};n=${i % 50} event ${i}\n`,
  );
  await server.send(lines.join(''));
  expect(await server.stop()).toBe(0);
});

function copy(): string {
  const file = join(folder, `copy${copies++}.db`);
  copyFileSync(sound, file);
  return file;
}

const hashOf = (file: string): string => createHash('sha256').update(readFileSync(file)).digest('hex');

function overwrite(file: string, at: number, bytes: Buffer): void {
  const content = readFileSync(file);
  bytes.copy(content, at);
  writeFileSync(file, content);
}

function start(file: string): Promise<Ended> {
  return run(serveOn(file));
}

test.each([
  ['an overwritten header', (file: string) => overwrite(file, 0, Buffer.alloc(100, 0x5a))],
  [
    'half a file',
    (file: string) => truncateSync(file, Math.floor(statSync(file).size / 2 / pageBytes) * pageBytes),
  ],
  ['a page of zeros', (file: string) => overwrite(file, 20 * pageBytes, Buffer.alloc(pageBytes))],
  ['a page of noise', (file: string) => overwrite(file, 30 * pageBytes, Buffer.alloc(pageBytes, 0xa7))],
  ['a zeroed schema', (file: string) => overwrite(file, 100, Buffer.alloc(pageBytes - 100))],
])(
  '%s: ends with exit code 3, names the file and the commands to restore, and changes no byte',
  async (_what, damage) => {
    const file = copy();
    damage(file);
    const before = hashOf(file);
    const ended = await start(file);
    expect(ended.stderr).toContain(`anthracite: ${file} is damaged (`);
    expect(ended.stderr).toContain(`cp BACKUP ${file} && rm -f ${file}-wal ${file}-shm`);
    expect(ended.stderr).toContain(`sqlite3 ${file} .recover | sqlite3 ${file}.recovered`);
    expect(ended).toMatchObject({ exitCode: 3, stdout: '' });
    expect(hashOf(file)).toBe(before);
    expect(existsSync(`${file}-wal`) && statSync(`${file}-wal`).size > 0).toBe(false);
  },
);

test('leaves a file of a newer Anthracite unchanged', async () => {
  const file = copy();
  const db = new Database(file);
  db.pragma('user_version = 999');
  db.close();
  const before = hashOf(file);
  const ended = await start(file);
  expect(ended).toMatchObject({ exitCode: 1, stdout: '' });
  expect(ended.stderr).toMatch(
    /has schema version 999; this program knows versions up to \d+\. It was not changed\./,
  );
  expect(hashOf(file)).toBe(before);
});

test('leaves a database of another program unchanged', async () => {
  const file = join(folder, 'other.db');
  const db = new Database(file);
  db.exec('CREATE TABLE customers (name TEXT)');
  db.close();
  const before = hashOf(file);
  const ended = await start(file);
  expect(ended).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining('of another program. The file was not changed.'),
  });
  expect(hashOf(file)).toBe(before);
});

test('ends a running server with the same code and message when damage is found', async () => {
  const file = copy();
  const server = await serve(file);
  // The last pages of the file of the running server: the next query that needs them finds the damage.
  const pages = statSync(file).size / pageBytes;
  const content = readFileSync(file);
  content.fill(0xa7, Math.floor(pages / 3) * pageBytes);
  writeFileSync(file, content);
  await fetch(`${server.url}/events/raw?limit=all`)
    .then((response) => response.text())
    .catch(() => {});
  await fetch(`${server.url}/types`).catch(() => {});
  expect(await server.ended).toEqual({ exitCode: 3, signal: null });
  expect(server.log()).toContain(`anthracite: ${file} is damaged (`);
});

test('cuts off an export along a damaged index, and the server ends with the same code', async () => {
  const file = copy();
  // An entry starts with the kinds of its columns, which are these where a series has a number of one byte and a hash has four.
  // Hashes depend on the random seed of the file.
  const database = new Database(file, { readonly: true });
  const time = database
    .prepare(
      'SELECT time FROM events WHERE id > 3500 AND series BETWEEN 2 AND 127 AND abs(hash) > 8388607 ORDER BY id LIMIT 1',
    )
    .pluck()
    .get() as number;
  database.close();
  const entry = Buffer.concat([Buffer.from([5, 1, 4, 2]), timeBytes(time)]);
  // It leads to another event.
  damageBytes(file, 'index', entry, Buffer.from([4_000 >> 8, 4_000 & 255]), 15);
  const server = await serve(file);
  const whole = fetch(`${server.url}/events/raw?limit=all`).then((response) => response.text());
  await expect(whole).rejects.toThrow();
  expect(await server.ended).toEqual({ exitCode: 3, signal: null });
  expect(server.log()).toContain('index');
});
