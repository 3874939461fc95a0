// A wrong method is answered with the allowed methods, a wrong path with 404.

import { start, type TestServer } from '../start';

let server: TestServer;
beforeAll(async () => {
  server = await start();
});

test.each([
  ['PUT', '/events/1', 'DELETE, GET, HEAD, PATCH'],
  ['POST', '/health', 'GET, HEAD'],
  ['GET', '/rejects/1/resubmit', 'POST'],
  ['PATCH', '/rejects/1', 'DELETE'],
  ['PUT', '/render', 'GET, HEAD, POST'],
])('answers %s %s with 405 and the allowed methods', async (method, path, allowed) => {
  const response = await server.fetch(path, { method });
  expect(response.status).toBe(405);
  expect(response.headers.get('allow')).toBe(allowed);
  expect(await response.json()).toMatchObject({ code: 'METHOD_NOT_ALLOWED' });
});

test.each(['/nothing', '/events/1/2/3', '/rejects/1/resubmit/x', '/HEALTH', '//events'])(
  'answers %s with 404',
  async (path) => {
    const response = await server.fetch(path, { headers: { accept: 'application/json' } });
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ code: 'NOT_FOUND' });
  },
);

test('leads from / to the page of events, whose links lead to events', async () => {
  await server.send('1467844481 deploy title\n');
  for (const path of ['/', '/events', '/events/']) {
    const page = await (await server.fetch(path)).text();
    const base = /<base href="([^"]+)"/.exec(page)?.[1] ?? '';
    const link = /<a href="([^"]+)"/.exec(page)?.[1] ?? '';
    const event = await fetch(new URL(link, new URL(base, server.url + path)));
    expect(await event.text()).toContain('<h1>title</h1>');
  }
});
