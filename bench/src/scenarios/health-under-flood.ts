// GET /health while one client sends lines as fast as it can.

import { join } from 'node:path';
import { sendLines } from '@anthracite/protocol';
import { lineBlocks } from '../load/events';
import { getRequest } from '../load/http-load';
import { startProbe } from '../load/prober';
import { startAnthracite } from '../peers/anthracite';
import type { Scenario } from '../scenario';

export const healthUnderFlood: Scenario = {
  name: 'health-under-flood',
  what: 'GET /health every 20 ms while one client sends lines as fast as it can',
  missing: () => null,
  run: async ({ isQuick, folder, say }) => {
    const seconds = isQuick ? 3 : 10;
    const server = await startAnthracite(join(folder, 'anthracite.db'));
    const endProbe = await startProbe({ port: server.httpPort, everyMs: 20, request: getRequest('/health') });
    say(`${seconds} s of flood`);
    const until = performance.now() + seconds * 1000;
    function* flood(): Generator<Buffer> {
      for (const block of lineBlocks(Number.MAX_SAFE_INTEGER, 1_700_000_000)) {
        if (performance.now() > until) return;
        yield block;
      }
    }
    const begin = performance.now();
    const { stored } = await sendLines(flood(), { host: '127.0.0.1', port: server.linePort });
    const rate = stored / ((performance.now() - begin) / 1000);
    const { p50, p99, max } = await endProbe();
    await server.stop();
    const none = { peer: null, peerName: '', unit: 'ms' };
    return [
      { ...none, what: 'p99', ours: p99, goal: { is: 'at most', value: 50 } },
      { ...none, what: 'p50', ours: p50, goal: null },
      { ...none, what: 'longest', ours: max, goal: null },
      { ...none, what: 'events stored meanwhile', unit: '/s', ours: rate, goal: null },
    ];
  },
};
