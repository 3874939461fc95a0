// A temporary folder that is missing or full: no SQLite file can be created, and nothing else is affected.

import { join } from 'node:path';
import { temporaryFolder } from '@anthracite/testing';
import { run, serve } from '../program';

test('refuses an SQLite export with the reason and answers everything else', async () => {
  const database = join(temporaryFolder(), 'anthracite.db');
  const server = await serve(database, [], { env: { TMPDIR: '/nowhere' } });
  await server.send('1467844481 a x\n');
  const output = join(temporaryFolder(), 'out.db');
  for (let turn = 0; turn < 3; turn++) {
    const response = await fetch(`${server.url}/events/sqlite`);
    expect(response.status).toBe(507);
    expect(await response.json()).toMatchObject({ code: 'SNAPSHOT_FAILED' });
  }
  const ended = await run(['export', '--server', server.url, '-o', output, '--format', 'csv']);
  expect(ended.exitCode).toBe(0);
  expect(await server.stop()).toBe(0);
});
