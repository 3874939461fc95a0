// GET /events/get_data for the deployments of a day in a month of events, as dashboards do.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fill, monthOfEvents, toLine } from '../load/events';
import { getRequest, HttpConnection, runLoad } from '../load/http-load';
import { startAnthracite } from '../peers/anthracite';
import { startBareFastify } from '../peers/bare-fastify';
import { folderIn } from '../peers/folder';
import { missingGraphite, startGraphite } from '../peers/graphite-web';
import { median, type Scenario } from '../scenario';

const path = '/events/get_data';
const dashboard = getRequest(`${path}?from=-1d&tags=deploy`);
const differentQuestions = 200;

/** Different days of the last month, each from another second. */
function dayRequests(now: number): string[] {
  return Array.from({ length: differentQuestions }, (_, i) => {
    const from = now - 86_400 * (2 + (i % 27)) - 61 * i;
    return getRequest(`${path}?from=${from}&until=${from + 86_400}&tags=deploy`);
  });
}

async function ask(port: number, request: string): Promise<Buffer> {
  const connection = await HttpConnection.open(port);
  const answer = await connection.ask(request);
  connection.close();
  return answer;
}

async function matchesOf(port: number, request: string): Promise<number> {
  return (await ask(port, request)).toString().split('"when"').length - 1;
}

export const getData: Scenario = {
  name: 'get-data',
  what: 'GET /events/get_data, about 70 matches of 20 000 events, 8 clients',
  missing: missingGraphite,
  run: async ({ isQuick, folder, say }) => {
    const seconds = isQuick ? 2 : 8;
    const turns = isQuick ? 1 : 3;
    const now = Math.floor(Date.now() / 1000);
    const events = monthOfEvents(now);
    say('filling');
    const asGraphite = events.map(({ second, type, tags, description }) => ({
      when: second,
      what: description,
      tags: [type, ...tags].join(' '),
    }));
    const graphite = await startGraphite(folderIn(folder, 'graphite'), asGraphite);
    const ours = await startAnthracite(join(folder, 'anthracite.db'));
    await fill(ours.linePort, [Buffer.from(events.map(toLine).join(''))], events.length);
    const days = dayRequests(now);
    for (const request of [dashboard, ...days.slice(0, 10)]) {
      const matches = {
        ours: await matchesOf(ours.httpPort, request),
        graphite: await matchesOf(graphite.port, request),
      };
      if (Math.abs(matches.ours - matches.graphite) > 1 || matches.ours < 60) {
        throw new Error(`the peers return ${matches.ours} and ${matches.graphite} events`);
      }
    }
    const answer = await ask(ours.httpPort, dashboard);
    const body = join(folder, 'answer.json');
    writeFileSync(body, answer.subarray(answer.indexOf('\r\n\r\n') + 4));
    const bare = await startBareFastify(body);

    const rates = new Map<string, number[]>();
    const measure = async (
      name: string,
      port: number,
      request: (number: number) => string,
    ): Promise<void> => {
      const { requestsPerSecond } = await runLoad({ port, clients: 8, seconds, request });
      rates.set(name, [...(rates.get(name) ?? []), requestsPerSecond]);
    };
    const rateOf = (name: string): number => median(rates.get(name) ?? []);
    const dayOf = (number: number): string => days[number % days.length] ?? '';
    for (let turn = 0; turn < turns; turn++) {
      say(`turn ${turn + 1} of ${turns}`);
      await measure('graphite', graphite.port, () => dashboard);
      await measure('ours', ours.httpPort, () => dashboard);
      await measure('bare', bare.port, () => dashboard);
      await measure('graphite, days', graphite.port, dayOf);
      await measure('ours, days', ours.httpPort, dayOf);
    }
    await Promise.all([graphite.stop(), ours.stop(), bare.stop()]);
    return [
      {
        what: 'the same question',
        unit: '/s',
        ours: rateOf('ours'),
        peer: rateOf('graphite'),
        peerName: 'graphite-web',
        goal: { is: 'at least', value: 30 },
      },
      {
        what: 'the same question',
        unit: '/s',
        ours: rateOf('ours'),
        peer: rateOf('bare'),
        peerName: 'bare Fastify',
        goal: { is: 'at least', value: 0.3 },
      },
      {
        what: `${differentQuestions} different questions`,
        unit: '/s',
        ours: rateOf('ours, days'),
        peer: rateOf('graphite, days'),
        peerName: 'graphite-web',
        goal: { is: 'at least', value: 18 },
      },
    ];
  },
};
