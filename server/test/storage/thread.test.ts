// A thread that dies fails only the call in progress, and a new thread replaces it.

import { join } from 'node:path';
import { atEnd, until } from '@anthracite/testing';
import { toStoreError } from '../../src/storage/store-error';
import { Thread, type ThreadDeath } from '../../src/storage/threads/thread';
import type { DyingHandlers } from './dying-thread';

function startThread(failure: 'THREAD_DIED' | 'WRITER_DIED' = 'THREAD_DIED', dieAtStart = false) {
  const deaths: ThreadDeath[] = [];
  const thread = new Thread<DyingHandlers>(join(__dirname, 'dying-thread.js'), {
    explain: (error) => toStoreError(error, 'the.db'),
    data: { dieAtStart },
    heapMb: 16,
    failure,
    onDeath: (death) => deaths.push(death),
    onFatal: (error) => {
      throw error;
    },
  });
  atEnd(() => thread.kill());
  return { thread, deaths };
}

test('fails the call that used up the memory, and answers later calls', async () => {
  const { thread, deaths } = startThread();
  const [before, culprit, ...others] = await Promise.allSettled([
    thread.call('echo', 'one'),
    thread.call('exhaust'),
    thread.call('echo', 'two'),
    thread.call('echo', 'three'),
  ]);
  expect(before).toEqual({ status: 'fulfilled', value: 'one' });
  expect(culprit).toMatchObject({ status: 'rejected', reason: { code: 'OUT_OF_MEMORY', status: 507 } });
  expect(others.map((other) => other.status === 'fulfilled' && other.value)).toEqual(['two', 'three']);
  expect(deaths).toMatchObject([{ method: 'exhaust', pauseMs: 0 }]);
});

test('fails the call during which the thread ended', async () => {
  const { thread } = startThread('WRITER_DIED');
  await expect(thread.call('exit')).rejects.toMatchObject({ code: 'WRITER_DIED', status: 503 });
  expect(await thread.call('echo', 'again')).toBe('again');
});

test('waits longer before each restart of a thread that always dies', async () => {
  const { thread, deaths } = startThread('THREAD_DIED', true);
  await expect(thread.call('echo', 'unanswered')).rejects.toMatchObject({ code: 'DATABASE_READ_ONLY' });
  await until(() => deaths.length === 4, 'it has died five times');
  expect(deaths.map(({ pauseMs }) => pauseMs)).toEqual([50, 100, 200, 400]);
  await thread.kill();
  await expect(thread.call('echo', 'closed')).rejects.toMatchObject({ code: 'STORE_CLOSED' });
});

test('restarts at once after an answered call', async () => {
  const { thread, deaths } = startThread();
  for (const round of ['one', 'two', 'three']) {
    await expect(thread.call('exit')).rejects.toMatchObject({ code: 'THREAD_DIED' });
    expect(await thread.call('echo', round)).toBe(round);
  }
  expect(deaths.map(({ pauseMs }) => pauseMs)).toEqual([0, 0, 0]);
});

test('rejects calls at once while the thread ends', async () => {
  const { thread } = startThread();
  const asked = thread.call('echo', 'late');
  await Promise.all([expect(asked).rejects.toMatchObject({ code: 'STORE_CLOSED' }), thread.kill()]);
});
