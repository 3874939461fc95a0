// A live Graphite: a real one with ten thousand events, and one with unusual edges.

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  type GraphiteWeb,
  missingGraphite,
  startGraphite,
} from '@anthracite/bench/dist/src/peers/graphite-web';
import { atEnd, needs, temporaryFolder } from '@anthracite/testing';
import { command, startServer } from '../in-process';

const missing = missingGraphite();
const folder = temporaryFolder();
let graphite: GraphiteWeb | undefined;
const servers: Server[] = [];

atEnd(async () => {
  await graphite?.stop();
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
});

interface GraphiteEvent {
  readonly when: number;
  readonly what: string;
  readonly data: string;
  readonly tags: readonly string[];
  readonly id: number;
}

async function viewOf(url: string): Promise<Omit<GraphiteEvent, 'id'>[]> {
  const events = (await (await fetch(`${url}/events/get_data?from=0`)).json()) as GraphiteEvent[];
  return events
    .map(({ id: _, ...event }) => event)
    .sort((a, b) => a.when - b.when || (a.what < b.what ? -1 : 1));
}

needs('graphite-web', missing === null)(
  'imports ten thousand events from a real graphite-web completely, and only duplicates the second time',
  async () => {
    const count = 10_000;
    const begin = 1_700_000_000;
    graphite = await startGraphite(
      folder,
      Array.from({ length: count }, (_, i) => ({
        // Years apart, and hundreds in one second.
        when: begin - Math.floor(i / 2) * 7_000 + (i % 10 === 0 ? 1 : 0),
        what: i % 100 === 0 ? `burst ${i} é 😀` : `event ${i} <b>"quoted"</b>`,
        tags: i % 3 === 0 ? 'deploy host=web1' : i % 3 === 1 ? 'puppet' : '',
      })),
    );
    const url = await startServer();
    const first = await command(url, ['import', graphite.url]);
    expect(first.stderr).toBe('');
    expect(first.stdout.toString()).toBe(`stored=${count} duplicate=0 rejected=0\n`);
    expect(await viewOf(url)).toEqual(await viewOf(graphite.url));
    const again = await command(url, ['import', `${graphite.url}/events/get_data`]);
    expect(again.stdout.toString()).toBe(`stored=0 duplicate=${count} rejected=0\n`);
    expect(again.exitCode).toBe(0);
  },
  600_000,
);

interface Asked {
  readonly from: number;
  readonly until: number;
}

/** A server that answers like Graphite: both ends included, and fractions of seconds compared but not shown. */
async function startFake(
  times: readonly number[],
  refuse: (asked: Asked) => boolean = () => false,
  isBroken: (asked: readonly Asked[]) => boolean = () => false,
): Promise<{ url: string; asked: Asked[] }> {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    const { searchParams } = new URL(request.url ?? '', 'http://localhost');
    const [fromText, untilText] = [searchParams.get('from') ?? '', searchParams.get('until') ?? ''];
    const [from, until] = [Number(fromText), Number(untilText)];
    asked.push({ from, until });
    if (isBroken(asked)) {
      request.socket.destroy();
      return;
    }
    // Graphite takes eight digits for a date.
    if (fromText.length === 8 || untilText.length === 8 || refuse({ from, until })) {
      response.writeHead(500).end('<h1>Server Error</h1>');
      return;
    }
    const events = times
      .map((time, id) => ({ when: Math.floor(time), what: `event ${id}`, data: '', tags: [], id, time }))
      .filter(({ time }) => time >= from && time <= until)
      .map(({ time: _, ...event }) => event);
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(events));
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

const month = 30 * 86_400;

test('imports events at the very edge of a window, with fractions of a second, once', async () => {
  const edges = [0, 1, 3, 50].flatMap((n) => [n * month, n * month + 0.25, n * month + 0.75, n * month + 1]);
  const fake = await startFake(edges);
  const url = await startServer();
  const { stdout } = await command(url, ['import', fake.url]);
  expect(stdout.toString()).toBe(`stored=${edges.length} duplicate=0 rejected=0\n`);
  expect(Math.max(...fake.asked.map(({ from, until }) => (from < 1e8 ? 0 : until - from)))).toBe(month);
});

test('requests less, down to a second, from a Graphite that fails for large windows', async () => {
  const times = Array.from({ length: 300 }, (_, i) => 1_467_844_481 + i);
  const fake = await startFake(times, ({ from, until }) => {
    return times.filter((time) => time >= from && time <= until).length > 20;
  });
  const url = await startServer();
  const range = ['--from', '1467800000', '--until', '1467900000'];
  const { stdout, exitCode } = await command(url, ['import', fake.url, ...range]);
  expect(stdout.toString()).toBe('stored=300 duplicate=0 rejected=0\n');
  expect(exitCode).toBe(0);
});

test('continues the import after a connection that breaks among many requests', async () => {
  const times = Array.from({ length: 12 }, (_, i) => 1_467_844_481 + i * month);
  const fake = await startFake(
    times,
    () => false,
    (asked) => asked.length % 3 === 0,
  );
  const url = await startServer();
  const { stdout, stderr, exitCode } = await command(url, ['import', fake.url, '--from', '1467844000']);
  expect(stderr).toBe('');
  expect(stdout.toString()).toBe('stored=12 duplicate=0 rejected=0\n');
  expect(exitCode).toBe(0);
});

test('keeps to the range, also where Graphite would take its ends for dates', async () => {
  const fake = await startFake([15_000_000, 20_220_101, 20_220_102, 30_000_000]);
  const url = await startServer();
  const range = ['--from', '1970-08-23T00:41:41Z', '--until', '1970-08-23T00:41:41Z'];
  const { stdout } = await command(url, ['import', fake.url, ...range]);
  expect(stdout.toString()).toBe('stored=1 duplicate=0 rejected=0\n');
});

test.each([
  ['nothing there', () => Promise.resolve('http://127.0.0.1:2999'), 4, 'cannot read events'],
  ['one that fails always', async () => (await startFake([], () => true)).url, 4, 'answered 500'],
])('ends %s with its exit code', async (_name, source, code, words) => {
  const url = await startServer();
  const { exitCode, stderr } = await command(url, ['import', await source()]);
  expect(stderr).toContain(words);
  expect(exitCode).toBe(code);
});

test('reports a server that is not Graphite', async () => {
  const server = createServer((_request, response) => response.end('<html>hello</html>'));
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = await startServer();
  const source = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { exitCode, stderr } = await command(url, ['import', source]);
  expect(stderr).toContain('does not answer like Graphite: its answer starts with "<html>hello</html>"');
  expect(exitCode).toBe(1);
});
