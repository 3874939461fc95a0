// The request of Grafana's plugin for annotations: a thousand visible events and the incidents.

import { join } from 'node:path';
import { fill, lineBlocks } from '../load/events';
import { startAnthracite, whenIndexed } from '../peers/anthracite';
import { processorMsOf } from '../peers/process';
import { type Figure, median, percentile, type Scenario } from '../scenario';
import { firstSecond, incidentBlocks, suffixes } from './spans';

// `lineBlocks` makes three events a second.
const eventsPerSecond = 3;
const marksInView = 1_000;

/** The annotation queries, with the number of seconds that contain a thousand of their marks. */
const questions: readonly { readonly what: string; readonly query: string; readonly seconds: number }[] = [
  { what: 'all events', query: '', seconds: 400 },
  { what: 'one deploy and incidents', query: '&type=deploy_app3&type=incident_*', seconds: 4_000 },
  { what: 'deploys and incidents', query: '&type=deploy_*&type=incident_*', seconds: 800 },
  { what: 'types and tags', query: '&type=deploy_*&all=env%3Ddev&none=host%3Dweb1', seconds: 1_400 },
  { what: 'text', query: '&q=conf+prod', seconds: 1_400 },
];

async function timeOf(url: string): Promise<number> {
  const begin = performance.now();
  const response = await fetch(url);
  const { events, spans } = (await response.json()) as Readonly<Record<string, readonly unknown[]>>;
  const ms = performance.now() - begin;
  if (events?.length !== marksInView || spans === undefined)
    throw new Error(`${url} has ${events?.length} events`);
  return ms;
}

export const annotations: Scenario = {
  name: 'annotations',
  what: 'a thousand annotations in one request, of a million events and 5 000 incidents',
  missing: () => null,
  run: async ({ isQuick, folder, say }) => {
    const count = isQuick ? 50_000 : 1_000_000;
    const rounds = isQuick ? 10 : 200;
    const server = await startAnthracite(join(folder, 'anthracite.db'));
    say(`filling ${count} events`);
    await fill(server.linePort, lineBlocks(count, firstSecond), count);
    const incidents = count / 200;
    const allSeconds = count / eventsPerSecond;
    await fill(server.linePort, incidentBlocks(incidents, allSeconds), incidents * suffixes.length);
    await whenIndexed(server);
    const none = { peer: null, peerName: '', unit: 'ms' };
    const figures: Figure[] = [];
    for (const { what, query, seconds } of questions) {
      say(`asking for ${what}`);
      const times: number[] = [];
      const begin = processorMsOf(server.pid);
      for (let i = 0; i < rounds; i++) {
        const from = firstSecond + Math.floor((i / rounds) * (allSeconds - seconds));
        const view = `from=${from}&until=${from + seconds}&order=descending&limit=${marksInView}`;
        times.push(await timeOf(`${server.url}/events/timeline?${view}${query}`));
      }
      const spent = processorMsOf(server.pid) - begin;
      figures.push(
        {
          ...none,
          what: `${what}, median`,
          ours: median(times),
          goal: { is: 'at most', value: 100 } as const,
        },
        { ...none, what: `${what}, p99`, ours: percentile(times, 0.99), goal: null },
        { ...none, what: `${what}, processor time of the server`, ours: spent / rounds, goal: null },
      );
    }
    await server.stop();
    return figures;
  },
};
