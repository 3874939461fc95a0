// A disk that is full or cannot be written: reported, and recovered as soon as there is room.

import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { needs, temporaryFolder, until } from '@anthracite/testing';
import { run, type Served, serve, serveOn } from '../program';

const MiB = 1_048_576;

function mount(...args: string[]): boolean {
  return spawnSync('mount', args).status === 0;
}

function mountDisk(): string | null {
  const folder = mkdtempSync(join(tmpdir(), 'anthracite-disk-'));
  if (mount('-t', 'tmpfs', '-o', 'size=16m', 'tmpfs', folder)) return folder;
  rmdirSync(folder);
  return null;
}

const disk = mountDisk() ?? '';
const onSmallDisk = needs('the right to mount a tmpfs', disk !== '');

afterAll(() => {
  if (disk === '') return;
  spawnSync('umount', ['-l', disk]);
  rmdirSync(disk);
});

async function post(server: Served, from: number, count: number): Promise<Response> {
  const events = Array.from({ length: count }, (_, i) => ({
    time: new Date((from + i) * 1_000).toISOString(),
    type: 'fill',
    description: `event ${from + i} ${'x'.repeat(900)}`,
  }));
  return fetch(`${server.url}/events`, { method: 'POST', body: JSON.stringify(events) });
}

async function storedTimes(server: Served): Promise<number[]> {
  const lines = await (await fetch(`${server.url}/events/raw?limit=all&type=fill`)).text();
  return lines
    .trimEnd()
    .split('\n')
    .map((line) => Number(line.split(' ', 1)[0]));
}

onSmallDisk(
  'refuses new events on a full disk, keeps the stored ones, answers queries, and accepts events again without a restart',
  async () => {
    const ballast = join(disk, 'ballast');
    writeFileSync(ballast, Buffer.alloc(6 * MiB, 1));
    const server = await serve(join(disk, 'anthracite.db'));
    const acknowledged: number[] = [];
    let refused: Response | undefined;
    let next = 1;
    for (const batch of [100, 10, 1]) {
      for (refused = undefined; refused === undefined; next += batch) {
        const response = await post(server, next, batch);
        if (response.ok) acknowledged.push(...Array.from({ length: batch }, (_, i) => next + i));
        else refused = response;
        expect(next).toBeLessThan(100_000);
      }
    }
    if (refused === undefined) throw new Error('the disk was never full');
    expect(refused.status).toBe(507);
    const told = (await refused.json()) as { code: string; error: string };
    expect(told.code).toBe('DATABASE_FULL');
    expect(told.error).not.toContain(disk); // paths are for the log
    await until(() => server.log().includes('cannot store events'), 'it is logged');

    // On the line port: every ok is true.
    const answer = await server.send(`${'x'.repeat(20)}\n${next} fill ${'y'.repeat(60_000)}\n`);
    expect(answer).toMatch(/^failed stored=0 duplicate=0 rejected=2\n.*the disk of the database is full/);

    expect((await fetch(`${server.url}/health`)).status).toBe(503);
    expect(await (await fetch(`${server.url}/health`)).json()).toMatchObject({
      status: 'failing',
      code: 'DATABASE_FULL',
    });
    for (const path of ['/types', '/metrics', '/events/get_data?from=0&tags=fill']) {
      const response = await fetch(server.url + path);
      expect(response.status).toBe(200);
      expect((await response.text()).length).toBeGreaterThan(10);
    }
    expect(await storedTimes(server)).toEqual(acknowledged); // no partial batch either

    rmSync(ballast);
    const freed = Date.now();
    await until(async () => (await post(server, next, 1)).ok, 'events are stored again', 5);
    expect(Date.now() - freed).toBeLessThan(1_000);
    expect((await fetch(`${server.url}/health`)).status).toBe(200);
    await until(() => server.log().includes('storing events works again'), 'it is logged');
    expect(await storedTimes(server)).toEqual([...acknowledged, next]);
    expect(await server.stop()).toBe(0);
  },
  600_000,
);

onSmallDisk('names a disk that cannot be written at the start, and changes nothing on it', async () => {
  const database = join(disk, 'anthracite.db');
  expect(existsSync(database)).toBe(true);
  expect(mount('-o', 'remount,ro', disk)).toBe(true);
  const ended = await run(serveOn(database));
  expect(ended.exitCode).toBe(1);
  expect(ended.stderr).toMatch(
    new RegExp(`^anthracite: user 0 cannot use ${database} \\(EROFS: read-only file system; .*\\n$`),
  );
  mount('-o', 'remount,rw,size=32m', disk);
  const server = await serve(database);
  expect(await server.send('1 a b\n')).toContain('ok stored=1');
  expect(await server.stop()).toBe(0);
});

onSmallDisk('names a disk that is full at the start, for a new database and an existing one', async () => {
  const ballast = join(disk, 'ballast');
  const fill = (): void => {
    try {
      writeFileSync(ballast, Buffer.alloc(40 * MiB, 1));
    } catch {} // it writes until the disk is full
  };
  for (const database of [join(disk, 'new', 'anthracite.db'), join(disk, 'anthracite.db')]) {
    fill();
    const ended = await run(serveOn(database));
    expect(ended.stderr).toMatch(
      new RegExp(
        `^anthracite: ${database} cannot be opened, because its disk is full \\(SQLITE_\\w+: .*\\)\\. Free some space, then start again\\.\\n$`,
      ),
    );
    expect(ended.exitCode).toBe(1);
    rmSync(ballast);
    const server = await serve(database);
    expect(await server.send('2 a full\n')).toBe('ok stored=1 duplicate=0 rejected=0\n');
    expect(await server.stop()).toBe(0);
  }
});

test('names a folder that cannot be created', async () => {
  const file = join(temporaryFolder(), 'file');
  writeFileSync(file, '');
  const ended = await run(serveOn(join(file, 'x', 'a.db')));
  expect(ended).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('the folder of') });
});
