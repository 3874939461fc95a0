// Threads with a small heap answer every query about texts that are together larger than it: page by page, marked as such.

import type { BatchBuilder } from '../src/events/batch-builder';
import { start, type TestServer } from './start';

const heapMb = 32;
const events = 20;
const edits = 8;
/** 1 MiB, with a character beyond Latin-1, so that it needs twice as much memory. */
const longText = (n: number): string => `✔ ${n} ${'x'.repeat(1_048_000)}`;

let server: TestServer;
beforeAll(async () => {
  server = await start({}, Date.now, {}, heapMb);
  for (let n = 0; n < events; n++) {
    await server.app.intake.submit('test', (batch: BatchBuilder) =>
      batch.addEvent({
        time: 1_500_000_000_000 + n * 1_000,
        type: 'deploy_shop',
        tags: [`host=web${n}`, 'version=1'],
        description: longText(n),
      }),
    );
  }
  for (let n = 0; n < edits; n++) {
    const fields = { time: 1_500_000_000_000, type: 'deploy_shop', tags: ['version=1'] };
    await server.app.store.edit(
      1,
      { ...fields, description: longText(1_000 + n) },
      { at: n, who: null },
      null,
    );
  }
});

async function sizeOf(path: string, init?: RequestInit): Promise<number> {
  const response = await server.fetch(path, init);
  expect(response.status).toBe(200);
  return (await response.arrayBuffer()).byteLength;
}

test.each([
  ['json', 'json?limit=all'],
  ['ndjson', 'ndjson?limit=all'],
  ['lines', 'raw?limit=all'],
  ['xml', 'xml?limit=all'],
  ['Atom', 'atom?limit=all'],
  ['iCalendar', 'ics?limit=all'],
  ['SQLite', 'sqlite'],
  ['Graphite', 'get_data?from=0'],
  ['what a search finds', 'json?q=xxx*&limit=all'],
])('sends all events as %s', async (_format, path) => {
  expect(await sizeOf(`/events/${path}`)).toBeGreaterThan(events * 1_000_000);
});

test.each([
  ['/events/json?group=version&window=1h'],
  ['/events/timeline?from=2017-07-01&until=2017-08-01'],
  ['/events/counts?by=type'],
  ['/report?from=2017-07-01&until=2017-08-01'],
  ['/events/1/followers'],
])('answers %s', async (path) => {
  await sizeOf(path);
});

test('shows the page of events and of one with a long history', async () => {
  const headers = { accept: 'text/html' };
  await sizeOf('/events/?limit=1000', { headers });
  const page = await (await server.fetch('/events/1', { headers })).text();
  expect(page).toContain('/events/1/history');
});

test('returns a long history page by page', async () => {
  const changes: number[] = [];
  let pages = 0;
  for (let path: string | null = '/events/1/history'; path !== null; pages++) {
    const { history, truncated, next } = (await server.json(path)) as {
      history: { change: number }[];
      truncated: boolean;
      next?: number;
    };
    expect(truncated).toBe(next !== undefined);
    changes.push(...history.map(({ change }) => change));
    path = next === undefined ? null : `/events/1/history?after=${next}`;
  }
  expect(pages).toBeGreaterThan(3);
  expect(changes).toEqual(Array.from({ length: edits }, (_, i) => i + 1));
});

test('sends all events and changes to a follower from the start', async () => {
  const aborting = new AbortController();
  const response = await server.fetch('/events/stream?last_event_id=0.0', { signal: aborting.signal });
  const told = { event: new Set<string>(), change: new Set<string>() };
  let text = '';
  const decoder = new TextDecoder();
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
    text += decoder.decode(chunk, { stream: true });
    for (const [, name, id] of text.matchAll(/event: (event|change)\nid: (\S+)\n/g)) {
      told[name as 'event' | 'change'].add(id as string);
    }
    text = text.slice(-100);
    if (told.event.size === events && told.change.size === edits) break;
  }
  aborting.abort();
  expect([told.event.size, told.change.size]).toEqual([events, edits]);
});

test('has lost no thread in these tests', async () => {
  expect(await (await server.fetch('/metrics')).text()).not.toContain('threads_died_total{');
});
