// POST /events/ with three tags, as a Graphite client sends it.

import { join } from 'node:path';
import { postRequest, runLoad } from '../load/http-load';
import { startAnthracite } from '../peers/anthracite';
import { folderIn } from '../peers/folder';
import { missingGraphite, startGraphite } from '../peers/graphite-web';
import { median, type Scenario } from '../scenario';

export const postEvent: Scenario = {
  name: 'post-event',
  what: 'POST /events/ with three tags, 8 kept-alive clients',
  missing: missingGraphite,
  run: async ({ isQuick, folder, say }) => {
    const seconds = isQuick ? 2 : 8;
    const turns = isQuick ? 1 : 3;
    const graphite = await startGraphite(folderIn(folder, 'graphite'));
    const ours = await startAnthracite(join(folder, 'anthracite.db'));
    const now = Math.floor(Date.now() / 1000);
    const request = (number: number): string =>
      postRequest(
        '/events/',
        JSON.stringify({
          what: `release ${number}`,
          tags: ['deploy', 'env=prod', `host=web${number % 50}`],
          when: now - (number % 86_400),
          data: 'by the bench',
        }),
      );
    const reports = {
      ours: [] as number[],
      graphite: [] as number[],
      p99: [] as number[],
      graphiteP99: [] as number[],
    };
    for (let turn = 0; turn < turns; turn++) {
      say(`turn ${turn + 1} of ${turns}`);
      const peer = await runLoad({ port: graphite.port, clients: 8, seconds, request });
      const own = await runLoad({
        port: ours.httpPort,
        clients: 8,
        seconds,
        request: (number) => request(number + turn * 10_000_000),
      });
      reports.ours.push(own.requestsPerSecond);
      reports.p99.push(own.p99);
      reports.graphite.push(peer.requestsPerSecond);
      reports.graphiteP99.push(peer.p99);
    }
    await Promise.all([graphite.stop(), ours.stop()]);
    return [
      {
        what: 'requests',
        unit: '/s',
        ours: median(reports.ours),
        peer: median(reports.graphite),
        peerName: 'graphite-web',
        goal: { is: 'at least', value: 50 },
      },
      {
        what: 'p99',
        unit: 'ms',
        ours: median(reports.p99),
        peer: median(reports.graphiteP99),
        peerName: 'graphite-web',
        goal: null,
      },
    ];
  },
};
