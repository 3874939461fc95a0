// What the server knows of failing hosts after a restart, for any size of the store's pages.

import type { HostRun } from '@anthracite/protocol/change';
import type { Event, Span } from '@anthracite/protocol/core';
import { type FailureHistory, RunFollower } from '../../src/doors/tools/run-follower';

const now = 1_795_330_800_000;
const hour = 3_600_000;

const span = (host: string, begin: number, failure: string): Span =>
  ({ begin, end: null, tags: [`failure=${failure}`, `span=${host}`] }) as unknown as Span;
const told = (host: string, time: number, failure: string): Event => ({
  time,
  type: 'puppet_failed',
  tags: [`failure=${failure}`, `span=${host}`],
  description: 'x',
});

/** A store with one entry per page, which fails for the first `failures` queries. */
function storeOf(spans: readonly Span[], repeats: readonly Event[], failures = 0): FailureHistory {
  let left = failures;
  const pageOf = <Entry>(entries: readonly Entry[], after: { readonly id: number } | null) => {
    const at = after?.id ?? 0;
    const next = at + 1 < entries.length ? { time: 0, id: at + 1 } : null;
    return { entries: entries.slice(at, at + 1), next };
  };
  return {
    spans: async (_query, _limit, after) => {
      const { entries, next } = pageOf(spans, after);
      return { spans: entries, next };
    },
    events: async (_query, _grouping, _limit, after) => {
      const { entries, next } = pageOf(repeats, after);
      if (next === null && left-- > 0) throw new Error('the store is closed');
      return { events: entries, next };
    },
  };
}

const runOf = (host: string, failure: string | null): [HostRun, Event | null] => [
  { tool: 'puppet', host, time: now, failure, tags: [] },
  failure === null ? null : { time: now, type: 'puppet_failed', tags: [], description: 'x' },
];

function follower(store: FailureHistory) {
  const unknown: unknown[] = [];
  const runs = new RunFollower({
    ...{ tool: 'puppet', store, clock: () => now },
    onUnknown: (error) => unknown.push(error),
  });
  const typesOf = async (host: string, failure: string | null): Promise<string[]> => {
    const { events } = await runs.follow(...runOf(host, failure), async () => {});
    return events.map(({ type }) => type);
  };
  return { runs, unknown, typesOf };
}

const spans = ['web01', 'web02', 'web03'].map((host) => span(host, now - hour, 'a'));

test('reads all pages of spans and of events', async () => {
  const repeats = [told('web01', now - 60_000, 'b'), told('web03', now - 60_000, 'b')];
  const { runs, typesOf } = follower(storeOf(spans, repeats));
  expect(await typesOf('web03', 'a')).toEqual([]);
  expect(await typesOf('web03', 'b')).toEqual([]);
  expect(await typesOf('web02', 'b')).toEqual(['puppet_failed']);
  expect(['web01', 'web04'].map((host) => runs.knows(host))).toEqual([true, false]);
  expect(await typesOf('web01', null)).toEqual(['puppet_failed_end']);
});

test('treats a failure as new while the store fails, logs this once, and keeps later knowledge', async () => {
  const { unknown, typesOf } = follower(storeOf(spans, [told('web02', now - 60_000, 'b')], 2));
  expect(await typesOf('web01', 'z')).toEqual(['puppet_failed_start']);
  expect(await typesOf('web09', 'a')).toEqual(['puppet_failed_start']);
  expect(unknown).toHaveLength(1);
  expect(await typesOf('web02', 'b')).toEqual([]);
  // A span that was read twice must not count twice, which would make its host flap.
  expect(await typesOf('web03', null)).toEqual(['puppet_failed_end']);
  expect(await typesOf('web01', 'z')).toEqual([]);
});

test('forgets a run whose events are not stored', async () => {
  const { runs, typesOf } = follower(storeOf([], []));
  const refused = runs.follow(...runOf('web01', 'a'), () => Promise.reject(new Error('full')));
  await expect(refused).rejects.toThrow('full');
  expect(await typesOf('web01', 'a')).toEqual(['puppet_failed_start']);
});
