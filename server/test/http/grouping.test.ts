// One deployment on many nodes is one mark, in every format and in the stream.

import { start, type TestServer } from '../start';

const nodes = 500;
const begin = 1_500_000_000;
let server: TestServer;
beforeAll(async () => {
  server = await start();
  const lines = Array.from({ length: nodes }, (_, i) => {
    const host = `web${String(i + 1).padStart(3, '0')}`;
    return `${begin + i} puppet;version=4f2c9d1;host=${host} "Changed File[/etc/app.conf]\\non ${host}"\n`;
  });
  await server.send(
    `${lines.join('')}${begin + 30} deploy alone\n${begin + 7_200} puppet;version=4f2c9d1;host=late again\n`,
  );
});

test('adds the group to its first event in JSON', async () => {
  const { events } = (await server.json('/events/json?group=version&window=5min')) as { events: unknown[] };
  expect(events).toEqual([
    {
      id: 1,
      time: begin * 1000,
      type: 'puppet',
      tags: ['version=4f2c9d1', 'host=web001'],
      description: 'Changed File[/etc/app.conf]\non web001',
      group: {
        key: 'version',
        value: '4f2c9d1',
        count: nodes,
        first: begin * 1000,
        last: (begin + nodes - 1) * 1000,
        hosts: ['web001..web500'],
        moreHosts: 0,
        isWhole: true,
      },
    },
    { id: 501, time: (begin + 30) * 1000, type: 'deploy', tags: [], description: 'alone' },
    {
      id: 502,
      time: (begin + 7_200) * 1000,
      type: 'puppet',
      tags: ['version=4f2c9d1', 'host=late'],
      description: 'again',
    },
  ]);
});

test.each(['raw', 'csv', 'xml', 'atom', 'ics', 'html'])(
  'names the folded events in the title of %s',
  async (format) => {
    const text = await (await server.fetch(`/events/${format}?group=version`)).text();
    expect(text.replace(/\r\n /g, '')).toContain('(500 events on web001..web500)');
    expect(text.replace(/\\n|\n/g, ' ')).toContain('web001');
  },
);

test('counts the remaining events of a page and continues after the group on the next', async () => {
  const first = (await server.json('/events/json?group=version&limit=1')) as {
    events: { id: number }[];
    next: string;
  };
  expect(first.events.map(({ id }) => id)).toEqual([1]);
  const second = (await server.json(`/events/json?group=version&after=${first.next}`)) as {
    events: { id: number }[];
  };
  expect(second.events.map(({ id }) => id)).toEqual([501, 502]);
});

test.each(['group=', 'group=a%3Db', 'group=a&window=0s', 'group=a&window=25h', 'window=x'])(
  'refuses %s',
  async (query) => {
    const response = await server.fetch(`/events/json?${query}`);
    expect([response.status, ((await response.json()) as { code: string }).code]).toEqual([
      400,
      'BAD_PARAMETER',
    ]);
  },
);

test('streams the group instead of each of its events', async () => {
  const response = await server.fetch('/events/stream?group=version&last_event_id=0.0');
  const reader = response.body?.getReader();
  let text = '';
  while (!text.includes('"again"')) {
    const { value, done } = (await reader?.read()) ?? { done: true };
    if (done) break;
    text += Buffer.from(value ?? []).toString();
  }
  await reader?.cancel();
  const messages = [...text.matchAll(/^data: (.*)$/gm)].map(
    ([, data]) => JSON.parse(data ?? '') as { id: number; group?: { count: number } },
  );
  expect(messages.length).toBeLessThan(10);
  expect(messages.find(({ id }) => id === 1)?.group?.count).toBe(nodes);
});
