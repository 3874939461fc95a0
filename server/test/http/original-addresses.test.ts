// The URLs of the original Anthracite redirect to the present pages.

import { start, type TestServer } from '../start';

let server: TestServer;
beforeAll(async () => {
  server = await start();
});

const browser = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };
const visit = (path: string): Promise<Response> =>
  server.fetch(path, { redirect: 'manual', headers: browser });

test.each([
  ['/events/view/7', '/events/7'],
  ['/events/edit/7', '/events/7/edit'],
  ['/events/add', '/add'],
  ['/events/add/ts=1467844481', '/add?time=2016-07-06T22%3A34%3A41.000Z'],
  ['/events/table', '/events/'],
  ['/events/timeline', '/timeline'],
])('redirects %s to %s', async (from, to) => {
  const response = await visit(from);
  expect([response.status, response.headers.get('location')]).toEqual([301, to]);
});

test('opens the form with the time in the URL', async () => {
  const page = await server.fetch('/events/add/ts=1467844481', { headers: browser });
  expect(page.status).toBe(200);
  expect(await page.text()).toContain('value="2016-07-06T22:34:41"');
});

test.each(['/events/view/x', '/events/add/ts=yesterday', '/events/add/ts=99999999999999', '/events/add/7'])(
  'answers %s with 404',
  async (path) => {
    expect((await visit(path)).status).toBe(404);
  },
);

test('still serves events and spans to programs at /events/timeline', async () => {
  expect(await server.json('/events/timeline')).toMatchObject({ events: [], spans: [] });
});
