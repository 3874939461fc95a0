// Checks the tables of docs/access.md: every route, with every kind of token, with and without required tokens.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { RouteTable } from '../../src/doors/http/answer/route-table';
import { start, type TestServer } from '../start';

// Hundreds of requests, which are slow on a busy machine.
jest.setTimeout(600_000);

const roles = ['read', 'write', 'read,write', 'admin', 'feed'] as const;
const presented = ['no token', 'a wrong token', ...roles] as const;
type Presented = (typeof presented)[number];

const text = readFileSync(join(__dirname, '../../../../docs/access.md'), 'utf8');
const secretOf = (role: Presented): string => `the-long-secret-of-${role.replace(/\W/g, '-')}`;
const ANTHRACITE_TOKENS = roles
  .map((role) => `${role.replace(',', '-')}:${role}:${secretOf(role)}`)
  .join(' ');

// From the first table: "GET /events" -> the required role. From the second: "read needed" -> each response.
const needs = new Map<string, string>();
for (const [, routes = '', need = ''] of text.matchAll(
  /^\| ((?:`[A-Z]+`, )*`[A-Z]+ \/\S*`) +\| `(\w+)` +\|$/gm,
)) {
  const methods = [...routes.matchAll(/[A-Z]{2,}/g)].map(([method]) => method);
  const path = /\/[^`]*/.exec(routes)?.[0] ?? '';
  for (const method of methods) needs.set(`${method} ${path}`, need);
}
const answers = new Map<string, readonly string[]>();
for (const [, need, mode, cells = ''] of text.matchAll(
  /^\| `(\w+)` +\| ((?:not )?needed(?:, proxied)?) +\|((?: +\S+ +\|){7})$/gm,
)) {
  answers.set(`${need} ${mode}`, cells.match(/\w+/g) ?? []);
}

function documented(method: string, url: string): string | undefined {
  const path = url === '/' ? url : url.replace(/\/$/, '').replace(/:(\w+)/g, '<$1>');
  return needs.get(`${method === 'HEAD' ? 'GET' : method} ${path}`);
}

let closed: TestServer;
let open: TestServer;
let unused: TestServer;
beforeAll(async () => {
  closed = await start({}, Date.now, { ANTHRACITE_TOKENS });
  open = await start({ 'read-access': 'open', 'write-access': 'open' }, Date.now, { ANTHRACITE_TOKENS });
  unused = await start();
});

/** The outcome of a request: `in`, or the status of the refusal after a check of its form. */
async function outcome(
  server: TestServer,
  method: string,
  url: string,
  who: Presented,
  proxied: Readonly<Record<string, string>> = {},
): Promise<string> {
  const path = url.replace(':id', '999999').replace(':name', 'nobody');
  const body = ['POST', 'PATCH'].includes(method) ? '{}' : null;
  const leave = new AbortController();
  const response = await fetch(server.url + path, {
    method,
    body,
    redirect: 'manual',
    signal: leave.signal,
    headers: { ...proxied, ...(who !== 'no token' && { authorization: `Bearer ${secretOf(who)}` }) },
  });
  const { status } = response;
  if (status !== 401 && status !== 403) {
    leave.abort(); // some responses never end
    return 'in';
  }
  expect(response.headers.has('www-authenticate')).toBe(status === 401);
  if (method !== 'HEAD') {
    const needed = who === 'no token' ? 'TOKEN_NEEDED' : status === 401 ? 'TOKEN_UNKNOWN' : 'ROLE_NEEDED';
    const { code } = (await response.json()) as { code: string };
    // The refusal of the first token has its own code.
    if (proxied['via']) expect(code).toMatch(/^(PROXY_WITHOUT_TOKEN|FIRST_TOKEN_ELSEWHERE)$/);
    else expect(code).toBe(needed);
  }
  return String(status);
}

async function outcomes(
  server: TestServer,
  whos: readonly Presented[],
  proxied: Readonly<Record<string, string>> = {},
): Promise<Map<string, string[]>> {
  const found = new Map<string, string[]>();
  for (const { methods, url } of server.app.http.routes) {
    for (const method of methods) {
      const row: string[] = [];
      for (const who of whos) row.push(await outcome(server, method, url, who, proxied));
      found.set(`${method} ${url}`, row);
    }
  }
  return found;
}

test('has exactly one row of the table for each route', () => {
  const routes = closed.app.http.routes.flatMap(({ methods, url, needs: needed }) =>
    methods.map((method) => ({ method, url, needed })),
  );
  expect(routes.length).toBeGreaterThan(50);
  expect(routes.map(({ method, url }) => `${method} ${url} ${documented(method, url)}`)).toEqual(
    routes.map(({ method, url, needed }) => `${method} ${url} ${needed}`),
  );
  const rows = [...needs.keys()].filter(
    (row) => !routes.some(({ method, url }) => row === `${method} ${url.replace(/:(\w+)/g, '<$1>')}`),
  );
  expect(rows).toEqual([]);
  expect(answers.size).toBe(21);
});

function expected(mode: (need: string) => string, columns: number): Map<string, readonly string[]> {
  return new Map(
    closed.app.http.routes.flatMap(({ methods, url }) =>
      methods.map((method): [string, readonly string[]] => {
        const need = documented(method, url) ?? 'no row';
        return [`${method} ${url}`, answers.get(`${need} ${mode(need)}`)?.slice(0, columns) ?? ['no answer']];
      }),
    ),
  );
}

test('refuses to start with a route that does not declare its role', () => {
  const routes = new RouteTable();
  expect(() => routes.add('GET', '/forgotten', undefined)).toThrow(
    'GET /forgotten does not say what it needs',
  );
  routes.add('GET', '/open', 'nothing');
  expect(routes.all).toMatchObject([{ url: '/open', needs: 'nothing' }]);
});

test('answers as in the table when a token is needed', async () => {
  expect(await outcomes(closed, presented)).toEqual(expected(() => 'needed', 7));
});

test('answers as in the table when reading and writing are open; administration needs a token once one exists', async () => {
  expect(await outcomes(open, presented)).toEqual(
    expected((need) => (need === 'admin' ? 'needed' : 'not needed'), 7),
  );
});

test('allows everything before the first token', async () => {
  expect(await outcomes(unused, ['no token', 'a wrong token'])).toEqual(expected(() => 'not needed', 2));
});

test('refuses changes through a proxy before the first token', async () => {
  expect(await outcomes(unused, ['no token', 'a wrong token'], { via: '1.1 proxy' })).toEqual(
    expected(() => 'not needed, proxied', 2),
  );
});

test.each([
  ['x-forwarded-for', '192.0.2.1'],
  ['forwarded', 'for=192.0.2.1'],
  ['via', '1.1 proxy'],
  ['x-real-ip', '192.0.2.1'],
  ['x-forwarded-proto', 'https'],
])(
  'refuses writes through a proxy with %s unless write-access is open or the request has a token',
  async (name, value) => {
    const proxied = { [name]: value };
    const refused = await unused.fetch('/events', { method: 'POST', body: '{}', headers: proxied });
    expect(refused.status).toBe(403);
    expect(await refused.json()).toMatchObject({
      code: 'PROXY_WITHOUT_TOKEN',
      error: expect.stringMatching(/anthracite token create .*write-access to open/),
    });
    expect(await outcome(unused, 'GET', '/events/json', 'no token', proxied)).toBe('in');
    for (const [method, url] of [
      ['POST', '/events'],
      ['DELETE', '/events/:id'],
    ] as const) {
      expect(await outcome(open, method, url, 'no token', proxied)).toBe('in');
      expect(await outcome(closed, method, url, 'read,write', proxied)).toBe('in');
    }
  },
);

test('hides forms on pages that come through a proxy and could not submit them', async () => {
  const ask = async (headers: Record<string, string>): Promise<string> =>
    (await unused.fetch('/events/', { headers: { accept: 'text/html', ...headers } })).text();
  expect(await ask({})).toContain('href="/add"');
  expect(await ask({ 'x-forwarded-for': '192.0.2.1' })).not.toContain('href="/add"');
});

test('opens and closes reading and writing with separate settings', async () => {
  const looking = await start({ 'read-access': 'open' }, Date.now, { ANTHRACITE_TOKENS });
  expect(await outcome(looking, 'GET', '/events/json', 'no token')).toBe('in');
  expect(await outcome(looking, 'POST', '/events', 'no token')).toBe('401');
  const dropping = await start({ 'write-access': 'open' }, Date.now, { ANTHRACITE_TOKENS });
  expect(await outcome(dropping, 'GET', '/events/json', 'no token')).toBe('401');
  expect(await outcome(dropping, 'POST', '/events', 'no token')).toBe('in');
  // The response to an edit shows the previous event.
  expect(await outcome(dropping, 'PATCH', '/events/:id', 'no token')).toBe('401');
  const strict = await start({ 'read-access': 'token' });
  expect(await outcome(strict, 'GET', '/events/json', 'no token')).toBe('401');
  expect(await outcome(strict, 'DELETE', '/rejects/:id', 'no token')).toBe('401');
  expect(await outcome(strict, 'POST', '/events', 'no token')).toBe('in');
});
