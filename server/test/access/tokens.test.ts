// Creation, listing, storage as hashes and revocation of tokens.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder, withSqlite } from '@anthracite/testing';
import { newDatabase, start } from '../start';
import { basic, bearer, type Made, made, make, status } from './asking';

const folder = temporaryFolder();

async function refusal(response: Promise<Response>): Promise<unknown> {
  const { status: told } = await response;
  return { status: told, ...((await (await response).json()) as object) };
}

test('requires tokens after the first one, creates more with it, and refuses revoked ones', async () => {
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
  // The name is free again, and the new token is different.
  const again = await made(server, 'grafana', ['read'], ops);
  expect(again).not.toBe(grafana);
  expect(await status(server, '/events/json', bearer(grafana))).toBe(401);
  expect(await status(server, '/events/json', bearer(again))).toBe(200);
});

withSqlite('bytes of the file')(
  'keeps tokens across a restart and stores none of them in plain text',
  async () => {
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
  },
);

test('records the name of the token with each change', async () => {
  const server = await start();
  const ops = await made(server, 'ops', ['admin']);
  const nicolas = await made(server, 'nicolas', ['read', 'write'], ops);
  const sent = {
    method: 'POST',
    body: '{"type":"deploy","description":"release 42"}',
    headers: bearer(nicolas),
  };
  const { id } = (await server.json('/events', sent)) as { id: number };
  await server.fetch(`/events/${id}`, { method: 'DELETE', headers: bearer(nicolas) });
  expect(await server.json(`/events/${id}/history`, { headers: bearer(nicolas) })).toMatchObject({
    isDeleted: true,
    history: [{ who: 'nicolas' }],
  });
});

test('names the fault in each refusal', async () => {
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

test('creates one first token, and one token of a name, for many concurrent requests', async () => {
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

test('refuses a token that was removed from the environment and keeps requiring tokens', async () => {
  const database = await newDatabase();
  const first = await start({ database }, Date.now, { ANTHRACITE_TOKENS: 'rescue:admin:0123456789abcdef' });
  const rescue = '0123456789abcdef';
  const gone = first.fetch('/tokens/rescue', { method: 'DELETE', headers: bearer(rescue) });
  expect(await refusal(gone)).toMatchObject({ status: 409, code: 'TOKEN_GIVEN' });
  await made(first, 'ops', ['admin'], rescue);
  // While another admin token exists, the lost one can be revoked.
  expect((await first.fetch('/tokens/ops', { method: 'DELETE', headers: bearer(rescue) })).status).toBe(204);
  await first.stop();
  const second = await start({ database });
  expect(await status(second, '/events/json', bearer(rescue))).toBe(401);
  expect(await refusal(make(second, 'ops', ['admin']))).toMatchObject({ code: 'TOKEN_NEEDED' });
});

test('serves JSONP only when reading needs no token', async () => {
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

test('creates no token and requires none when the store fails', async () => {
  const server = await start();
  await server.app.store.close();
  expect((await make(server, 'ops', ['admin'])).status).toBe(503);
  expect(server.app.keyring.isUnused).toBe(true);
});

test('checks each of many concurrent requests by its own token', async () => {
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
