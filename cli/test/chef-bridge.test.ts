// The stand-alone bridge: reads Chef's messages and sends lines, with a spool between them.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder, until } from '@anthracite/testing';
import { serve } from './program';

const main = join(__dirname, '../../../chef-handler/dist/src/bridge/main.js');
const fixtures = join(__dirname, '../../../chef-handler/test/fixtures');
const read = (name: string): string => readFileSync(join(fixtures, `${name}.json`), 'utf8');
const changed = read('changed.2.run_converge');
const failed = read('failed.2.run_converge');

const running = new Set<ChildProcess>();
afterAll(async () => {
  for (const child of running) {
    const ended = once(child, 'close');
    child.kill('SIGKILL');
    await ended;
  }
});

async function listen(...args: string[]) {
  const child = spawn(process.execPath, [main, 'listen', '127.0.0.1:0', ...args]);
  running.add(child);
  let output = '';
  let errors = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  const ended = once(child, 'close').then(([exitCode]) => {
    running.delete(child);
    return exitCode as number | null;
  });
  await until(() => output.includes('is ready'), 'the bridge is ready', 30);
  const port = /messages on \S+:(\d+)/.exec(output)?.[1];
  const post = (body: string, headers: Record<string, string> = {}): Promise<Response> =>
    fetch(`http://127.0.0.1:${port}/any/path?tags=dc=ams`, { method: 'POST', body, headers });
  const stop = (): Promise<number | null> => {
    child.kill('SIGTERM');
    return ended;
  };
  return { post, stop, errors: () => errors };
}

test('keeps events on disk while Anthracite is away, also after the bridge ends', async () => {
  const database = join(temporaryFolder(), 'anthracite.db');
  const spool = join(temporaryFolder(), 'spool');
  const tokenFile = join(temporaryFolder(), 'token');
  writeFileSync(tokenFile, 'nodes-0123456789\n');
  const first = await serve(database);
  const tcp = `127.0.0.1:${first.tcpPort}`;
  await first.stop();

  const options = ['--tcp', tcp, '--spool', spool, '--token-file', tokenFile];
  const bridge = await listen(...options);
  const token = { 'x-data-collector-token': 'nodes-0123456789' };
  expect((await bridge.post(changed)).status).toBe(401);
  expect((await bridge.post(changed, token)).status).toBe(202);
  expect((await bridge.post('s3cret, and no message', token)).status).toBe(202);
  await until(() => readdirSync(spool).length === 1, 'the event is in the spool');
  expect(await bridge.stop()).toBe(0);
  expect(bridge.errors()).toMatch(/no answer from .*; events wait in/);
  expect(bridge.errors()).toMatch(/the message of an unknown host is not valid: it is not a JSON object/);
  expect(bridge.errors()).not.toMatch(/s3cret|nodes-0123456789/);

  const again = await serve(database, ['--tcp', tcp]);
  const next = await listen(...options);
  expect((await next.post(failed, token)).status).toBe(202);
  const lines = async (): Promise<string[]> =>
    (await (await fetch(`${again.url}/events/raw`)).text()).trim().split('\n');
  await until(async () => (await lines()).length === 2, 'both events are stored', 30);
  for (const line of await lines())
    expect(line).toMatch(/^\d+ chef(_failed_start)?;host=web01\.example\.com;.*;tool=chef;dc=ams "/);
  expect(await next.stop()).toBe(0);
  expect(readdirSync(spool).filter((name) => name.endsWith('.line'))).toEqual([]);
  await again.stop();
}, 600_000);

test('sends messages that Chef wrote to a file, and only duplicates the second time', async () => {
  const server = await serve(join(temporaryFolder(), 'anthracite.db'));
  const folder = temporaryFolder();
  const file = join(folder, 'messages.jsonl');
  const messages = ['changed.1.run_start', 'changed.2.run_converge', 'failed.2.run_converge'];
  const compact = messages.map((name) => JSON.stringify(JSON.parse(read(name))));
  writeFileSync(file, `${compact.join('\n')}\n`);
  const send = (...args: string[]) =>
    spawnSync(process.execPath, [main, 'send', ...args, '--spool', join(folder, 'spool')], {
      encoding: 'utf8',
    });
  const tcp = ['--tcp', `127.0.0.1:${server.tcpPort}`];
  for (let round = 0; round < 2; round++) {
    expect(send(file, ...tcp)).toMatchObject({ status: 0, stderr: '' });
  }
  const { events } = (await (await fetch(`${server.url}/events/json`)).json()) as { events: unknown[] };
  expect(events).toHaveLength(2);
  await server.stop();

  writeFileSync(file, '{"broken\n', { flag: 'a' });
  const unavailable = send(file, ...tcp);
  expect(unavailable.status).toBe(4);
  expect(unavailable.stderr).toMatch(/line 4, is not valid/);
  expect(unavailable.stderr).toMatch(/the events wait in/);
  expect(send(join(folder, 'missing'), ...tcp).status).toBe(1);
  expect(send(file, '--max-length', '5').stderr).toMatch(/--max-length is "5"; expected a whole number/);
  expect(send(file, '--max-length', '5').status).toBe(2);
}, 600_000);

test('reports a failure that cannot be written to the spool with the next send', async () => {
  const folder = temporaryFolder();
  const file = join(folder, 'messages.jsonl');
  writeFileSync(file, `${JSON.stringify(JSON.parse(failed))}\n`);
  const server = await serve(join(folder, 'anthracite.db'));
  const spool = join(folder, 'spool');
  // Files can have 1,024 bytes: enough for the state of a host, but not for an event with such tags.
  const limit = ['sh', '-c', `trap '' XFSZ; ulimit -f 2; exec "$@"`, 'sh'];
  const send = (tcp: string, ...before: string[]) => {
    const [program = '', ...args] = [...before, process.execPath, main, 'send', file];
    const tags = Array.from({ length: 10 }, (_, i) => `t${i}=${'x'.repeat(150)}`).join(',');
    return spawnSync(program, [...args, '--spool', spool, '--tcp', tcp, '--tags', tags], {
      encoding: 'utf8',
    });
  };
  const lost = send('127.0.0.1:9', ...limit);
  expect([lost.status, lost.stderr]).toEqual([1, expect.stringContaining('EFBIG')]);
  expect(send(`127.0.0.1:${server.tcpPort}`)).toMatchObject({ status: 0, stderr: '' });
  expect(await (await fetch(`${server.url}/events/raw`)).text()).toMatch(/^\d+ chef_failed_start;/);
  await server.stop();
}, 600_000);
