// kill -9 while events are sent to a target: each event arrives at least once, and in order.

import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { atEnd, temporaryFolder, until } from '@anthracite/testing';
import { serve } from '../program';
import { rounds } from './rounds';

const events = 200;

test(
  'loses no event and keeps the order when the server is killed between a delivery and its commit',
  async () => {
    const folder = temporaryFolder();
    const config = join(folder, 'anthracite.yaml');
    const ids: number[] = [];
    let kill: () => void = () => {};
    let untilKill = 0;
    const receiver = createServer((request, response) => {
      request.resume();
      request.on('end', () => {
        ids.push(Number(String(request.headers['webhook-id']).replace('evt_', '')));
        response.end(() => {
          // The answer has left: the server may or may not have stored its position.
          if (--untilKill === 0) kill();
        });
      });
    });
    receiver.listen(0, '127.0.0.1');
    await once(receiver, 'listening');
    atEnd(() => new Promise<void>((resolve) => void receiver.close(() => resolve())));
    const { port } = receiver.address() as AddressInfo;
    writeFileSync(config, `send:\n  - { url: "http://127.0.0.1:${port}" }\nsend-allow: 127.0.0.1\n`);
    const database = join(folder, 'anthracite.db');
    let server = await serve(database, ['--config', config]);
    await server.send(Array.from({ length: events }, (_, i) => `${i} x event ${i}\n`).join(''));
    for (let round = 0; round < rounds(4, 50); round++) {
      untilKill = 1 + ((round * 7) % 11);
      kill = () => server.kill('SIGKILL');
      // Later rounds may find that everything has arrived.
      await Promise.race([server.ended, until(() => ids.includes(events), 'all have arrived', 60)]);
      server.kill('SIGKILL');
      await server.ended;
      server = await serve(database, ['--config', config]);
    }
    untilKill = -1;
    await until(() => ids.includes(events), 'all events arrive', 60);
    expect(await server.stop()).toBe(0);
    const firsts = [...new Set(ids)];
    expect(firsts).toEqual(Array.from({ length: events }, (_, i) => i + 1));
    // Only the message under way is sent again.
    expect(ids.length - firsts.length).toBeLessThanOrEqual(rounds(4, 50) * 2);
  },
  rounds(120_000, 1_200_000),
);
