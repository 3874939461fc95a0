// Two servers on one database in PostgreSQL: what one commits, the other knows.

import { hasPostgres, needs, ownPostgres, postgresSchema, until } from '@anthracite/testing';
import { bearer, made, status } from './access/asking';
import { Follower } from './http/follower';
import { start, type TestServer } from './start';

const testWithPostgres = needs('postgresql', hasPostgres);

async function two(): Promise<[TestServer, TestServer]> {
  const database = await postgresSchema();
  return [await start({ database }), await start({ database })];
}

testWithPostgres(
  'revoked-elsewhere: a token is good for nothing on any server once its revocation is answered',
  async () => {
    const [one, other] = await two();
    expect(await status(other, '/tokens', {})).toBe(200);
    const ops = await made(one, 'ops', ['admin']);
    // The first token closes the doors of all servers before it is answered.
    expect(await status(other, '/tokens', {})).toBe(401);
    expect(await status(other, '/tokens', bearer(ops))).toBe(200);
    const leaving = await made(one, 'leaving', ['read'], ops);
    await until(
      async () => (await status(other, '/events/json', bearer(leaving))) === 200,
      'the other knows it',
    );
    const stream = await other.fetch('/events/stream', { headers: bearer(leaving) });
    const ended = stream.text().catch(() => '');
    const revoked = await one.fetch('/tokens/leaving', { method: 'DELETE', headers: bearer(ops) });
    expect(revoked.status).toBe(204);
    expect(await status(other, '/events/json', bearer(leaving))).toBe(401);
    await ended;
  },
);

testWithPostgres('one of two servers creates the first token, and one a token of a name', async () => {
  const servers = await two();
  const create = async (server: TestServer, name: string, headers = {}) => {
    const response = await server.fetch('/tokens', {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ name, roles: ['admin'] }),
    });
    return { status: response.status, body: (await response.json()) as { token?: string } };
  };
  const firsts = await Promise.all(servers.map((server, i) => create(server, `first-${i}`)));
  expect(firsts.map((one) => one.status).sort()).toEqual([201, 401]);
  const token = firsts.find((one) => one.status === 201)?.body.token ?? '';
  await until(async () => (await status(servers[1], '/tokens', bearer(token))) === 200, 'both know it');
  const named = await Promise.all(servers.map((server) => create(server, 'same', bearer(token))));
  expect(named.map((one) => one.status).sort()).toEqual([201, 409]);
});

testWithPostgres('a stream has the events, changes and spans that another server stores', async () => {
  const [one, other] = await two();
  const events = await Follower.open(`${other.url}/events/stream`);
  const post = (body: object) => one.fetch('/events', { method: 'POST', body: JSON.stringify(body) });
  await post({ type: 'deploy', description: 'first' });
  await post({ type: 'backup_start', description: 'second' });
  await one.fetch('/events/1', { method: 'PATCH', body: JSON.stringify({ description: 'edited' }) });
  await until(() => events.messages.length === 3, 'the stream has all');
  expect(events.messages.map(({ name, data }) => [name, (data as { id: number }).id])).toEqual([
    ['event', 1],
    ['event', 2],
    ['change', 1],
  ]);
  const { lastId } = events;
  events.close();
  // A reader whose server is gone continues at the next.
  await post({ type: 'deploy', description: 'third' });
  await other.stop();
  const again = await Follower.open(`${one.url}/events/stream`, lastId);
  await until(() => again.messages.length === 1, 'the stream continues');
  expect(again.messages[0]).toMatchObject({ name: 'event', data: { description: 'third' } });
  again.close();
});

testWithPostgres(
  'answers 503 while the database is away, and works again when it is back',
  async () => {
    const server = await ownPostgres();
    const one = await start({
      database: `postgres://postgres@127.0.0.1:${server.port}/postgres`,
    });
    const post = (description: string) =>
      one.fetch('/events', { method: 'POST', body: JSON.stringify({ type: 'deploy', description }) });
    expect((await post('before')).status).toBe(201);
    server.stop('immediate');
    const away = await post('away');
    expect(away.status).toBe(503);
    expect(await away.json()).toMatchObject({ code: 'DATABASE_UNREACHABLE' });
    expect(await status(one, '/readyz', {})).toBe(503);
    expect(await status(one, '/healthz', {})).toBe(200);
    await server.start();
    await until(async () => (await post('back')).status === 201, 'events are stored again');
    const stored = (await one.json('/events/json?from=0')) as { events: unknown[] };
    expect(stored.events).toHaveLength(2);
    expect(await status(one, '/readyz', {})).toBe(200);
  },
  60_000,
);
