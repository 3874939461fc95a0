// anthracite purge, retention and compact, against a real server.

import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@anthracite/testing';
import { runHere } from './in-process';
import { run, serve } from './program';
import { Sqlite } from './sqlite';

const folder = temporaryFolder();
const database = join(folder, 'anthracite.db');
const secret = 'zqhunter2zq';

const oldLines = Array.from({ length: 2_000 }, (_, i) => `${1_400_000_000 + i} puppet;run=${i} run ${i}\n`);

test('purges events, shows what is too old, and compacts a file of an earlier version', async () => {
  // As an earlier version created it: it cannot shrink.
  const earlier = new Sqlite(database);
  earlier.pragma('journal_mode = WAL');
  earlier.close();
  const server = await serve(database);
  const ask = (...args: string[]) => runHere(args, { env: { ANTHRACITE_URL: server.url } });
  await server.send(`${Math.floor(Date.now() / 1_000)} deploy;token=${secret} password ${secret}\n`);
  await server.send(oldLines.join(''));
  // Ages are counted by a clock that begins near the newest events.
  await server.send(
    Array.from({ length: 101 }, (_, i) => `${Math.floor(Date.now() / 1_000)} deploy new ${i}\n`).join(''),
  );

  const unsure = await ask('purge', '1');
  expect([unsure.exitCode, unsure.stderr]).toEqual([2, expect.stringContaining('use --yes to confirm')]);
  expect(await ask('purge', '1', '9999', '--yes')).toMatchObject({
    exitCode: 1,
    stdout: '1: purged\n',
    stderr: '9999: event 9999 has never existed\n',
  });
  expect((await ask('purge', '1', '--yes')).exitCode).toBe(0);
  expect((await ask('history', '1')).stdout).toMatch(/ purged\n$/);
  expect((await ask('restore', '1')).stderr).toBe('1: event 1 was purged; nothing is left of it\n');
  for (const name of ['', '-wal'])
    expect(readFileSync(database + name, 'latin1')).not.toContain(secret.slice(4));

  expect(await ask('retention')).toMatchObject({
    ...{ exitCode: 0, stdout: '' },
    stderr: 'all events are kept for ever; see the setting retention\n',
  });
  expect(await ask('retention', '--dry-run', 'deploy=1y,pup*=1y')).toMatchObject({
    stdout: 'pup*=1y: 2 000 events, the oldest of 2014-05-13T16:53:20Z\n   2 000  puppet\n',
    stderr: '2 000 events would be removed\n',
  });
  expect((await ask('retention', '--dry-run', 'puppet=soon')).exitCode).toBe(2);
  const busy = await run(['compact', '--database', database]);
  expect([busy.exitCode, busy.stderr]).toEqual([1, expect.stringContaining('is in use by another')]);
  await server.stop();

  const before = statSync(database).size;
  const compacted = await run(['compact', '--database', database]);
  expect([compacted.exitCode, compacted.stdout]).toEqual([
    ...[0, expect.stringMatching(/: [\d ]+ bytes before, [\d ]+ bytes now\n$/)],
  ]);
  expect(statSync(database).size).toBeLessThanOrEqual(before);
  const file = new Sqlite(database, { readonly: true });
  expect([
    file.pragma('auto_vacuum', { simple: true }),
    file.pragma('integrity_check', { simple: true }),
  ]).toEqual([2, 'ok']);
  file.close();
  expect((await run(['check', database])).exitCode).toBe(0);
}, 120_000);
