// URLs of feeds that contain a token: for calendars and feed readers that cannot sign in.

import { start, type TestServer } from '../start';
import { bearer, made, make } from './asking';

const admin = 'the-long-secret-of-an-admin';
const reader = 'the-long-secret-of-a-reader';

let server: TestServer;
let token: string;
beforeAll(async () => {
  server = await start({}, Date.now, { ANTHRACITE_TOKENS: `ops:admin:${admin} grafana:read:${reader}` });
  await server.send('1467844481 incident_sev1_start;incident=1 down\n1467844482 deploy release 2\n');
  token = await made(server, 'calendar', ['feed'], admin);
});

const feeds = ['/events/ics', '/events/atom', '/spans/ics'];

test.each(feeds)(
  'reads %s with the token in the URL and does not repeat it in the response',
  async (path) => {
    expect((await server.fetch(`${path}?from=20160101`)).status).toBe(401);
    for (const query of [`token=${token}&from=20160101&limit=1`, `from=20160101&limit=1&token=${token}`]) {
      const response = await server.fetch(`${path}?${query}`);
      expect(response.status).toBe(200);
      expect(response.headers.get('referrer-policy')).toBe('no-referrer');
      expect(response.headers.get('cache-control')).toMatch(/private|no-store/);
      const told = JSON.stringify([...response.headers]) + (await response.text());
      expect(told).not.toContain(token);
    }
  },
);

test('refuses the token of a feed for everything else, in the URL or in a header', async () => {
  for (const path of [
    '/events/json',
    '/events/csv',
    '/events/',
    '/spans',
    '/timeline',
    '/report',
    '/types',
    '/tokens',
    '/metrics',
  ]) {
    expect([path, (await server.fetch(`${path}?token=${token}`)).status]).toEqual([path, 401]);
    expect([path, (await server.fetch(path, { headers: bearer(token) })).status]).toEqual([path, 403]);
  }
  const submitted = await server.fetch('/events', { method: 'POST', headers: bearer(token), body: '{}' });
  expect(submitted.status).toBe(403);
});

test('accepts no other token in a URL and does not repeat it on the page that asks for a token', async () => {
  for (const secret of [admin, reader, `${token}x`, '', '%zz']) {
    const response = await server.fetch(`/events/ics?token=${secret}`, { headers: { accept: 'text/html' } });
    expect([secret, response.status]).toEqual([secret, 401]);
    if (secret.length > 3) expect(await response.text()).not.toContain(secret);
  }
});

test('refuses to combine the role feed with other roles', async () => {
  const response = await make(server, 'both', ['feed', 'read'], admin);
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({
    error: expect.stringContaining('a list of read, write and admin, or feed alone'),
  });
});

test('refuses the URL after its token is revoked', async () => {
  const other = await made(server, 'leaked', ['feed'], admin);
  const address = `/events/ics?token=${other}`;
  expect((await server.fetch(address)).status).toBe(200);
  await server.fetch('/tokens/leaked', { method: 'DELETE', headers: bearer(admin) });
  expect((await server.fetch(address)).status).toBe(401);
  expect((await server.fetch(`/events/ics?token=${token}`)).status).toBe(200);
});
