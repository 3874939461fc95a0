// Answers that several clients share: every acknowledged change is in the next answer, at every door, and a token without
// the role gets none of them.

import { basic, bearer, made, status } from '../access/asking';
import { start, type TestServer } from '../start';

const shown = [
  '/events/get_data?from=1&until=now&tags=deploy',
  '/events/json?type=deploy&limit=all',
  '/events/ndjson?type=deploy',
  '/events/csv?type=deploy',
  '/events/timeline?type=deploy&from=1970-01-01',
  '/events/counts?type=deploy&interval=1d',
];
const gzip = { 'accept-encoding': 'gzip' };

async function json<T>(server: TestServer, method: string, path: string, body?: unknown): Promise<T> {
  const init = body === undefined ? { method } : { method, body: JSON.stringify(body) };
  const response = await server.fetch(path, { ...init, headers: { accept: 'application/json' } });
  expect(response.ok).toBe(true);
  return JSON.parse((await response.text()) || 'null') as T;
}

/** Asks the same questions again and again until it is ended. */
function keepAsking(server: TestServer): () => Promise<void> {
  let isOver = false;
  const askers = shown.slice(0, 3).map(async (path) => {
    while (!isOver) await (await server.fetch(path)).text();
  });
  return async () => {
    isOver = true;
    await Promise.all(askers);
  };
}

test('have each change that was acknowledged before they were asked for, while others ask the same', async () => {
  const server = await start();
  const endAsking = keepAsking(server);
  const texts = async (): Promise<string[]> =>
    Promise.all(shown.slice(0, 5).map(async (path) => (await server.fetch(path, { headers: gzip })).text()));
  const total = async (): Promise<number> =>
    (await json<{ series: { total: number }[] }>(server, 'GET', shown[5] ?? '')).series[0]?.total ?? 0;
  for (let turn = 0; turn < 6; turn++) {
    const before = await total();
    const time = 1_700_000_000 + turn;
    const { id } = await json<{ id: number }>(server, 'POST', '/events', {
      time: time * 1_000,
      type: 'deploy',
      tags: [],
      description: `posted ${turn}!`,
    });
    for (const text of await texts()) expect(text).toContain(`posted ${turn}!`);
    expect(await server.send(`${time} deploy by line ${turn}!\n`)).toContain('stored=1');
    for (const text of await texts()) expect(text).toContain(`by line ${turn}!`);
    expect(await total()).toBe(before + 2);
    await json(server, 'PATCH', `/events/${id}`, { description: `edited ${turn}!` });
    for (const text of await texts()) {
      expect(text).toContain(`edited ${turn}!`);
      expect(text).not.toContain(`posted ${turn}!`);
    }
    await json(server, 'DELETE', `/events/${id}`);
    for (const text of await texts()) expect(text).not.toContain(`edited ${turn}!`);
    expect(await total()).toBe(before + 1);
    await json(server, 'POST', `/events/${id}/restore`);
    for (const text of await texts()) expect(text).toContain(`edited ${turn}!`);
  }
  await endAsking();
}, 60_000);

test('are the same bytes for all who ask at once, compressed or not', async () => {
  const server = await start();
  await server.send(
    Array.from({ length: 500 }, (_, i) => `${1_600_000_000 + i} deploy release ${i}\n`).join(''),
  );
  for (const path of shown) {
    const bodies = await Promise.all(
      Array.from({ length: 12 }, async (_, i) =>
        (
          await server.fetch(path, { headers: i % 2 === 0 ? gzip : { 'accept-encoding': 'identity' } })
        ).text(),
      ),
    );
    expect(new Set(bodies.map((body) => body.replace(/"until":"[^"]*"/, ''))).size).toBe(1);
  }
});

test('follow the clock to the millisecond: relative ranges begin later, and planned events come into them', async () => {
  let now = 1_700_000_000_000;
  const server = await start({}, () => now);
  await server.send('1699996400.500 deploy old\n1700000001.250 deploy planned\n1699999999 deploy recent\n');
  const seen = async (path: string): Promise<string[]> =>
    (await (await server.fetch(path)).text()).match(/old|planned|recent/g) ?? [];
  for (const path of [
    '/events/json?type=deploy&from=-1h',
    '/events/json?type=deploy&from=-1h&order=descending',
  ]) {
    const at = async (ms: number): Promise<string[]> => {
      now = 1_700_000_000_000 + ms;
      return (await seen(path)).sort();
    };
    expect(await at(0)).toEqual(['old', 'recent']);
    expect(await at(400)).toEqual(['old', 'recent']);
    expect(await at(500)).toEqual(['old', 'recent']);
    expect(await at(501)).toEqual(['recent']);
    expect(await at(1_249)).toEqual(['recent']);
    expect(await at(1_250)).toEqual(['planned', 'recent']);
    // A clock that goes back.
    expect(await at(499)).toEqual(['old', 'recent']);
  }
});

test('are only for those whose token may read', async () => {
  const server = await start({ 'read-access': 'token' });
  const admin = await made(server, 'admin', ['admin', 'read', 'write']);
  const [reading, writing, feeding] = await Promise.all(
    ['read', 'write', 'feed'].map((role) => made(server, role, [role], admin)),
  );
  for (const path of shown) {
    expect(await status(server, path, bearer(reading ?? ''))).toBe(200);
    expect(await status(server, path, basic(reading ?? ''))).toBe(200);
    expect(await status(server, path, {})).toBe(401);
    expect(await status(server, path, bearer('wrong'))).toBe(401);
    expect(await status(server, path, bearer(writing ?? ''))).toBe(403);
    expect(await status(server, path, bearer(feeding ?? ''))).toBe(403);
    expect(await status(server, path, bearer(reading ?? ''))).toBe(200);
  }
});
