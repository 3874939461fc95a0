import { start, type TestServer } from '../start';

interface List {
  readonly events: readonly { id: number; time: number; description: string }[];
  readonly truncated: boolean;
  readonly next?: string;
}

let server: TestServer;
beforeAll(async () => {
  server = await start();
  const lines = Array.from({ length: 2_500 }, (_, i) => {
    // Ten events a second, in shuffled order; one in a hundred is rare.
    const n = (i * 7_919) % 2_500;
    return `${1_467_840_000 + Math.floor(n / 10)} ${n % 100 === 0 ? 'rare' : 'common'};n=${n % 5} event ${n}\n`;
  });
  expect(await server.send(lines.join(''))).toBe('ok stored=2500 duplicate=0 rejected=0\n');
});

const list = async (query: string): Promise<List> => (await server.json(`/events/json?${query}`)) as List;

test.each(['ascending', 'descending'])('pages in %s order have every event once', async (order) => {
  const seen: { id: number; time: number }[] = [];
  let after = '';
  for (;;) {
    const page = await list(`limit=300&order=${order}${after}`);
    seen.push(...page.events);
    expect(page.truncated).toBe(page.next !== undefined);
    if (page.next === undefined) break;
    after = `&after=${page.next}`;
  }
  expect(new Set(seen.map((event) => event.id)).size).toBe(2_500);
  const sign = order === 'ascending' ? 1 : -1;
  const sorted = [...seen].sort((a, b) => sign * (a.time - b.time || a.id - b.id));
  expect(seen).toEqual(sorted);
});

test('narrows the list by types and tags; unknown ones match no events', async () => {
  expect((await list('type=rare')).events).toHaveLength(25);
  expect((await list('type=rare&type=common&limit=all')).events).toHaveLength(2_500);
  expect((await list('all=n%3D3&limit=all')).events).toHaveLength(500);
  expect((await list('type=rare&all=n%3D0')).events).toHaveLength(25);
  expect((await list('type=rare&all=n%3D3')).events).toEqual([]);
  expect((await list('type=never')).events).toEqual([]);
  expect((await list('all=never')).events).toEqual([]);
});

test('marks a truncated list in every format', async () => {
  expect(await list('limit=10')).toMatchObject({ truncated: true, next: expect.stringMatching(/^\d+_\d+$/) });
  expect(await list('limit=all')).toMatchObject({ truncated: false });
  const raw = await (await server.fetch('/events/raw?limit=10')).text();
  expect(raw.trimEnd().split('\n')).toHaveLength(11);
  expect(raw).toMatch(/\n# truncated: continue with after=\d+_\d+\n$/);
  expect(await (await server.fetch('/events/')).text()).toContain('truncated: only the newest 200');
});

test('counts types and tags, with their first and last time', async () => {
  expect(await server.json('/types')).toEqual({
    types: [
      { type: 'common', count: 2_475, first: '2016-07-06T21:20:00.000Z', last: '2016-07-06T21:24:09.000Z' },
      { type: 'rare', count: 25, first: '2016-07-06T21:20:00.000Z', last: '2016-07-06T21:24:00.000Z' },
    ],
    truncated: false,
  });
  expect(await server.json('/types?prefix=ra')).toMatchObject({ types: [{ type: 'rare' }] });
  expect(await server.json('/tags?limit=2')).toMatchObject({
    tags: [
      { tag: 'n=0', count: 500 },
      { tag: 'n=1', count: 500 },
    ],
    truncated: true,
  });
});

test('lists names alone without counts, each once, in order', async () => {
  const other = await start();
  await other.send(
    '1 b;host=web1;late b\n2 a;host=web2;z=1 a\n3 b;host=web1;event=x c\n4 é;ho=1;host;host=é d\n',
  );
  const names = async (path: string): Promise<unknown> => other.json(`${path}counts=0`);
  expect(await names('/types?')).toEqual({
    types: [{ type: 'a' }, { type: 'b' }, { type: 'é' }],
    truncated: false,
  });
  expect(await names('/types?limit=1&')).toEqual({ types: [{ type: 'a' }], truncated: true });
  expect(await names('/tags?prefix=host&')).toEqual({
    tags: [{ tag: 'host' }, { tag: 'host=web1' }, { tag: 'host=web2' }, { tag: 'host=é' }],
    truncated: false,
  });
  // Types are not tags, although Graphite treats them as tags.
  expect(await names('/tags?prefix=b&')).toEqual({ tags: [], truncated: false });
  expect(await other.app.store.names('keys', '', 10)).toEqual({
    items: ['event', 'ho', 'host', 'z'],
    isAll: true,
  });
});

test('lists each key of tags once; words have no key', async () => {
  await server.send(
    '1467850001 keyed;env=a;env=b;env2=x;env-3=y;word;=odd;envelope one\n1467850002 keyed;env=c;env>=d;z==q two\n',
  );
  expect(await server.json('/tags/keys')).toEqual({
    keys: ['env', 'env-3', 'env2', 'env>', 'n', 'z'],
    truncated: false,
  });
  expect(await server.json('/tags/keys?limit=2')).toMatchObject({ keys: expect.any(Array), truncated: true });
});

test('finds an event in every answer before the index contains it', async () => {
  await server.send('1467850000 late;n=9 just now\n');
  // The index follows after a few milliseconds; these requests are sent at once.
  const [types, tagged, graphite] = await Promise.all([
    server.json('/types?prefix=late'),
    list('all=n%3D9'),
    server.json('/events/get_data?tags=late'),
  ]);
  expect(types).toMatchObject({ types: [{ type: 'late', count: 1 }] });
  expect(tagged.events).toHaveLength(1);
  expect(graphite).toHaveLength(1);
});
