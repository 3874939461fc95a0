// The live stream of spans: its messages always give the same spans as GET /spans.

import { until } from '@anthracite/testing';
import { start, type TestServer } from '../start';
import { createRandom } from '../suspects/causes';
import { Follower, type Message } from './follower';

// biome-ignore lint/suspicious/noExplicitAny: spans as JSON has them
type Spans = Map<number, any>;

let server: TestServer;
beforeAll(async () => {
  server = await start({ 'stream-heartbeat-ms': '100' }, () => 2_000_000_000_000);
});

/** What docs/spans.md tells a reader to do. */
function take(spans: Spans, { name, data }: Message): void {
  if (name === 'gone') for (const id of data.ids) spans.delete(id);
  if (name !== 'span') return;
  for (const { id } of data.marks) spans.delete(id);
  spans.set(data.id, data);
}

async function listed(of: TestServer, query: string): Promise<unknown[]> {
  return ((await of.json(`/spans?limit=10000&${query}`)) as { spans: unknown[] }).spans;
}

test('sends a span when it starts, is detected and ends, and no other span', async () => {
  const follower = await Follower.open(`${server.url}/spans/stream?type=incident_*&none=env%3Dqa`);
  await server.send(
    '1500000000 incident_sev3_start;incident=1 slow\n1500000000 backup_start x\n1500000000 deploy_shop x\n',
  );
  await until(() => follower.messages.length === 1, 'it began');
  await server.send(
    '1500000060 incident_sev1_detected;incident=1 down\n1500000001 incident_start;env=qa x\n',
  );
  await until(() => follower.messages.length === 2, 'it was noticed');
  await server.send('1500000600 incident_sev1_resolved;incident=1 up\n');
  await until(() => follower.messages.length === 3, 'it ended');
  expect(
    follower.messages.map(({ name, data }) => [name, data.type, data.severity, data.isOpen, data.title]),
  ).toEqual([
    ['span', 'incident_sev3', 3, true, 'slow'],
    ['span', 'incident_sev3', 1, true, 'slow'],
    ['span', 'incident_sev3', 1, false, 'slow'],
  ]);
  expect(follower.messages[2]?.data).toEqual((await listed(server, 'type=incident_sev3'))[0]);
  const before = follower.heartbeats;
  await until(() => follower.heartbeats > before + 1, 'the stream says that it is alive');
  follower.close();
});

test('sends a span when a mark is edited, deleted or restored', async () => {
  const { ids } = await stored('gain_sev2_start film', 'gain_sev2_end over');
  const [startId = 0, endId = 0] = ids;
  const follower = await Follower.open(`${server.url}/spans/stream?type=gain_*`);
  const spans: Spans = new Map();
  const shows = async (what: string, isSo: () => boolean): Promise<void> => {
    let taken = 0;
    await until(() => {
      for (; taken < follower.messages.length; taken++) take(spans, follower.messages[taken] as Message);
      return isSo();
    }, what);
    follower.messages.length = 0;
  };
  await server.fetch(`/events/${endId}`, { method: 'DELETE' });
  await shows('it is open', () => spans.get(startId)?.isOpen === true);
  await server.fetch(`/events/${endId}/restore`, { method: 'POST' });
  await shows('it has ended', () => spans.get(startId)?.isOpen === false);
  await server.fetch(`/events/${startId}`, { method: 'PATCH', body: '{"type":"backup_start"}' });
  await shows('only its end is left', () => !spans.has(startId) && spans.get(endId)?.start === null);
  await server.fetch(`/events/${endId}`, { method: 'DELETE' });
  await shows('nothing is left', () => spans.size === 0);
  follower.close();
});

/** Stores events one second apart and returns their ids. */
async function stored(...events: string[]): Promise<{ ids: number[] }> {
  const lines = events.map((event, i) => `${1_600_000_000 + i} ${event}\n`).join('');
  const answer = (await server.json('/events', {
    method: 'POST',
    headers: { 'content-type': 'text/plain' },
    body: lines,
  })) as { events: { id: number }[] };
  return { ids: answer.events.map(({ id }) => id) };
}

test('gives all spans to a reader that is disconnected again and again', async () => {
  const own = await start({}, () => 2_000_000_000_000);
  const random = createRandom(7);
  const pick = <T>(some: readonly T[]): T => some[Math.floor(random() * some.length)] as T;
  const line = (): string => {
    const stem = pick(['incident_sev1', 'incident_sev2', 'backup', 'gain']);
    const suffix = pick(['start', 'detected', 'end', 'resolved']);
    const key = stem.startsWith('incident') && random() < 0.6 ? `;incident=${Math.floor(random() * 5)}` : '';
    return `${1_500_000_000 + Math.floor(random() * 500)} ${stem}_${suffix}${key}${random() < 0.3 ? ';env=qa' : ''} x\n`;
  };
  for (const query of ['', 'type=incident_*&none=env%3Dqa']) {
    const spans: Spans = new Map();
    let lastId = '0.0';
    for (let round = 0; round < 12; round++) {
      const follower = await Follower.open(`${own.url}/spans/stream?${query}`, lastId);
      await own.send(`${Array.from({ length: 15 }, line).join('')}1 other no mark\n`);
      for (let i = 0; i < 6; i++) {
        const id = 1 + Math.floor(random() * 15 * (round + 1));
        const [method, path] = pick([
          ['DELETE', `/events/${id}`],
          ['POST', `/events/${id}/restore`],
          ['PATCH', `/events/${id}`],
        ] as const);
        const body = JSON.stringify({ time: 1_500_000_000_000 + Math.floor(random() * 500) * 1_000 });
        await own.fetch(path, { method, ...(method === 'PATCH' && { body }) });
      }
      if (random() < 0.5) await until(() => follower.messages.length > 0, 'something has come');
      follower.close();
      for (const message of follower.messages) take(spans, message);
      lastId = follower.lastId;
    }
    const last = await Follower.open(`${own.url}/spans/stream?${query}`, lastId);
    const expected = await listed(own, query);
    let taken = 0;
    await until(() => {
      for (; taken < last.messages.length; taken++) take(spans, last.messages[taken] as Message);
      const known = [...spans.values()].sort((one, other) => one.begin - other.begin || one.id - other.id);
      return JSON.stringify(known) === JSON.stringify(expected);
    }, 'it knows what there is');
    last.close();
  }
}, 600_000);

test('refuses an invalid position', async () => {
  const response = await server.fetch('/spans/stream', { headers: { 'last-event-id': 'x' } });
  expect(response.status).toBe(400);
});
