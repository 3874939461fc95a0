// Reversed ranges: refused by every route of ours, answered as in Graphite by Graphite's routes.

import { start, type TestServer } from '../start';

let server: TestServer;
beforeAll(async () => {
  server = await start();
  await server.send('1500000000 backup_start long\n1500009000 backup_end over\n1500000100 deploy_shop x\n');
});

const upsideDown = 'from=1500000200&until=1500000100';

test.each([
  ...['json', 'raw', 'html', 'sqlite', 'timeline', 'counts', 'stream'].map((name) => `/events/${name}`),
  ...['/spans', '/spans/ics', '/spans/stream', '/report', '/report/csv'],
])('%s refuses an until before from', async (path) => {
  const response = await server.fetch(`${path}?${upsideDown}`);
  expect([response.status, await response.json()]).toEqual([
    400,
    {
      code: 'BAD_PARAMETER',
      error:
        'the parameter until is "1500000100"; expected a time that is not before from, 2017-07-14T02:43:20Z',
    },
  ]);
  expect((await server.fetch(`${path}?from=1500000200&until=1500000200`)).status).toBe(200);
});

test.each(['/events/', '/timeline', '/spans', '/report/html'])(
  '%s shows the fault next to the field',
  async (path) => {
    const response = await server.fetch(`${path}?${upsideDown}`, { headers: { accept: 'text/html' } });
    expect(response.status).toBe(400);
    expect(await response.text()).toContain('not before from');
  },
);

test.each(['/report', '/report/html', '/timeline'])(
  '%s refuses an until before its default from',
  async (path) => {
    expect((await server.fetch(`${path}?until=2017-07-14`)).status).toBe(400);
  },
);

test('finds nothing for a from in the future without until', async () => {
  const response = await server.fetch('/events/json?from=%2B5min');
  expect([response.status, await response.json()]).toMatchObject([200, { events: [] }]);
});

test("answers as Graphite does on Graphite's routes", async () => {
  const data = await server.fetch(`/events/get_data?${upsideDown}`);
  expect([data.status, await data.json()]).toEqual([200, []]);
  expect((await server.fetch(`/render?target=events(%22*%22)&${upsideDown}`)).status).toBe(200);
});
