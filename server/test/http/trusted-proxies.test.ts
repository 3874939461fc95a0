// Headers of proxies: trusted from some addresses, ignored from all others.

import { withNginx } from '@anthracite/testing';
import { readForwarded } from '../../src/doors/http/security/trusted-proxies';
import { startNginx } from '../proxies';
import { start, type TestServer } from '../start';

const secret = 'the-secret-of-an-admin';
const closed = { ANTHRACITE_TOKENS: `ops:admin:${secret}` };
const trusting = { 'trusted-proxies': '127.0.0.1', 'user-header': 'X-Forwarded-User' };

async function addEvent(server: TestServer): Promise<number> {
  const answer = await server.fetch('/events', {
    method: 'POST',
    body: JSON.stringify({ type: 'a', description: 'x' }),
    headers: { authorization: `Bearer ${secret}` },
  });
  return ((await answer.json()) as { id: number }).id;
}

async function historyOf(server: TestServer, id: number): Promise<readonly (string | null)[]> {
  const told = (await server.json(`/events/${id}/history`, {
    headers: { authorization: `Bearer ${secret}` },
  })) as { history: { who: string | null }[] };
  return told.history.map(({ who }) => who);
}

const change = (url: string, id: number, headers: Record<string, string>): Promise<Response> =>
  fetch(`${url}/events/${id}`, {
    method: 'PATCH',
    body: JSON.stringify({ description: `changed ${Math.random()}` }),
    headers: { 'content-type': 'application/json', ...headers },
  });

test.each([
  ['for=192.0.2.60;proto=https;by=203.0.113.43', ['192.0.2.60'], undefined, 'https'],
  ['For="[2001:db8:cafe::17]:4711"', ['2001:db8:cafe::17'], undefined, undefined],
  [
    'for=192.0.2.43, for=198.51.100.17:80;host=a.example',
    ['192.0.2.43', '198.51.100.17'],
    'a.example',
    undefined,
  ],
  ['for=unknown, for=_hidden;host="a, b;c"', ['unknown', 'unknown'], 'a, b;c', undefined],
  ['nonsense;=;for', [], undefined, undefined],
])('reads Forwarded: %s', (header, addresses, host, proto) => {
  expect(readForwarded(header)).toEqual({ addresses, ...(host && { host }), ...(proto && { proto }) });
});

test('names the person of a trusted proxy in the history, and gives them the roles of user-roles', async () => {
  const server = await start({ ...trusting, 'user-roles': 'read,write' }, Date.now, closed);
  const id = await addEvent(server);
  const ann = { 'x-forwarded-user': 'ann@example.com', 'x-forwarded-for': '203.0.113.5' };
  expect((await change(server.url, id, ann)).status).toBe(200);
  expect((await change(server.url, id, { ...ann, authorization: `Bearer ${secret}` })).status).toBe(200);
  expect((await change(server.url, id, { authorization: `Bearer ${secret}` })).status).toBe(200);
  expect(await historyOf(server, id)).toEqual(['ann@example.com', 'ann@example.com', 'ops']);
  expect((await server.fetch('/types', { headers: ann })).status).toBe(200);
  // Administration needs a token.
  const refused = await server.fetch('/tokens', { headers: ann });
  expect(refused.status).toBe(403);
  expect(await refused.json()).toMatchObject({
    code: 'USER_ROLE_NEEDED',
    error: expect.stringContaining('the user "ann@example.com"'),
  });
  const page = await (await server.fetch('/timeline', { headers: ann })).text();
  expect(page).not.toContain('/sign-in');
});

test.each([
  ['from an address that is not trusted', { ...trusting, 'trusted-proxies': '192.0.2.1' }, 'ann'],
  ['without a header in the settings', { 'trusted-proxies': '127.0.0.1' }, 'ann'],
  ['with control characters', trusting, 'an\tn'],
  ['that is too long', trusting, 'a'.repeat(129)],
])('ignores a name %s', async (_why, settings, name) => {
  const server = await start({ ...settings, 'user-roles': 'read,write' }, Date.now, closed);
  const id = await addEvent(server);
  expect((await change(server.url, id, { 'x-forwarded-user': name })).status).toBe(401);
  const headers = { 'x-forwarded-user': name, authorization: `Bearer ${secret}` };
  expect((await change(server.url, id, headers)).status).toBe(200);
  expect(await historyOf(server, id)).toEqual(['ops']);
});

test('lets a person read only, without the role write', async () => {
  const server = await start({ ...trusting, 'user-roles': 'read' }, Date.now, closed);
  const id = await addEvent(server);
  const headers = { 'x-forwarded-user': 'ann' };
  expect((await server.fetch('/types', { headers })).status).toBe(200);
  expect((await change(server.url, id, headers)).status).toBe(403);
});

withNginx.each([
  [
    'X-Forwarded-For',
    'proxy_set_header X-Forwarded-For $remote_addr; proxy_set_header X-Forwarded-Proto https;',
  ],
  ['Forwarded', 'proxy_set_header Forwarded "for=$remote_addr;proto=https;host=$http_host";'],
])('takes client, host and scheme from %s of nginx', async (_name, directives) => {
  const server = await start({ 'trusted-proxies': '127.0.0.1', 'allowed-hosts': 'events.test' });
  const port = await startNginx(
    server.url,
    `proxy_set_header Host events.test; proxy_set_header X-Forwarded-Host $http_host; ${directives}`,
  );
  // Absolute addresses of a feed have the scheme and the host that the client used.
  const answer = await fetch(`http://127.0.0.1:${port}/events/atom`);
  expect(answer.status).toBe(200);
  expect(await answer.text()).toContain(`https://127.0.0.1:${port}/events`);
});
