// kill -9 during additions, edits and deletions, old and new: the kept counts are the same as the counted events.

import { join } from 'node:path';
import { temporaryFolder } from '@anthracite/testing';
import { run, type Served, serve, untilIndexed } from '../program';
import { rounds } from './rounds';

const startSeconds = 1_500_000_000;
const hourSeconds = 3_600;
const hourMs = 3_600_000;
const hours = 300;
const types = ['deploy', 'puppet', 'backup'];
const hosts = ['a', 'b', 'c'];
const any = <T>(list: readonly T[]): T => list[Math.floor(Math.random() * list.length)] as T;
const anySecond = (): number => startSeconds + Math.floor(Math.random() * hours * hourSeconds);

interface Event {
  readonly id: number;
  readonly time: number;
  readonly type: string;
  readonly tags: readonly string[];
}
interface CountSeries {
  readonly name: string;
  readonly points: readonly (readonly [number, number])[];
}

/** Makes one change at a time until the server has ended; reports each. */
async function change({ url, ended }: Served, name: string, onChange: () => void): Promise<void> {
  let isOver = false;
  void ended.then(() => {
    isOver = true;
  });
  const post = (path: string, body = '', type = 'text/plain') =>
    fetch(url + path, { method: 'POST', ...(body !== '' && { body, headers: { 'content-type': type } }) });
  const anyId = (): number => 1 + Math.floor(Math.random() * 500);
  for (let made = 0; ; made++) {
    const kind = Math.floor(Math.random() * 6);
    const lines = Array.from(
      { length: 1 + Math.floor(Math.random() * 20) },
      (_, i) => `${anySecond()} ${any(types)};host=${any(hosts)} ${name} ${made} ${i}\n`,
    );
    const changed = { time: anySecond() * 1_000, type: any(types), tags: [`host=${any(hosts)}`] };
    const answer =
      kind < 3
        ? post('/events', lines.join(''))
        : kind === 3
          ? fetch(`${url}/events/${anyId()}`, {
              method: 'PATCH',
              body: JSON.stringify(changed),
              headers: { 'content-type': 'application/json' },
            })
          : kind === 4
            ? fetch(`${url}/events/${anyId()}`, { method: 'DELETE' })
            : post(`/events/${anyId()}/restore`);
    const status = await answer.then(
      async (response) => {
        await response.arrayBuffer();
        return response.status;
      },
      () => null,
    );
    if (status === null || isOver) return;
    expect([200, 201, 204, 404, 409]).toContain(status);
    onChange();
  }
}

async function json(server: Served, path: string): Promise<unknown> {
  const response = await fetch(server.url + path);
  expect(response.status).toBe(200);
  return response.json();
}

async function compare(server: Served): Promise<number> {
  const { events } = (await json(server, '/events/json?from=0&limit=all')) as { events: readonly Event[] };
  for (const by of ['type', 'host']) {
    const expected: Record<string, number> = {};
    for (const { time, type, tags } of events) {
      const name = by === 'type' ? type : (tags.find((tag) => tag.startsWith('host=')) ?? '').slice(5);
      const key = `${name} ${Math.floor(time / hourMs) * hourMs}`;
      expected[key] = (expected[key] ?? 0) + 1;
    }
    const range = `from=${startSeconds}&until=${startSeconds + hours * hourSeconds - 1}`;
    const { series } = (await json(server, `/events/counts?interval=1h&by=${by}&${range}&tz=UTC`)) as {
      series: readonly CountSeries[];
    };
    const told = series.flatMap(({ name, points }) =>
      points.map(([start, count]) => [`${name} ${start}`, count]),
    );
    expect(Object.fromEntries(told)).toEqual(expected);
  }
  return events.length;
}

test(
  'keeps the right counts when it is killed during changes',
  async () => {
    const database = join(temporaryFolder(), 'anthracite.db');
    let server = await serve(database);
    let made = 0;
    for (let round = 0; made < rounds(300, 10_000); round++) {
      const last = made + 20 + Math.floor(Math.random() * 200);
      const onChange = (): void => {
        if (++made === last) server.kill('SIGKILL');
      };
      await Promise.all(['one', 'two', 'three'].map((name) => change(server, `${name} ${round}`, onChange)));
      await server.ended;
      server = await serve(database);
      await compare(server);
      await untilIndexed(server);
      expect(await compare(server)).toBeGreaterThan(0);
    }
    expect(await server.stop()).toBe(0);
    const { exitCode, stdout } = await run(['check', database]);
    expect([exitCode, stdout]).toEqual([0, expect.stringContaining('no damage found')]);
  },
  rounds(300_000, 3_600_000),
);
