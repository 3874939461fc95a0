// Starts PostgreSQL for tests: one server for each run, which its tests share with a schema each, or one for a single test.

import { spawn, spawnSync } from 'node:child_process';
import {
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { atEnd } from './at-end';
import { until } from './condition';

const programs = process.env['ANTHRACITE_TEST_POSTGRES_BIN'] ?? '/usr/lib/postgresql/15/bin';
const run = process.env['ANTHRACITE_TEST_RUN'] ?? String(process.pid);
const host = '127.0.0.1';

/** Whether PostgreSQL is installed. */
export const hasPostgres = existsSync(join(programs, 'postgres'));
/** Whether the tests of servers use PostgreSQL. */
export const usesPostgres = process.env['ANTHRACITE_TEST_STORE'] === 'postgres';

/** `test` for what belongs to the file of SQLite alone: skipped with PostgreSQL. `why` says what that is. */
export function withSqlite(why: string): jest.It {
  if (!usesPostgres) return test;
  return ((name: string) => test.skip(`${name} (SQLite alone: ${why})`, () => {})) as unknown as jest.It;
}

/** A running server. Its superuser is `postgres`, without a password. */
export interface TestPostgres {
  readonly port: number;
  readonly data: string;
  /** The process id of the postmaster. */
  readonly pid: number;
}

/** A server of one test. */
export interface OwnPostgres extends TestPostgres {
  /** Ends it; `immediate` as in a crash. */
  stop(mode: 'fast' | 'immediate'): void;
  /** Starts it again, on the same port. */
  start(): Promise<void>;
}

/** The address of an empty schema on the server of the run, dropped at the end of the test file. */
export async function postgresSchema(): Promise<string> {
  const { port } = await sharedPostgres();
  const schema = `test_${process.pid}_${Date.now().toString(36)}_${schemas++}`;
  atEnd(() => sql(port, `DROP SCHEMA IF EXISTS ${schema} CASCADE`));
  return `postgres://postgres@${host}:${port}/postgres?schema=${schema}`;
}
let schemas = 0;

/** Runs SQL as the superuser, and returns what `psql` prints: fields separated by `|`. Throws its message. */
export function sql(port: number, text: string): string {
  const args = ['-h', host, '-p', String(port), '-U', 'postgres', '-XAtq', '-v', 'ON_ERROR_STOP=1'];
  const { status, stdout, stderr } = spawnSync(join(programs, 'psql'), [...args, '-c', text], {
    encoding: 'utf8',
    env: { ...process.env, PGOPTIONS: '-c client_min_messages=warning' },
  });
  if (status !== 0) throw new Error(stderr);
  return stdout.trimEnd();
}

/** The server of this run. It ends with the run. */
export async function sharedPostgres(): Promise<TestPostgres> {
  const known = join(tmpdir(), `anthracite-postgres-${run}.json`);
  const lock = `${known}.lock`;
  if (!existsSync(known)) {
    try {
      mkdirSync(lock);
      const server = await start(makeCluster(), [], Number(run));
      writeFileSync(`${known}.new`, JSON.stringify(server));
      renameSync(`${known}.new`, known);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
  await until(() => existsSync(known), 'the server of this run is ready', 60);
  return JSON.parse(readFileSync(known, 'utf8')) as TestPostgres;
}

/** A server for one test, with more lines for its configuration, such as `synchronous_standby_names = 'x'`. */
export async function ownPostgres(config: readonly string[] = []): Promise<OwnPostgres> {
  const data = makeCluster();
  const server = await start(data, config, process.pid);
  const stop = (mode: 'fast' | 'immediate'): void => {
    asPostgres('pg_ctl', ['stop', '-D', data, '-m', mode, '-w', '-s']);
  };
  atEnd(() => {
    stop('immediate');
    rmSync(dirname(data), { recursive: true, force: true });
  });
  return {
    ...server,
    stop,
    start: async () => void (await start(data, config, process.pid, server.port)),
  };
}

// A folder that the user `postgres` can reach: folders of tests belong to their user alone.
function makeCluster(): string {
  const parent = tmpdir().startsWith('/dev/shm/') ? '/dev/shm' : tmpdir();
  const folder = mkdtempSync(join(parent, `anthracite-tests-${run}-postgres-`));
  const ids = unprivileged();
  if (ids !== null) chownSync(folder, ids.uid, ids.gid);
  const data = join(folder, 'data');
  const { status, stderr } = asPostgres('initdb', [
    ...['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--no-locale', '--no-sync'],
  ]);
  if (status !== 0) throw new Error(`initdb failed: ${stderr}`);
  return data;
}

async function start(
  data: string,
  config: readonly string[],
  ownerPid: number,
  givenPort?: number,
): Promise<TestPostgres> {
  const port = givenPort ?? (await freePort());
  const settings = [
    `listen_addresses = '${host}'`,
    `port = ${port}`,
    `unix_socket_directories = '${dirname(data)}'`,
    'max_connections = 300',
    'shared_buffers = 64MB',
    // A checkpoint of an idle server is work for nothing.
    'checkpoint_timeout = 1h',
    "log_destination = 'stderr'",
    ...config,
  ];
  writeFileSync(join(data, 'postgresql.auto.conf'), `${settings.join('\n')}\n`);
  const ids = unprivileged();
  if (ids !== null) chownSync(join(data, 'postgresql.auto.conf'), ids.uid, ids.gid);
  // It ends when the process that needs it is gone, however that ended.
  const script = `"$1" -D "$2" >>"$2/../log" 2>&1 & server=$!
    while [ -d "/proc/$3" ] && kill -0 $server 2>/dev/null; do sleep 0.3; done
    kill -INT $server 2>/dev/null; wait $server; [ -d "/proc/$3" ] || rm -rf "$2/.."`;
  const args = ['-c', script, 'sh', join(programs, 'postgres'), data, String(ownerPid)];
  spawn('/bin/sh', args, { ...ids, cwd: '/', detached: true, stdio: 'ignore' }).unref();
  const isReady = (): boolean =>
    spawnSync(join(programs, 'pg_isready'), ['-q', '-h', host, '-p', String(port)]).status === 0;
  await until(isReady, `PostgreSQL answers on port ${port}`, 60);
  const [pid] = readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n');
  return { port, data, pid: Number(pid) };
}

function asPostgres(program: string, args: readonly string[]): { status: number | null; stderr: string } {
  return spawnSync(join(programs, program), args, { ...unprivileged(), cwd: '/', encoding: 'utf8' });
}

// PostgreSQL refuses to run as root.
function unprivileged(): { uid: number; gid: number } | null {
  if (process.getuid?.() !== 0) return null;
  const passwd = readFileSync('/etc/passwd', 'utf8');
  for (const name of ['postgres', 'nobody']) {
    const [, uid, gid] = new RegExp(`^${name}:[^:]*:(\\d+):(\\d+):`, 'm').exec(passwd) ?? [];
    if (uid !== undefined && gid !== undefined) return { uid: Number(uid), gid: Number(gid) };
  }
  throw new Error('there is no user postgres or nobody to run PostgreSQL as');
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}
