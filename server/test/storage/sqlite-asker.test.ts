// Rows from SQLite: as JSON text, from one consistent state.

import { join } from 'node:path';
import { temporaryFolder } from '@anthracite/testing';
import { openReadOnly } from '../../src/storage/sqlite/database';
import { SqliteAsker } from '../../src/storage/sqlite/sqlite-asker';
import { Sqlite as BetterSqlite3 } from '../../src/storage/sqlite/sqlite-binding';

const file = join(temporaryFolder(), 'texts.db');
const writer = new BetterSqlite3(file);
writer.exec('PRAGMA journal_mode = WAL; CREATE TABLE texts (id INTEGER PRIMARY KEY, text TEXT NOT NULL)');
const insert = writer.prepare('INSERT INTO texts (text) VALUES (?)');
const reader = openReadOnly(file);
const asker = new SqliteAsker(reader);
const all = { text: 'SELECT id, text FROM texts ORDER BY id', values: [] };

afterAll(() => {
  reader.close();
  writer.close();
});

test('returns any text unchanged', async () => {
  const isSurrogate = (code: number): boolean => code >= 0xd800 && code <= 0xdfff;
  const texts: string[] = ['', '"', '\\', '\\"', '[1,2]', '{"a":"b"}', 'NULL'];
  for (let first = 0; first <= 0x10ffff; first += 256) {
    const codes = Array.from({ length: 256 }, (_, i) => first + i).filter((code) => !isSurrogate(code));
    texts.push(String.fromCodePoint(...codes));
  }
  writer.transaction(() => {
    for (const text of texts) insert.run(text);
  })();
  const rows = await asker.rows<[number, string]>(['id', 'text'], all);
  expect(rows.map(([, text]) => text)).toEqual(texts);
  expect(rows).toEqual(await asker.all(all));
  expect((await asker.columns(['id'], all)).id).toEqual(rows.map(([id]) => id));
});

test('returns numbers as large as times and ids unchanged', async () => {
  const sql = { text: 'SELECT ? AS one, ? AS other', values: [Number.MAX_SAFE_INTEGER, -62_135_596_800_000] };
  expect(await asker.rows<[number, number]>(['one', 'other'], sql)).toEqual([sql.values]);
});

test('excludes writes during a query from its result', async () => {
  const count = { text: 'SELECT count(*) FROM texts', values: [] };
  const [before, after] = await asker.atOneMoment(async () => {
    const first = await asker.number(count);
    insert.run('meanwhile');
    return [first, await asker.number(count)];
  });
  expect(after).toBe(before);
  expect(await asker.number(count)).toBe((before ?? 0) + 1);
});

test('releases the snapshot of a failed query', async () => {
  await expect(asker.atOneMoment(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(reader.inTransaction).toBe(false);
});

test('reads rows in blocks, and ends when the caller stops the loop', async () => {
  const sql = { text: 'SELECT value FROM json_each(?)', values: ['[1,2,3,4,5,6,7]'] };
  const sizes: number[] = [];
  for await (const block of asker.blocks<[number]>(sql, 3)) sizes.push(block.length);
  expect(sizes).toEqual([3, 3, 1]);
  for await (const block of asker.blocks<[number]>(sql, 2)) {
    expect(block).toEqual([[1], [2]]);
    break;
  }
  // A statement that is still being read could not be used again.
  expect(await asker.all(sql)).toHaveLength(7);
});
