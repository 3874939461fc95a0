// Output that nobody reads: a full pipe does not block a server, and a reader that leaves does not interrupt a change.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, constants, openSync, readSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { atEnd, exchange, temporaryFolder, until } from '@anthracite/testing';
import { cleanEnvironment, main, serve } from './program';

const folder = temporaryFolder();

/** A pipe whose reader is this test. */
class Pipe {
  readonly fd: number;
  text = '';

  constructor(name: string) {
    const path = join(folder, name);
    spawnSync('mkfifo', [path]);
    this.fd = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
    atEnd(() => closeSync(this.fd));
  }

  /** Leaves no room for a single byte. */
  fill(): void {
    for (const piece of ['#'.repeat(4_096), '#']) {
      try {
        for (;;) writeSync(this.fd, piece);
      } catch {}
    }
  }

  /** Reads everything in the pipe. */
  drain(): void {
    const buffer = Buffer.alloc(65_536);
    try {
      for (;;) this.text += buffer.toString('utf8', 0, readSync(this.fd, buffer));
    } catch {}
  }
}

interface Quiet {
  readonly child: ChildProcess;
  readonly url: string;
  readonly tcpPort: number;
}

/** A server whose standard error is a pipe. */
async function serveInto(pipe: Pipe): Promise<Quiet> {
  const where = ['--http', '127.0.0.1:0', '--tcp', '127.0.0.1:0', '--database', join(folder, 'a.db')];
  const child = spawn(process.execPath, [main, 'serve', ...where], {
    env: cleanEnvironment(),
    stdio: ['ignore', 'pipe', pipe.fd],
  });
  atEnd(() => child.kill('SIGKILL'));
  let stdout = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  await until(() => stdout.includes(' is ready: '), 'it is ready');
  const [, http, tcp] = /HTTP on \S+:(\d+), lines on \S+:(\d+)/.exec(stdout) ?? [];
  return { child, url: `http://127.0.0.1:${http}`, tcpPort: Number(tcp) };
}

/** Creates the first token, which can create others. */
async function makeToken(url: string): Promise<string> {
  const body = JSON.stringify({ name: 'first', roles: ['admin'] });
  const made = await fetch(`${url}/tokens`, { method: 'POST', body });
  return ((await made.json()) as { token: string }).token;
}

/** Creates a token and revokes it: two lines of the log. */
async function logSomething(url: string, token: string): Promise<void> {
  const headers = { authorization: `Bearer ${token}` };
  const body = JSON.stringify({ name: 'second', roles: ['read'] });
  expect((await fetch(`${url}/tokens`, { method: 'POST', headers, body })).status).toBe(201);
  expect((await fetch(`${url}/tokens/second`, { method: 'DELETE', headers })).status).toBe(204);
}

test('keeps serving while nobody reads its log, and ends on request', async () => {
  const pipe = new Pipe('unread');
  const server = await serveInto(pipe);
  const token = await makeToken(server.url);
  pipe.fill();
  await logSomething(server.url, token);
  expect((await fetch(`${server.url}/health`)).status).toBe(200);
  expect(await exchange(server.tcpPort, '1 a b\n')).toBe('ok stored=1 duplicate=0 rejected=0\n');
  // The waiting lines of the log come when it is read again.
  await until(() => {
    pipe.drain();
    return pipe.text.includes('token revoked');
  }, 'the log is written');
  pipe.fill();
  const ended = once(server.child, 'exit');
  server.child.kill('SIGTERM');
  expect(await ended).toEqual([0, null]);
});

test('keeps serving when the readers of its output and its log have closed them', async () => {
  const where = ['--http', '127.0.0.1:0', '--tcp', '127.0.0.1:0', '--database', join(folder, 'b.db')];
  const child = spawn(process.execPath, [main, 'serve', ...where], { env: cleanEnvironment() });
  atEnd(() => child.kill('SIGKILL'));
  child.stderr.destroy();
  const [ready] = (await once(child.stdout.setEncoding('utf8'), 'data')) as [string];
  child.stdout.destroy();
  const url = `http://127.0.0.1:${/HTTP on \S+:(\d+)/.exec(ready)?.[1]}`;
  await logSomething(url, await makeToken(url));
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  expect(await ended).toEqual([0, null]);
});

/** Runs a command whose output nobody reads from the start. */
async function runUnread(args: readonly string[], url: string): Promise<number | null> {
  const env = { ...cleanEnvironment(), ANTHRACITE_URL: url };
  const child = spawn(process.execPath, [main, ...args], { env });
  child.stdout.destroy();
  child.stderr.destroy();
  const [exitCode] = (await once(child, 'exit')) as [number | null];
  return exitCode;
}

test('ends a reading command normally when nobody reads it, and finishes a changing one', async () => {
  const server = await serve(join(folder, 'c.db'));
  const lines = Array.from({ length: 5_000 }, (_, i) => `${1_500_000_000 + i} many event ${i}\n`);
  await server.send(lines.join(''));
  const count = async (): Promise<number> => {
    const text = await (await fetch(`${server.url}/events/raw?limit=all`)).text();
    return text.split('\n').length - 1;
  };
  for (const args of [
    ['list', '--limit', 'all'],
    ['export'],
    ['types'],
    ['show', '1'],
    ['--help'],
    ['config'],
    ['nonsense'],
  ]) {
    expect([args, await runUnread(args, server.url)]).toEqual([args, args[0] === 'nonsense' ? 2 : 0]);
  }
  expect(await runUnread(['delete', '1', '2', '3'], server.url)).toBe(0);
  expect(await count()).toBe(4_997);
  expect(await runUnread(['delete', '--type', 'many', '--yes'], server.url)).toBe(0);
  expect(await count()).toBe(0);
  expect(await runUnread(['restore', '1', '2', '3'], server.url)).toBe(0);
  expect(await count()).toBe(3);
  await server.stop();
});
