// Tokens are made, presented in every way, kept as hashes, and end at once.

import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { start, type TestServer, temporaryFolder } from '../start';

const folder = temporaryFolder();

interface Made {
  readonly token: string;
  readonly first: boolean;
}

const bearer = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` });
const basic = (password: string): Record<string, string> => ({
  authorization: `Basic ${Buffer.from(`grafana:${password}`).toString('base64')}`,
});

function make(server: TestServer, name: string, roles: readonly string[], by = ''): Promise<Response> {
  const body = JSON.stringify({ name, roles });
  const headers = { accept: 'application/json', ...(by !== '' && bearer(by)) };
  return server.fetch('/tokens', { method: 'POST', body, headers });
}

async function made(server: TestServer, name: string, roles: readonly string[], by = ''): Promise<string> {
  const response = await make(server, name, roles, by);
  expect(response.status).toBe(201);
  return ((await response.json()) as Made).token;
}

async function status(server: TestServer, path: string, headers: Record<string, string>): Promise<number> {
  return (await server.fetch(path, { headers })).status;
}

async function refusal(response: Promise<Response>): Promise<unknown> {
  const { status: told } = await response;
  return { status: told, ...((await (await response).json()) as object) };
}

test('the first token closes the doors; it makes others; a revoked one is good no more', async () => {
  const server = await start();
  expect(await status(server, '/events/json', {})).toBe(200);
  const first = await make(server, 'ops', ['admin']);
  const { token: ops, first: isFirst } = (await first.json()) as Made;
  expect(isFirst).toBe(true);
  expect(ops).toMatch(/^anth_[\w-]{32}$/);
  expect(await status(server, '/events/json', {})).toBe(401);
  const grafana = await made(server, 'grafana', ['read'], ops);
  expect(await status(server, '/events/json', bearer(grafana))).toBe(200);
  const gone = await server.fetch('/tokens/grafana', { method: 'DELETE', headers: bearer(ops) });
  expect(gone.status).toBe(204);
  expect(await status(server, '/events/json', bearer(grafana))).toBe(401);
  // The name is free again, and the new token is another.
  const again = await made(server, 'grafana', ['read'], ops);
  expect(again).not.toBe(grafana);
  expect(await status(server, '/events/json', bearer(grafana))).toBe(401);
  expect(await status(server, '/events/json', bearer(again))).toBe(200);
});

test('tokens are there after a restart, and no file holds one', async () => {
  const database = join(folder, 'restart', 'anthracite.db');
  const first = await start({ database });
  const ops = await made(first, 'ops', ['admin']);
  const scripts = await made(first, 'scripts', ['write', 'read'], ops);
  const filesHold = (text: string): string[] =>
    readdirSync(join(folder, 'restart')).filter((name) =>
      readFileSync(join(folder, 'restart', name)).includes(text),
    );
  expect(filesHold('scripts')).not.toEqual([]);
  expect([ops, scripts].flatMap(filesHold)).toEqual([]);
  await first.stop();
  const second = await start({ database });
  expect(await status(second, '/events/json', {})).toBe(401);
  expect(await status(second, '/events/json', bearer(scripts))).toBe(200);
  expect(await second.json('/tokens', { headers: bearer(ops) })).toEqual({
    tokens: [
      {
        name: 'ops',
        roles: ['admin'],
        given: false,
        created: expect.stringMatching(/^20.*Z$/),
        lastUsed: expect.stringMatching(/^20.*Z$/),
      },
      expect.objectContaining({ name: 'scripts', roles: ['read', 'write'] }),
    ],
  });
});

describe('a token is presented', () => {
  const secret = '100%25 sure it/is:good'.replaceAll(' ', '+');
  let server: TestServer;
  beforeAll(async () => {
    server = await start({}, Date.now, { ANTHRACITE_TOKENS: `puppet:read,write:${secret}` });
  });

  test.each<[string, Record<string, string>, number]>([
    ['as Bearer', bearer(secret), 200],
    ['in other letters', { authorization: `bEARER  ${secret}` }, 200],
    ['as a password', basic(secret), 200],
    ['as a password, still percent-encoded', basic(encodeURIComponent(secret)), 200],
    ["as Chef's", { 'x-data-collector-token': secret }, 200],
    [
      "as Chef's, beside a password for a proxy",
      { ...basic('for-the-proxy'), 'x-data-collector-token': secret },
      200,
    ],
    ['cut short', bearer(secret.slice(0, -1)), 401],
    ['decoded once too often', basic(decodeURIComponent(secret)), 401],
    ['with no password', { authorization: `Basic ${Buffer.from(secret).toString('base64')}` }, 401],
    ['as a user', { authorization: `Basic ${Buffer.from(`${secret}:`).toString('base64')}` }, 401],
    ['with a percent sign that decodes to nothing', basic('%zz'), 401],
    ['in a scheme that we do not know', { authorization: `Digest ${secret}` }, 401],
    ['without a scheme', { authorization: secret }, 401],
    ['empty', { authorization: 'Bearer ' }, 401],
    [
      'in bytes that are no text',
      { authorization: `Basic ${Buffer.from([255, 58, 254]).toString('base64')}` },
      401,
    ],
  ])('%s', async (_how, headers, told) => {
    expect(await status(server, '/events/json', headers)).toBe(told);
  });

  test('never in the query string', async () => {
    expect(await status(server, `/version?token=${encodeURIComponent(secret)}`, {})).toBe(401);
  });
});

test('whoever is refused is told before the body is read', async () => {
  const server = await start({}, Date.now, { ANTHRACITE_TOKENS: 'ops:admin:0123456789abcdef' });
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
  socket.write('POST /events HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n');
  const [answer] = (await once(socket, 'data')) as [Buffer];
  socket.destroy();
  expect(answer.toString()).toMatch(/^HTTP\/1\.1 401 /);
  expect(answer.toString()).toMatch(/www-authenticate: Bearer realm="anthracite"\r\n/i);
  expect(answer.toString()).toMatch(/www-authenticate: Basic realm="anthracite", charset="UTF-8"\r\n/i);
});

test('a long answer is cut off when its token is revoked, and no other', async () => {
  const server = await start();
  const lines = Array.from({ length: 40_000 }, (_, i) => `${i + 1} a ${'x'.repeat(500)}\n`);
  await server.send(lines.join(''));
  const ops = await made(server, 'ops', ['admin']);
  const open = async (token: string) => {
    const response = await server.fetch('/events/raw?limit=all&from=0', { headers: bearer(token) });
    return response.text();
  };
  const leaving = await made(server, 'leaving', ['read'], ops);
  const staying = await made(server, 'staying', ['read'], ops);
  // Nobody reads: both answers are under way as long as we like.
  const slow = connect(Number(new URL(server.url).port), '127.0.0.1');
  slow.on('error', () => {});
  slow.write(
    `GET /events/raw?limit=all&from=0 HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${leaving}\r\nConnection: close\r\n\r\n`,
  );
  await once(slow, 'readable');
  const whole = open(staying);
  await server.fetch('/tokens/leaving', { method: 'DELETE', headers: bearer(ops) });
  let received = 0;
  slow.on('data', (chunk: Buffer) => {
    received += chunk.length;
  });
  await once(slow, 'close');
  expect(received).toBeLessThan(40_000 * 500);
  expect((await whole).split('\n')).toHaveLength(40_001);
});

test('refusals name what is wrong', async () => {
  const server = await start({}, Date.now, { ANTHRACITE_TOKENS: '' });
  expect(await refusal(make(server, 'grafana', ['read']))).toMatchObject({ code: 'FIRST_TOKEN_NOT_ADMIN' });
  expect(await status(server, '/events/json', {})).toBe(200);
  const ops = await made(server, 'ops', ['admin']);
  expect(await refusal(make(server, 'ops', ['read'], ops))).toMatchObject({
    status: 409,
    code: 'TOKEN_NAME_TAKEN',
  });
  const revoke = (name: string) =>
    server.fetch(`/tokens/${name}`, {
      method: 'DELETE',
      headers: { accept: 'application/json', ...bearer(ops) },
    });
  expect(await refusal(revoke('nobody'))).toMatchObject({ status: 404, code: 'TOKEN_NOT_FOUND' });
  expect(await refusal(revoke('ops'))).toMatchObject({ status: 409, code: 'LAST_ADMIN_TOKEN' });
  for (const [name, roles] of [
    ['', ['read']],
    ['a b', ['read']],
    ['x'.repeat(65), ['read']],
    ['-x', ['read']],
    ['good', []],
    ['good', ['root']],
    ['good', 'read'],
    [7, ['read']],
  ] as [string, string[]][]) {
    expect(await refusal(make(server, name, roles, ops))).toMatchObject({
      status: 400,
      code: 'BAD_PARAMETER',
    });
  }
  const post = (body: string) => server.fetch('/tokens', { method: 'POST', body, headers: bearer(ops) });
  for (const body of ['', '[]', 'null', '{', '"x"', '\xff']) expect((await post(body)).status).toBe(400);
  expect(await refusal(post('{"name":"a","roles":["read"],"secret":"x"}'))).toMatchObject({
    code: 'UNKNOWN_PARAMETER',
  });
  expect((await post(`{"name":"${'a'.repeat(5_000)}"}`)).status).toBe(413);
  expect(await server.json('/tokens', { headers: bearer(ops) })).toMatchObject({ tokens: [{ name: 'ops' }] });
});

test('of many who ask for the first token at once, one gets it; of one name, one', async () => {
  const server = await start();
  const firsts = await Promise.all(Array.from({ length: 20 }, (_, i) => make(server, `ops${i}`, ['admin'])));
  const good = firsts.filter((response) => response.status === 201);
  const tokens = await Promise.all(good.map(async (response) => (await response.json()) as Made));
  expect(tokens).toEqual([
    { name: expect.any(String), roles: ['admin'], token: expect.any(String), first: true },
  ]);
  const ops = tokens[0]?.token ?? '';
  const twins = await Promise.all(Array.from({ length: 20 }, () => make(server, 'twin', ['read'], ops)));
  expect(twins.map((response) => response.status).sort()).toEqual([201, ...Array(19).fill(409)]);
});

test('a given token is no more when it is taken out, and the doors stay closed', async () => {
  const database = join(folder, 'given', 'anthracite.db');
  const first = await start({ database }, Date.now, { ANTHRACITE_TOKENS: 'rescue:admin:0123456789abcdef' });
  const rescue = '0123456789abcdef';
  const gone = first.fetch('/tokens/rescue', { method: 'DELETE', headers: bearer(rescue) });
  expect(await refusal(gone)).toMatchObject({ status: 409, code: 'TOKEN_GIVEN' });
  await made(first, 'ops', ['admin'], rescue);
  // With another admin at hand the lost one can go.
  expect((await first.fetch('/tokens/ops', { method: 'DELETE', headers: bearer(rescue) })).status).toBe(204);
  await first.stop();
  const second = await start({ database });
  expect(await status(second, '/events/json', bearer(rescue))).toBe(401);
  expect(await refusal(make(second, 'ops', ['admin']))).toMatchObject({ code: 'TOKEN_NEEDED' });
});

test('JSONP is off where reading needs a token, and on where it does not', async () => {
  const ANTHRACITE_TOKENS = 'ops:admin:0123456789abcdef';
  const closed = await start({}, Date.now, { ANTHRACITE_TOKENS });
  for (const path of [
    '/events/get_data?jsonp=f',
    '/render?target=events("a")&jsonp=f',
    '/metrics/find?query=*&jsonp=f',
  ]) {
    const answer = closed.fetch(path, { headers: basic('0123456789abcdef') });
    expect(await refusal(answer)).toMatchObject({ status: 403, code: 'JSONP_OFF' });
  }
  const open = await start({ 'read-access': 'open' }, Date.now, { ANTHRACITE_TOKENS });
  expect(await (await open.fetch('/events/get_data?jsonp=f')).text()).toBe('f([])');
});

test('a server whose store fails makes no token and closes no door', async () => {
  const server = await start();
  await server.app.store.close();
  expect((await make(server, 'ops', ['admin'])).status).toBe(503);
  expect(server.app.keyring.isUnused).toBe(true);
});

test('many requests at once are each judged by their own token', async () => {
  const server = await start();
  const ops = await made(server, 'ops', ['admin']);
  const agent = await made(server, 'agent', ['write'], ops);
  const kinds: [Record<string, string>, number][] = [
    [{}, 401],
    [bearer('wrong'), 401],
    [bearer(agent), 403],
    [bearer(ops), 200],
  ];
  const asked = Array.from({ length: 200 }, (_, i) => kinds[i % kinds.length] ?? [{}, 0]);
  const told = await Promise.all(asked.map(([headers]) => status(server, '/types', headers)));
  expect(told).toEqual(asked.map(([, expected]) => expected));
});
