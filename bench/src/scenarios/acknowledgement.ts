// How long a sender waits for the acknowledgement of one event, at rest and while others export, search and send.

import { get } from 'node:http';
import { join } from 'node:path';
import { sendLines } from '@anthracite/protocol';
import { fill, lineBlocks } from '../load/events';
import { numberPlace, postRequest } from '../load/http-load';
import { type ProbeReport, startProbe } from '../load/prober';
import { type Anthracite, startAnthracite, whenIndexed } from '../peers/anthracite';
import type { Figure, Scenario } from '../scenario';

const firstSecond = 1_600_000_000;
// Distinct events, as a script sends them.
const post = postRequest('/events/', `{"what": "probe ${numberPlace}", "tags": "bench"}`);
const line = `1500000000 bench;kind=probe line ${numberPlace}\n`;

/** Reads an answer to its end, or until an instant by `performance.now()`. */
function readFor(url: string, until: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = get(url, (response) => {
      const timer = setTimeout(() => response.destroy(), Math.max(0, until - performance.now()));
      response.resume().once('close', () => {
        clearTimeout(timer);
        resolve();
      });
    });
    request.on('error', reject);
  });
}

async function repeat(until: number, work: (turn: number) => Promise<unknown>): Promise<void> {
  for (let turn = 0; performance.now() < until; turn++) await work(turn);
}

/** What others do meanwhile; each ends soon after an instant by `performance.now()`. */
const loads: Readonly<Record<string, (server: Anthracite, until: number) => Promise<unknown>>> = {
  'an export': ({ url }, until) => repeat(until, () => readFor(`${url}/events/get_data?from=0`, until)),
  'an export as SQLite': ({ url }, until) =>
    repeat(until, () => readFor(`${url}/events/sqlite?from=0`, until)),
  searches: ({ url }, until) =>
    repeat(until, (turn) => readFor(`${url}/events/json?from=0&limit=1000&q=app${turn % 13}+${turn}`, until)),
  reports: ({ url }, until) =>
    repeat(until, () => readFor(`${url}/report?from=${firstSecond}&until=${firstSecond + 86_400}`, until)),
  'a flood of lines': ({ linePort }, until) => {
    function* flood(): Generator<Buffer> {
      for (const block of lineBlocks(Number.MAX_SAFE_INTEGER, 1_700_000_000)) {
        if (performance.now() > until) return;
        yield block;
      }
    }
    return sendLines(flood(), { host: '127.0.0.1', port: linePort }, 600_000);
  },
};

interface Measured {
  readonly posts: ProbeReport;
  readonly lines: ProbeReport;
}

/** Sends single events for some seconds, as requests and as lines, during a load. */
async function measure(
  server: Anthracite,
  seconds: number,
  load: (until: number) => Promise<unknown>,
): Promise<Measured> {
  const endPosts = await startProbe({ port: server.httpPort, everyMs: 20, request: post });
  const endLines = await startProbe({ port: server.linePort, everyMs: 50, line });
  const until = performance.now() + seconds * 1_000;
  await Promise.all([load(until), new Promise((resolve) => setTimeout(resolve, seconds * 1_000))]);
  return { posts: await endPosts(), lines: await endLines() };
}

function figuresOf(name: string, { posts, lines }: Measured, rest: Measured): Figure[] {
  const ratio = { unit: 'ms', peerName: 'at rest' };
  return [
    { ...ratio, what: `POST during ${name}, p50`, ours: posts.p50, peer: rest.posts.p50, goal: null },
    {
      ...ratio,
      what: `POST during ${name}, p99`,
      ours: posts.p99,
      peer: rest.posts.p99,
      goal: { is: 'at most', value: 3 },
    },
    {
      ...ratio,
      what: `line during ${name}, p99`,
      ours: lines.p99,
      peer: rest.lines.p99,
      goal: { is: 'at most', value: 3 },
    },
    {
      what: `longest during ${name}`,
      unit: 'ms',
      ours: Math.max(posts.max, lines.max),
      peer: null,
      peerName: '',
      goal: { is: 'at most', value: 100 },
    },
  ];
}

export const acknowledgement: Scenario = {
  name: 'acknowledgement',
  what: 'time until one event is acknowledged, at rest and while others export, search and send',
  missing: () => null,
  run: async ({ isQuick, folder, say }) => {
    const count = isQuick ? 200_000 : 10_000_000;
    const seconds = isQuick ? 3 : 20;
    const server = await startAnthracite(join(folder, 'anthracite.db'));
    say(`filling ${count} events`);
    await fill(server.linePort, lineBlocks(count, firstSecond), count);
    const filled = performance.now();
    say('while the indexes follow');
    const following = await measure(server, seconds, () => Promise.resolve());
    await whenIndexed(server);
    const followed = (performance.now() - filled) / 1_000;
    say('at rest');
    const rest = await measure(server, seconds, () => Promise.resolve());
    const figures: Figure[] = [];
    for (const [name, load] of Object.entries(loads)) {
      say(`during ${name}`);
      figures.push(...figuresOf(name, await measure(server, seconds, (until) => load(server, until)), rest));
    }
    await server.stop();
    const none = { peer: null, peerName: '', goal: null };
    return [
      { ...none, what: 'POST at rest, p50', unit: 'ms', ours: rest.posts.p50 },
      { ...none, what: 'POST at rest, p99', unit: 'ms', ours: rest.posts.p99 },
      { ...none, what: 'line at rest, p99', unit: 'ms', ours: rest.lines.p99 },
      ...figuresOf('the update of the indexes', following, rest),
      ...figures,
      { ...none, what: 'time until the indexes had all events', unit: 's', ours: followed },
    ];
  },
};
