// Two servers on one file, named in any two ways: the second one refuses, or the first one ends. No event that either
// server acknowledged is lost.

import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  linkSync,
  mkdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { atEnd, type Ended, hasProgram, needs, temporaryFolder, until } from '@anthracite/testing';
import { type RunOptions, run, type Served, serve, untilIndexed } from '../program';
import { Sqlite as Database } from '../sqlite';
import { openFolder } from './open-folder';

const nobody = 65_534;
const mayBeOthers = needs('the right to run as another user', process.getuid?.() === 0);
const mayMount = needs('the right to mount', canMount());
const withShell = needs('sqlite3', hasProgram('sqlite3', '--version'));

function bind(source: string, target: string): void {
  expect(spawnSync('mount', ['--bind', source, target]).status).toBe(0);
  atEnd(() => void spawnSync('umount', ['-l', target]));
}

function canMount(): boolean {
  const folder = temporaryFolder();
  if (spawnSync('mount', ['--bind', folder, folder]).status !== 0) return false;
  spawnSync('umount', [folder]);
  return true;
}

/** In a folder that every user can write to, because some tests run servers of other users in it. */
function newFile(): string {
  return join(openFolder(0o777), 'anthracite.db');
}

function begin(database: string, options?: RunOptions): Promise<Ended> {
  const nowhere = ['--http', '127.0.0.1:0', '--tcp', '127.0.0.1:0'];
  return run(['serve', ...nowhere, '--database', database], options);
}

/** Stops a process between two commits: a process that holds SQLite's lock would block all others. */
async function pause(server: Served): Promise<void> {
  await untilIndexed(server);
  server.kill('SIGSTOP');
}

let seconds = 1_500_000_000;
/** Stores one event, and returns its text if it was acknowledged. */
async function store(server: Served): Promise<string[]> {
  const text = `event ${seconds}`;
  const answer = await server.send(`${seconds++} two ${text}\n`).catch(() => '');
  return answer === 'ok stored=1 duplicate=0 rejected=0\n' ? [text] : [];
}

function textsIn(database: string): string[] {
  const db = new Database(database, { readonly: true });
  const texts = db.prepare('SELECT description FROM events ORDER BY time').pluck().all() as string[];
  expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
  db.close();
  return texts;
}

