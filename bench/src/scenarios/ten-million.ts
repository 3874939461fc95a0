// A large database: the time to start, and query times compared with a small database.

import { join } from 'node:path';
import { fill, lineBlocks, monthOfEvents, toLine } from '../load/events';
import { getRequest, runLoad } from '../load/http-load';
import { startAnthracite } from '../peers/anthracite';
import { memoryOf } from '../peers/process';
import { median, type Scenario } from '../scenario';

const request = getRequest('/events/get_data?from=-1d&tags=deploy');

export const tenMillion: Scenario = {
  name: 'ten-million',
  what: 'start on ten million events, and GET /events/get_data with about 70 matches on them',
  missing: () => null,
  run: async ({ isQuick, folder, say }) => {
    const count = isQuick ? 500_000 : 10_000_000;
    const now = Math.floor(Date.now() / 1000);
    const month = Buffer.from(monthOfEvents(now).map(toLine).join(''));
    const load = { clients: 1, seconds: isQuick ? 2 : 5, request: () => request };

    const small = await startAnthracite(join(folder, 'small.db'));
    await fill(small.linePort, [month], 20_000);
    const large = join(folder, 'large.db');
    const filling = await startAnthracite(large);
    say(`filling ${count} events`);
    // Spread over the last months, so that the queried day has many other events.
    const seconds = Math.ceil(count / 3);
    await fill(filling.linePort, lineBlocks(count - 20_000, now - seconds), count - 20_000);
    await fill(filling.linePort, [month], 20_000);
    await filling.stop();

    const starts: number[] = [];
    for (let turn = 0; turn < 3; turn++) {
      say(`start ${turn + 1} of 3`);
      const started = await startAnthracite(large);
      starts.push(started.startMs / 1000);
      await started.stop();
    }
    const server = await startAnthracite(large);
    const idle = memoryOf(server.pid, 'VmRSS') / 1_000_000;
    const ours: number[] = [];
    const reference: number[] = [];
    for (let turn = 0; turn < 3; turn++) {
      say(`questions, turn ${turn + 1} of 3`);
      reference.push((await runLoad({ port: small.httpPort, ...load })).p50);
      ours.push((await runLoad({ port: server.httpPort, ...load })).p50);
    }
    await Promise.all([small.stop(), server.stop()]);
    const size = isQuick ? 'half a million' : 'ten million';
    const none = { peer: null, peerName: '' };
    return [
      {
        ...none,
        what: `start on ${size} events`,
        unit: 's',
        ours: median(starts),
        goal: { is: 'at most', value: 1 },
      },
      {
        ...none,
        what: 'memory after the start',
        unit: 'MB',
        ours: idle,
        goal: { is: 'at most', value: 120 },
      },
      {
        what: `latency on ${size} events`,
        unit: 'ms',
        ours: median(ours),
        peer: median(reference),
        peerName: 'itself on 20 000',
        goal: { is: 'at most', value: 2 },
      },
    ];
  },
};
