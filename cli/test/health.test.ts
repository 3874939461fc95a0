// anthracite health: exit codes for servers in every state.

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { atEnd, quietPort, temporaryFolder } from '@anthracite/testing';
import { runHere, startServer } from './in-process';
import { Sqlite } from './sqlite';

const check = (server: string, ...args: string[]) => runHere(['health', '--server', server, ...args]);

test('succeeds for a server that can store events', async () => {
  const server = await startServer();
  const { exitCode, stdout } = await check(server);
  expect(stdout).toMatch(/^ok: version 0\.0\.0-test, running for \d+ s, 0 events waiting for a commit\n$/);
  expect(exitCode).toBe(0);
  const { stdout: json } = await check(server, '--json');
  expect(JSON.parse(json)).toMatchObject({ status: 'ok', integrity: { status: 'unchecked' } });
});

test('exits with 4 for a server that cannot store events, and names the reason', async () => {
  const database = join(temporaryFolder(), 'anthracite.db');
  const server = await startServer({ database });
  const other = new Sqlite(database);
  other.exec('BEGIN IMMEDIATE');
  try {
    // The first attempt waits for the lock for longer than the command waits.
    expect((await check(server)).exitCode).toBe(4);
    const { exitCode, stdout } = await check(server);
    expect(stdout).toMatch(/^failing: the database is locked by another program/);
    expect(exitCode).toBe(4);
  } finally {
    other.exec('ROLLBACK');
    other.close();
  }
});

test('exits with 4 without a server, and with 1 for an answer of another program', async () => {
  const { exitCode, stderr } = await check(`http://127.0.0.1:${await quietPort()}`);
  expect(exitCode).toBe(4);
  expect(stderr).toMatch(/^anthracite: /);
  const other = createServer((_request, response) => response.end('hello'));
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  atEnd(() => other.close());
  expect((await check(`http://127.0.0.1:${(other.address() as AddressInfo).port}`)).exitCode).toBe(1);
});