describe('while a server runs', () => {
  const database = newFile();
  const stored: string[] = [];
  let server: Served;
  beforeAll(async () => {
    server = await serve(database);
    stored.push(...(await store(server)));
  });
  afterEach(async () => {
    // The first server continues, whatever the result of the second one.
    const acknowledged = await store(server);
    expect(acknowledged).toHaveLength(1);
    stored.push(...acknowledged);
  });
  afterAll(async () => {
    expect(await server.stop()).toBe(0);
    expect(textsIn(database)).toEqual(stored);
  });

  const inUse = `anthracite: ${database} is in use by another Anthracite server. Stop that server, or choose another file with --database.\n`;

  test.each([
    ['another relative path', () => join('..', basename(dirname(database)), '.', basename(database))],
    ['a symbolic link to the file', () => linkTo(database)],
    ['a symbolic link to its folder', () => join(linkTo(dirname(database)), basename(database))],
    ['a link to a link', () => linkTo(linkTo(database))],
  ])('refuses a second one by %s', async (_way, name) => {
    const second = await begin(name(), { cwd: dirname(database) });
    expect(second.stderr).toMatch(
      / is in use by another Anthracite server\. Stop that server, or choose another file with --database\.\n$/,
    );
    expect(second.exitCode).toBe(1);
  });

  test('refuses a second one by a hard link, with the reason', async () => {
    const name = newFile();
    linkSync(database, name);
    expect(await begin(name)).toMatchObject({
      exitCode: 1,
      stderr: `anthracite: ${name} has 2 names (hard links). SQLite keeps a separate log for each name, so events would be lost; keep one name, or make a copy.\n`,
    });
    rmSync(name);
  });

  mayMount('refuses a second one by a bind mount of the folder', async () => {
    const folder = temporaryFolder();
    bind(dirname(database), folder);
    const second = await begin(join(folder, basename(database)));
    expect(second).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('is in use by another') });
  });

  mayMount(
    'refuses a second one by a bind mount of the file alone, and names the folder to mount',
    async () => {
      const name = newFile();
      writeFileSync(name, '');
      bind(database, name);
      expect(await begin(name)).toMatchObject({
        exitCode: 1,
        stderr: expect.stringContaining('is mounted as a single file'),
      });
    },
  );

  mayBeOthers('refuses another user who can only read the lock file', async () => {
    for (const suffix of ['', '-wal', '-shm']) chmodSync(database + suffix, 0o666);
    chmodSync(`${database}-lock`, 0o644);
    const second = await begin(database, { uid: nobody });
    expect(second.stderr).toContain(
      `anthracite: user ${nobody} cannot use ${database}-lock (EACCES: permission denied; `,
    );
    expect(second.exitCode).toBe(1);
    for (const suffix of ['', '-wal', '-shm']) chmodSync(database + suffix, 0o600);
  });

  mayBeOthers('refuses another user with write access because of the lock', async () => {
    for (const suffix of ['', '-wal', '-shm', '-lock']) chmodSync(database + suffix, 0o666);
    expect(await begin(database, { uid: nobody })).toMatchObject({ exitCode: 1, stderr: inUse });
    for (const suffix of ['', '-wal', '-shm', '-lock']) chmodSync(database + suffix, 0o600);
  });

  test('creates a removed lock file again, and locks it', async () => {
    rmSync(`${database}-lock`);
    await until(() => existsSync(`${database}-lock`), 'the lock is taken again');
    expect(await begin(database)).toMatchObject({ exitCode: 1, stderr: inUse });
  });

  test('treats a copy of the folder as another database: both servers keep their own events', async () => {
    const folder = temporaryFolder();
    cpSync(dirname(database), folder, { recursive: true });
    const copy = join(folder, basename(database));
    const second = await serve(copy);
    const own = await store(second);
    expect(await second.stop()).toBe(0);
    expect(textsIn(copy)).toEqual([...stored, ...own]);
  });

  withShell('survives other programs with foreign tables, a checkpoint and VACUUM', async () => {
    const sql = `CREATE TABLE _litestream_seq (id INTEGER PRIMARY KEY, seq INTEGER);
      CREATE TABLE _litestream_lock (id INTEGER);
      INSERT INTO _litestream_seq VALUES (1, 1);
      PRAGMA wal_checkpoint(TRUNCATE);`;
    for (const script of [
      sql,
      'VACUUM; PRAGMA wal_checkpoint(TRUNCATE);',
      'UPDATE _litestream_seq SET seq = 2;',
    ]) {
      expect(spawnSync('sqlite3', ['-cmd', '.timeout 10000', database, script]).status).toBe(0);
      stored.push(...(await store(server)));
    }
    expect(await (await fetch(`${server.url}/health`)).json()).toMatchObject({ status: 'ok' });
  });
});

function linkTo(target: string): string {
  const link = join(temporaryFolder(), 'link');
  symlinkSync(target, link);
  return link;
}

test('ends a displaced server at its next commit, without an acknowledgement', async () => {
  const database = newFile();
  const first = await serve(database);
  const stored = await store(first);
  // It cannot take its lock again in time.
  await pause(first);
  rmSync(`${database}-lock`);
  const second = await serve(database);
  stored.push(...(await store(second)));
  const late = store(first);
  first.kill('SIGCONT');
  expect(await late).toEqual([]);
  expect((await first.ended).exitCode).toBe(5);
  expect(first.log()).toContain(`anthracite: another Anthracite server has opened ${database}.`);
  stored.push(...(await store(second)));
  second.kill('SIGKILL');
  await second.ended;
  expect(textsIn(database)).toEqual(stored);
});

test('ends a server whose folder was replaced, and leaves the log of the new server alone', async () => {
  const database = newFile();
  const folder = dirname(database);
  const first = await serve(database);
  const old = await store(first);
  await pause(first);
  renameSync(folder, `${folder}-old`);
  mkdirSync(folder);
  const second = await serve(database);
  const stored = await store(second);
  const late = store(first);
  first.kill('SIGCONT');
  expect(await late).toEqual([]);
  expect((await first.ended).exitCode).toBe(5);
  stored.push(...(await store(second)));
  second.kill('SIGKILL');
  await second.ended;
  expect(textsIn(database)).toEqual(stored);
  expect(textsIn(join(`${folder}-old`, basename(database)))).toEqual(expect.arrayContaining(old));
  rmSync(`${folder}-old`, { recursive: true });
});
