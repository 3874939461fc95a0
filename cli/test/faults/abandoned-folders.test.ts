// A killed server leaves no temporary folder permanently; nothing else is removed.

import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { ownedFolderPrefix } from '@anthracite/server';
import { temporaryFolder, until } from '@anthracite/testing';
import { serve } from '../program';

jest.setTimeout(600_000);

const TMPDIR = temporaryFolder();
const database = join(temporaryFolder(), 'anthracite.db');

async function startAndStop(): Promise<string> {
  const server = await serve(database, [], { env: { TMPDIR } });
  expect(await server.stop()).toBe(0);
  return server.log();
}

function make(name: string): string {
  const folder = join(TMPDIR, name);
  mkdirSync(folder);
  writeFileSync(join(folder, 'events.db'), 'x');
  return folder;
}

test('removes at the next start the folder of a snapshot that kill -9 interrupted', async () => {
  for (let left: string[] = []; left.length === 0; ) {
    const server = await serve(database, [], { env: { TMPDIR } });
    const lines = Array.from({ length: 20_000 }, (_, i) => `${i} a event ${i}\n`).join('');
    await server.send(lines);
    const answer = fetch(`${server.url}/events/sqlite`).catch(() => null);
    let isAnswered = false;
    void answer.then(() => {
      isAnswered = true;
    });
    await until(() => isAnswered || readdirSync(TMPDIR).length > 0, 'a folder is there');
    server.kill('SIGKILL');
    await server.ended;
    left = readdirSync(TMPDIR);
  }
  const log = await startAndStop();
  expect(readdirSync(TMPDIR)).toEqual([]);
  expect(log).toContain('removed temporary folders of ended servers');
});

test('keeps folders of others, of running servers, and with similar names', async () => {
  const alive = mkdtempSync(join(TMPDIR, basename(ownedFolderPrefix('snapshot'))));
  const [, pid, , namespace] = /-(\d+)\.(\d+)\.(\d+)-/.exec(alive) ?? [];
  const dead = spawnSync('true').pid;
  const far = Date.now() / 1000 - 2 * 86_400;
  const gone = [
    make(`anthracite-snapshot-${dead}.1.${namespace}-abcdef`),
    make(`anthracite-demo-${dead}.1.${namespace}-abcdef`),
    // The same number, later given to another process.
    make(`anthracite-snapshot-${pid}.1.${namespace}-abcdef`),
    // Of a container that has ended.
    make(`anthracite-snapshot-7.1.1-abcdef`),
  ];
  for (const path of [join(gone[3] ?? '', 'events.db'), gone[3] ?? '']) utimesSync(path, far, far);
  const target = make('kept');
  symlinkSync(target, join(TMPDIR, `anthracite-snapshot-${dead}.1.${namespace}-linked`));
  const stays = [
    alive,
    // Of a running container, as far as can be known.
    make(`anthracite-snapshot-7.1.1-fresh0`),
    make(`anthracite-snapshot-${dead}-abcdef`),
    make(`anthracite-snapshot-notes`),
    join(target, 'events.db'),
  ];
  await startAndStop();
  expect(gone.filter((path) => existsSync(path))).toEqual([]);
  expect(stays.filter((path) => !existsSync(path))).toEqual([]);
});
