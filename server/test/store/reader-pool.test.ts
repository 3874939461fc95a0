// Which thread answers: long searches share one, and leave the others to everybody else.

import { parseSearch } from '@anthracite/protocol';
import type { EventQuery } from '../../src/store/event-store';
import { ReaderPool } from '../../src/store/reader-pool';

const search = (): EventQuery => ({ fromMs: 0, untilMs: 1, order: 'ascending', search: parseSearch('a b') });
const plain = (): EventQuery => ({ fromMs: 0, untilMs: 1, order: 'ascending' });
const readers = (...pending: number[]) =>
  pending.map((count, id) => ({ id, pending: count, isRunning: true }));

test('the least busy reader answers, and the last one of equally busy ones last', () => {
  expect(new ReaderPool(readers(2, 1, 3)).leastBusy().id).toBe(1);
  expect(new ReaderPool(readers(0, 0, 0)).leastBusy().id).toBe(0);
});

test('a search whose part ended early goes on in the last reader, however busy that is; another one is not held up', () => {
  const pool = new ReaderPool(readers(0, 1, 9));
  const [slow, other] = [search(), search()];
  expect(pool.forList(slow).id).toBe(0);
  pool.endedEarly(slow);
  expect(pool.forList(slow).id).toBe(2);
  expect(pool.forList(other).id).toBe(0);
});

test('a list without a search is never held up', () => {
  const pool = new ReaderPool(readers(0, 9));
  const list = plain();
  pool.endedEarly(list);
  expect(pool.forList(list).id).toBe(0);
  expect(pool.forWhole(list).id).toBe(0);
  expect(pool.forWhole(search()).id).toBe(1);
});

test('a reader that starts anew is passed over, unless all do', () => {
  const all = readers(0, 3, 1);
  const pool = new ReaderPool(all);
  Object.assign(all[2] as object, { isRunning: false });
  expect(pool.forWhole(search()).id).toBe(1);
  for (const one of all) Object.assign(one, { isRunning: false });
  expect(pool.forWhole(search()).id).toBe(2);
});
