// What a dashboard asks for its marks: a thousand in view, in one request, of a million events.

import { join } from 'node:path';
import { fill, lineBlocks } from '../load/events';
import { startAnthracite, whenIndexed } from '../peers/anthracite';
import { median, percentile, type Scenario } from '../scenario';

// `lineBlocks` makes three events a second.
const eventsPerSecond = 3;
const firstSecond = 1_700_000_000;
const marksInView = 1_000;

/** The annotation queries, with how many seconds have a thousand of their marks in them. */
const questions: readonly { readonly what: string; readonly query: string; readonly seconds: number }[] = [
  { what: 'all events', query: '', seconds: 400 },
  { what: 'one type', query: '&type=deploy_app3', seconds: 4_000 },
  { what: 'types by a pattern', query: '&type=deploy_*', seconds: 800 },
  { what: 'types and tags', query: '&type=deploy_*&all=env%3Ddev&none=host%3Dweb1', seconds: 1_400 },
  { what: 'text', query: '&q=conf+prod', seconds: 1_400 },
];

async function timeOf(url: string): Promise<number> {
  const begin = performance.now();
  const response = await fetch(url);
  const { events } = (await response.json()) as { events: readonly unknown[] };
  const ms = performance.now() - begin;
  if (events.length !== marksInView) throw new Error(`${url} has ${events.length} marks`);
  return ms;
}

export const annotations: Scenario = {
  name: 'annotations',
  what: 'a thousand marks in view of a dashboard in one request, of a million events',
  missing: () => null,
  run: async ({ isQuick, folder, say }) => {
    const count = isQuick ? 50_000 : 1_000_000;
    const rounds = isQuick ? 10 : 200;
    const server = await startAnthracite(join(folder, 'anthracite.db'));
    say(`filling ${count} events`);
    await fill(server.linePort, lineBlocks(count, firstSecond), count);
    await whenIndexed(server);
    const lastSecond = firstSecond + count / eventsPerSecond;
    const none = { peer: null, peerName: '', unit: 'ms' };
    const figures = [];
    for (const { what, query, seconds } of questions) {
      say(`asking for ${what}`);
      const times: number[] = [];
      for (let i = 0; i < rounds; i++) {
        const from = firstSecond + Math.floor((i / rounds) * (lastSecond - firstSecond - seconds));
        const view = `from=${from}&until=${from + seconds}&order=descending&limit=${marksInView}`;
        times.push(await timeOf(`${server.url}/events/json?${view}${query}`));
      }
      figures.push(
        {
          ...none,
          what: `${what}, median`,
          ours: median(times),
          goal: { is: 'at most', value: 100 } as const,
        },
        { ...none, what: `${what}, p99`, ours: percentile(times, 0.99), goal: null },
      );
    }
    await server.stop();
    return figures;
  },
};
