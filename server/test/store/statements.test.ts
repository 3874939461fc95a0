// How rows come from SQLite: as texts of JSON, and all of one moment.

import { join } from 'node:path';
import { temporaryFolder } from '@anthracite/testing';
import { openReadOnly } from '../../src/store/database';
import { Sqlite as BetterSqlite3 } from '../../src/store/sqlite-binding';
import { Statements } from '../../src/store/statements';

const file = join(temporaryFolder(), 'texts.db');
const writer = new BetterSqlite3(file);
writer.exec('PRAGMA journal_mode = WAL; CREATE TABLE texts (id INTEGER PRIMARY KEY, text TEXT NOT NULL)');
const insert = writer.prepare('INSERT INTO texts (text) VALUES (?)');
const reader = openReadOnly(file);
const statements = new Statements(reader);
const all = { text: 'SELECT id, text FROM texts ORDER BY id', values: [] };

afterAll(() => {
  reader.close();
  writer.close();
});

test('text comes back as it was written, whatever is in it', () => {
  const isSurrogate = (code: number): boolean => code >= 0xd800 && code <= 0xdfff;
  const texts: string[] = ['', '"', '\\', '\\"', '[1,2]', '{"a":"b"}', 'NULL'];
  for (let first = 0; first <= 0x10ffff; first += 256) {
    const codes = Array.from({ length: 256 }, (_, i) => first + i).filter((code) => !isSurrogate(code));
    texts.push(String.fromCodePoint(...codes));
  }
  writer.transaction(() => {
    for (const text of texts) insert.run(text);
  })();
  const rows = statements.rows<[number, string]>(['id', 'text'], all);
  expect(rows.map(([, text]) => text)).toEqual(texts);
  expect(rows).toEqual(statements.all(all));
  expect(statements.columns(['id'], all).id).toEqual(rows.map(([id]) => id));
});

test('numbers as large as those of times and ids come back as they were written', () => {
  const sql = { text: 'SELECT ? AS one, ? AS other', values: [Number.MAX_SAFE_INTEGER, -62_135_596_800_000] };
  expect(statements.rows<[number, number]>(['one', 'other'], sql)).toEqual([sql.values]);
});

test('what is written while a question is answered is not part of its answer', () => {
  const count = { text: 'SELECT count(*) FROM texts', values: [] };
  const [before, after] = statements.atOneMoment(() => {
    const first = statements.number(count);
    insert.run('meanwhile');
    return [first, statements.number(count)];
  });
  expect(after).toBe(before);
  expect(statements.number(count)).toBe((before ?? 0) + 1);
});

test('a question that fails leaves its moment', () => {
  expect(() =>
    statements.atOneMoment(() => {
      throw new Error('no');
    }),
  ).toThrow('no');
  expect(reader.inTransaction).toBe(false);
});
