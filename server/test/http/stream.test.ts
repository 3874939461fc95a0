// The live stream: every event once, in the order of commits, also for readers that reconnect.

import { connect } from 'node:net';
import { until } from '@anthracite/testing';
import { start, type TestServer } from '../start';
import { Follower } from './follower';

let server: TestServer;
beforeAll(async () => {
  server = await start({ 'stream-heartbeat-ms': '100' });
});

test('sends a committed event that the query selects, and no other', async () => {
  const follower = await Follower.open(`${server.url}/events/stream?type=live*&q=-hidden`);
  await server.send(
    '1500000000 live_a;host=x first\n1500000001 other second\n1500000002 live_b hidden\n1500000003 live_b third\n',
  );
  await until(() => follower.messages.length >= 2, 'both events have come');
  expect(follower.messages.map(({ name, data }) => [name, data.description])).toEqual([
    ['event', 'first'],
    ['event', 'third'],
  ]);
  expect(follower.messages[0]?.data).toMatchObject({
    type: 'live_a',
    tags: ['host=x'],
    time: 1_500_000_000_000,
  });
  const before = follower.heartbeats;
  await until(() => follower.heartbeats > before + 1, 'the stream says that it is alive');
  follower.close();
});

test('sends changes to the streams whose events they affect', async () => {
  const follower = await Follower.open(`${server.url}/events/stream?type=touched`);
  const { id } = (await server.json('/events', {
    method: 'POST',
    body: '{"type":"touched","description":"a"}',
  })) as { id: number };
  await server.json('/events', { method: 'POST', body: '{"type":"untouched","description":"a"}' });
  await server.fetch(`/events/${id}`, { method: 'PATCH', body: '{"type":"moved"}' });
  await server.fetch(`/events/${id}`, { method: 'PATCH', body: '{"description":"b"}' });
  await server.fetch(`/events/${id}`, { method: 'PATCH', body: '{"type":"touched"}' });
  await server.fetch(`/events/${id}`, { method: 'DELETE' });
  await until(() => follower.messages.some(({ data }) => data.after === null), 'the deletion is sent');
  const changes = follower.messages.filter(({ name }) => name === 'change').map(({ data }) => data);
  expect(changes.map(({ before, after }) => [before?.type, after?.type])).toEqual([
    ['touched', 'moved'],
    ['moved', 'touched'],
    ['touched', undefined],
  ]);
  follower.close();
});

test('sends every event once to a reader that is disconnected again and again under load', async () => {
  const total = 20_000;
  const sending = (async () => {
    for (let i = 0; i < total; i += 500) {
      const lines = Array.from(
        { length: 500 },
        (_, k) => `${1_600_000_000 + ((i + k) % 977)} load;n=${i + k} x\n`,
      );
      await server.send(lines.join(''));
    }
  })();
  const seen: number[] = [];
  let lastId = `${((await server.json('/events/json?order=descending&limit=1')) as { events: { id: number }[] }).events[0]?.id ?? 0}.0`;
  for (let cuts = 0; seen.length < total; cuts++) {
    const follower = await Follower.open(`${server.url}/events/stream?type=load`, lastId);
    const enough = Math.min(total - seen.length, 1 + ((cuts * 997) % 3_000));
    await until(() => follower.messages.length >= enough, `${enough} more have come`);
    follower.close();
    seen.push(...follower.messages.map(({ data }) => Number(data.tags[0].slice(2))));
    lastId = follower.lastId;
  }
  await sending;
  expect(seen).toHaveLength(total);
  expect(new Set(seen).size).toBe(total);
}, 600_000);

test.each([
  ['events', '1000000.0'],
  ['events', '0.1000000'],
  ['spans', '1000000.0'],
  ['spans', '0.1000000'],
])(
  '%s: a reader with the position %s, beyond the end, gets a notice and then new events',
  async (what, asked) => {
    const end = await Follower.open(`${server.url}/${what}/stream`);
    const follower = await Follower.open(`${server.url}/${what}/stream`, asked);
    await until(() => follower.messages.length === 1, 'the notice is sent');
    expect(follower.messages[0]).toEqual({
      name: 'reset',
      id: end.lastId,
      data: { asked, position: end.lastId },
    });
    await server.send(`1500000000 ${what}${asked}_start x\n`);
    await until(() => follower.messages.length === 2, 'new events are sent');
    const type = what === 'events' ? `events${asked}_start` : `spans${asked}`;
    expect(follower.messages[1]?.data).toMatchObject({ type });
    for (const one of [end, follower]) one.close();
  },
);

test('accepts the position of an event that was deleted later', async () => {
  const follower = await Follower.open(`${server.url}/events/stream?type=gone_last`);
  const { id } = (await server.json('/events', {
    method: 'POST',
    body: '{"type":"gone_last","description":"a"}',
  })) as { id: number };
  await until(() => follower.messages.length === 1, 'it has come');
  follower.close();
  await server.fetch(`/events/${id}`, { method: 'DELETE' });
  const back = await Follower.open(`${server.url}/events/stream?type=gone_last`, follower.lastId);
  await until(() => back.messages.length === 1, 'the deletion is sent');
  expect(back.messages.map(({ name }) => name)).toEqual(['change']);
  back.close();
});

test('refuses an invalid position', async () => {
  const response = await server.fetch('/events/stream', { headers: { 'last-event-id': 'x' } });
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ code: 'BAD_PARAMETER' });
});

test.each(['/events/stream?last_event_id=0.0', '/events/json?limit=all', '/events/sqlite'])(
  'drops a reader of %s that takes nothing, without using memory for it',
  async (path) => {
    const own = await start({ 'http-stall-ms': '300' });
    // More than the kernel buffers for a reader.
    for (let i = 0; i < 30; i++) {
      const description = String(i).padEnd(1_000_000, 'x');
      await own.fetch('/events', {
        method: 'POST',
        body: JSON.stringify({ time: 1_500_000_000_000 + i, type: 'big', description }),
      });
    }
    const socket = connect(Number(new URL(own.url).port), '127.0.0.1');
    socket.on('error', () => {});
    socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
    socket.pause();
    const metric = async (name: string): Promise<number> => {
      const text = await (await own.fetch('/metrics')).text();
      return Number(new RegExp(`^anthracite_${name} (\\d+)`, 'm').exec(text)?.[1]);
    };
    await until(async () => (await metric('http_stalled_total')) === 1, 'it is dropped');
    expect(await metric('streams')).toBe(0);
    socket.destroy();
  },
  600_000,
);

test('ends streams when the server stops', async () => {
  const own = await start();
  const follower = await Follower.open(`${own.url}/events/stream`);
  const begin = performance.now();
  await own.stop();
  expect(performance.now() - begin).toBeLessThan(3_500);
  await until(() => follower.isEnded, 'the stream has ended');
});
