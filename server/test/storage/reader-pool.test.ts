// Choice of the reader thread: long searches share one thread and leave the others free.

import { parseSearch } from '@anthracite/protocol';
import type { EventQuery } from '../../src/query/event-query';
import { ReaderPool } from '../../src/storage/threads/reader-pool';

const search = (): EventQuery => ({ fromMs: 0, untilMs: 1, order: 'ascending', search: parseSearch('a b') });
const plain = (): EventQuery => ({ fromMs: 0, untilMs: 1, order: 'ascending' });
const readers = (...pending: number[]) =>
  pending.map((count, id) => ({ id, pending: count, isRunning: true }));

test('chooses the least busy reader, and the last one only when all are equally busy', () => {
  expect(new ReaderPool(readers(2, 1, 3)).leastBusy().id).toBe(1);
  expect(new ReaderPool(readers(0, 0, 0)).leastBusy().id).toBe(0);
});

test('continues a search in the last reader, however busy it is, and delays no other search', () => {
  const pool = new ReaderPool(readers(0, 1, 9));
  const [slow, other] = [search(), search()];
  expect(pool.forList(slow).id).toBe(0);
  pool.endedEarly(slow);
  expect(pool.forList(slow).id).toBe(2);
  expect(pool.forList(other).id).toBe(0);
});

test('never delays a list without a search', () => {
  const pool = new ReaderPool(readers(0, 9));
  const list = plain();
  pool.endedEarly(list);
  expect(pool.forList(list).id).toBe(0);
  expect(pool.forWhole(list).id).toBe(0);
  expect(pool.forWhole(search()).id).toBe(1);
});

test('skips a reader that is restarting, unless all are', () => {
  const all = readers(0, 3, 1);
  const pool = new ReaderPool(all);
  Object.assign(all[2] as object, { isRunning: false });
  expect(pool.forWhole(search()).id).toBe(1);
  for (const one of all) Object.assign(one, { isRunning: false });
  expect(pool.forWhole(search()).id).toBe(2);
});
