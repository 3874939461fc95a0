// GET /events/get_data for the deployments of a day in a month of events, as dashboards do.

import { join } from 'node:path';
import { fill, monthOfEvents, toLine } from '../load/events';
import { getRequest, HttpConnection, runLoad } from '../load/http-load';
import { startAnthracite } from '../peers/anthracite';
import { folderIn } from '../peers/folder';
import { missingGraphite, startGraphite } from '../peers/graphite-web';
import { median, type Scenario } from '../scenario';

const request = getRequest('/events/get_data?from=-1d&tags=deploy');

async function matchesOf(port: number): Promise<number> {
  const connection = await HttpConnection.open(port);
  const answer = (await connection.ask(request)).toString();
  connection.close();
  return answer.split('"when"').length - 1;
}

export const getData: Scenario = {
  name: 'get-data',
  what: 'GET /events/get_data, about 70 matches of 20 000 events, 8 clients',
  missing: missingGraphite,
  run: async ({ isQuick, folder, say }) => {
    const seconds = isQuick ? 2 : 8;
    const turns = isQuick ? 1 : 3;
    const events = monthOfEvents(Math.floor(Date.now() / 1000));
    say('filling');
    const asGraphite = events.map(({ second, type, tags, description }) => ({
      when: second,
      what: description,
      tags: [type, ...tags].join(' '),
    }));
    const graphite = await startGraphite(folderIn(folder, 'graphite'), asGraphite);
    const ours = await startAnthracite(join(folder, 'anthracite.db'));
    await fill(ours.linePort, [Buffer.from(events.map(toLine).join(''))], events.length);
    const matches = { ours: await matchesOf(ours.httpPort), graphite: await matchesOf(graphite.port) };
    if (Math.abs(matches.ours - matches.graphite) > 1 || matches.ours < 60) {
      throw new Error(`the peers return ${matches.ours} and ${matches.graphite} events`);
    }
    const rates = { ours: [] as number[], graphite: [] as number[] };
    for (let turn = 0; turn < turns; turn++) {
      say(`turn ${turn + 1} of ${turns}`);
      const load = { clients: 8, seconds, request: () => request };
      rates.graphite.push((await runLoad({ port: graphite.port, ...load })).requestsPerSecond);
      rates.ours.push((await runLoad({ port: ours.httpPort, ...load })).requestsPerSecond);
    }
    await Promise.all([graphite.stop(), ours.stop()]);
    return [
      {
        what: 'requests',
        unit: '/s',
        ours: median(rates.ours),
        peer: median(rates.graphite),
        peerName: 'graphite-web',
        goal: { is: 'at least', value: 30 },
      },
    ];
  },
};
