// kill -9 during the deletion of many events: all of them are deleted, or none.

import { join } from 'node:path';
import { temporaryFolder } from '@anthracite/testing';
import { type Served, serve } from '../program';
import { rounds } from './rounds';

const events = 20_000;

async function count(server: Served): Promise<number> {
  const response = await fetch(`${server.url}/events/delete?type=bulk&dry_run=1`, { method: 'POST' });
  return ((await response.json()) as { count: number }).count;
}

test(
  'deletes all events or none when it is killed during a deletion, and can restore them',
  async () => {
    const database = join(temporaryFolder(), 'anthracite.db');
    const lines = Array.from(
      { length: events },
      (_, i) => `${i} bulk event ${i} with a text of some length\n`,
    );
    let server = await serve(database);
    await server.send(lines.join(''));
    for (let round = 0; round < rounds(4, 50); round++) {
      const before = await count(server);
      const url = `${server.url}/events/delete?type=bulk&count=${before}`;
      const answer = fetch(url, { method: 'POST' }).then(
        ({ status }) => status,
        () => null,
      );
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 1_000)); // the random moment
      server.kill('SIGKILL');
      await server.ended;
      const status = await answer;
      server = await serve(database);
      const left = await count(server);
      expect(status === 200 ? [0] : [0, before]).toContain(left);
      // Deleted events are duplicates and can be restored.
      if (left === 0) {
        expect(await server.send(lines[0] as string)).toBe('ok stored=0 duplicate=1 rejected=0\n');
        expect((await fetch(`${server.url}/events/1/restore`, { method: 'POST' })).status).toBe(200);
        break;
      }
    }
    expect(await server.stop()).toBe(0);
  },
  rounds(300_000, 3_600_000),
);
