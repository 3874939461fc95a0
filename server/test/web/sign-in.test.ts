// Access to pages, and the cookie of a signed-in user.

import { start, type TestServer } from '../start';
import { fieldOf, send, visit } from './pages';

const secrets = {
  admin: 'the-long-secret-of-the-admin',
  reader: 'the-long-secret-of-a-reader',
  writer: 'the-long-secret-of-a-writer',
};
const ANTHRACITE_TOKENS = `ada:admin:${secrets.admin} rita:read:${secrets.reader} wim:write:${secrets.writer}`;

let server: TestServer;
beforeAll(async () => {
  server = await start({}, Date.now, { ANTHRACITE_TOKENS });
  await server.send('1467844481 deploy one\n');
});

async function signIn(token: string, headers: Record<string, string> = {}): Promise<string[]> {
  const page = await send(server, '/sign-in', { token, to: '/events/1' }, headers);
  expect([page.status, page.location]).toEqual([303, '/events/1']);
  return page.headers.getSetCookie();
}
const asCookie = (set: readonly string[]): Record<string, string> => ({
  cookie: set.map((one) => one.split(';', 1)[0]).join('; '),
});

test('shows the sign-in form in place of a page that needs a token, and leads back to the page', async () => {
  for (const path of ['/events/?q=one', '/events/1', '/add', '/rejects']) {
    const page = await visit(server, path);
    expect([path, page.status, fieldOf(page, 'to')]).toEqual([path, 401, path]);
    expect(page.headers.has('www-authenticate')).toBe(false);
    expect(page.text).not.toContain('deploy');
  }
});

test("sets a cookie for the server's own pages only, which presents the token", async () => {
  const set = await signIn(secrets.admin);
  expect(set[0]).toMatch(/^anthracite_token=.*; Path=\/; Max-Age=\d+; SameSite=Strict; HttpOnly$/);
  const page = await visit(server, '/events/1', asCookie(set));
  expect(page.status).toBe(200);
  expect(page.text).toContain('Signed in as ada');
  const amongOthers = await visit(server, '/events/1', {
    cookie: `other=1; ${asCookie(set)['cookie']}; last=2`,
  });
  expect(amongOthers.text).toContain('Signed in as ada');
  expect(page.html).toContain('action="/events/1/delete"');
  const secure = await signIn(secrets.admin, { origin: server.url.replace('http', 'https') });
  for (const one of secure) expect(one).toContain('; Secure');
  const out = await send(server, '/sign-out', {}, asCookie(set));
  for (const one of out.headers.getSetCookie()) expect(one).toMatch(/^\w+=; .*Max-Age=0/);
});

test('refuses an unknown token with a message next to its field', async () => {
  const page = await send(server, '/sign-in', { token: 'not-a-token-at-all', to: '/add' });
  expect(page.status).toBe(400);
  expect(page.text).toContain('unknown token');
  expect(fieldOf(page, 'to')).toBe('/add');
  expect(page.headers.getSetCookie()).toEqual([]);
  expect(page.html).not.toContain('not-a-token-at-all');
});

test.each([
  'https://evil.example/',
  '//evil.example',
  '/\\evil.example',
  '\\\\evil.example',
  'javascript:x',
  '/\t/evil.example',
  '',
])('never redirects to another site after signing in: %j', async (to) => {
  const page = await send(server, '/sign-in', { token: secrets.reader, to });
  expect(new URL(page.location, server.url).origin).toBe(server.url);
  expect(page.location).toMatch(/^\/(?![/\\])/);
});

test('hides buttons for changes from a user who can only read, and refuses the changes', async () => {
  const cookie = asCookie(await signIn(secrets.reader));
  await server.send('nonsense\n');
  for (const path of ['/events/', '/events/1', '/rejects']) {
    const page = await visit(server, path, cookie);
    const forms = [...page.html.matchAll(/<form method="post" action="([^"]*)"/g)].map((match) => match[1]);
    expect([path, page.status, forms]).toEqual([path, 200, ['/sign-out']]);
    expect(page.html).not.toContain('href="/add"');
  }
  expect((await send(server, '/events/1/delete', {}, cookie)).status).toBe(403);
});

test('lets a user who can only write add events, and shows them nothing', async () => {
  const cookie = asCookie(await signIn(secrets.writer));
  const form = await visit(server, '/add', cookie);
  expect(form.status).toBe(200);
  expect(form.text).not.toContain('deploy one');
  expect(form.html).not.toContain('<option value="deploy"');
  const added = await send(server, '/add', { type: 'manual_wim', description: 'x' }, cookie);
  expect((await visit(server, added.location, cookie)).text).toContain('Stored as event');
  expect((await visit(server, '/events/', cookie)).status).toBe(403);
});

test('asks the browser to repeat a request from another site once, and no more than once', async () => {
  const set = await signIn(secrets.reader);
  const marker = asCookie(set.slice(1));
  const first = await visit(server, '/events/1', marker);
  expect(first.status).toBe(401);
  expect(first.html).toContain('<meta http-equiv="refresh" content="0"/>');
  expect(first.headers.getSetCookie()[0]).toMatch(/^anthracite_signed_in=; .*Max-Age=0/);
  // It repeats the request with the token and is marked again, or is asked for a token when it has none.
  const second = await visit(server, '/events/1', asCookie(set.slice(0, 1)));
  expect(second.status).toBe(200);
  expect(second.headers.getSetCookie()[0]).toMatch(/^anthracite_signed_in=1; /);
  expect((await visit(server, '/events/1')).html).not.toContain('http-equiv="refresh"');
});

test('ends the session of a revoked token', async () => {
  const { token } = (await server.json('/tokens', {
    method: 'POST',
    headers: { authorization: `Bearer ${secrets.admin}` },
    body: JSON.stringify({ name: 'guest', roles: ['read'] }),
  })) as { token: string };
  const cookie = asCookie(await signIn(token));
  expect((await visit(server, '/events/', cookie)).status).toBe(200);
  await server.fetch('/tokens/guest', {
    method: 'DELETE',
    headers: { authorization: `Bearer ${secrets.admin}` },
  });
  const page = await visit(server, '/events/', cookie);
  expect([page.status, page.text.includes('unknown token')]).toEqual([401, true]);
});
