// The bridge, as a process: reports from Puppet's processors, files and folders; events on a line port that comes and goes.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { type Ended, quietPort, runProgram, temporaryFolder, until } from '@anthracite/testing';
import { goldenCases, packageFolder, pathOf, readFixture } from './golden';

const main = join(packageFolder, 'dist', 'src', 'bridge', 'main.js');
const running = new Set<ChildProcess>();
const servers = new Set<Server>();

afterEach(async () => {
  for (const child of running) {
    const ended = once(child, 'close');
    child.kill('SIGKILL');
    await ended;
  }
  for (const server of servers) server.close();
  servers.clear();
});

/** A line port that stores all; on a given port where it must come back. */
async function linePort(
  given?: number,
): Promise<{ port: number; lines: () => string[]; close(): Promise<void> }> {
  const port = given ?? (await quietPort());
  const received = new Set<string>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    let text = '';
    socket.setEncoding('utf8').on('data', (piece: string) => {
      text += piece;
    });
    socket.on('error', () => {});
    socket.on('end', () => {
      const lines = text.split('\n').slice(0, -1);
      for (const line of lines) received.add(line);
      socket.end(`ok stored=${lines.length} duplicate=0 rejected=0\n`);
    });
  });
  servers.add(server);
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    port,
    lines: () => [...received],
    close: async () => {
      server.close();
      await once(server, 'close');
    },
  };
}

interface Bridge {
  readonly url: string;
  readonly said: () => string;
  stop(): Promise<number | null>;
  kill(): Promise<void>;
}

async function start(args: readonly string[]): Promise<Bridge> {
  const child = spawn(process.execPath, [main, ...args]);
  running.add(child);
  child.on('close', () => running.delete(child));
  let stdout = '';
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const ready = new Promise<string>((resolve) => {
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      if (stdout.includes('is ready')) resolve(stdout);
    });
  });
  const ended = once(child, 'close');
  const line = await Promise.race([ready, ended.then(() => null)]);
  if (line === null) throw new Error(`the bridge ended before it was ready: ${stderr}`);
  const port = /reports on \S+:(\d+)/.exec(line)?.[1];
  return {
    url: `http://127.0.0.1:${port}/any/path`,
    said: () => stderr,
    stop: async () => {
      child.kill('SIGTERM');
      return ((await ended) as [number | null])[0];
    },
    kill: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

const bridge = (args: readonly string[], input = ''): Promise<Ended> =>
  runProgram(process.execPath, [main, ...args], { input });

// Drafts, whose names begin with a dot, are not in the spool yet.
const waiting = (folder: string): string[] =>
  readdirSync(folder).filter((name) => name.endsWith('.line') && !name.startsWith('.'));
const eventOf = (file: string): string => goldenCases.find((golden) => golden.file === file)?.event ?? '';
const changed = '22-agent-corrective.yaml';
const failed = '06-failed.yaml';

test('listen: a report is answered at once and sent as a line; tokens, options and refusals as the server has them', async () => {
  const anthracite = await linePort();
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'token'), 's3cret-token\n');
  const args = [
    '--tcp',
    `127.0.0.1:${anthracite.port}`,
    '--spool',
    join(folder, 'spool'),
    '--tags',
    'dc=ams',
  ];
  const { url, said, stop } = await start(['listen', '0', ...args, '--token-file', join(folder, 'token')]);
  const post = (body: string | Uint8Array, query = '', headers = { authorization: 'Bearer s3cret-token' }) =>
    fetch(url + query, { method: 'POST', body: body as Uint8Array<ArrayBuffer>, headers });

  expect((await post(readFixture(changed), '', { authorization: 'Bearer another' })).status).toBe(401);
  expect((await post(readFixture(changed))).status).toBe(202);
  expect((await post(readFixture(changed), '?tags=x&max_resources=0')).status).toBe(202);
  expect((await post(readFixture('41-big500-unchanged.yaml.gz'))).status).toBe(202);
  expect((await post('<html>')).status).toBe(400);
  expect((await post(readFixture(changed), '?sned=1')).status).toBe(400);
  expect((await post('--- {password: hunter2')).status).toBe(202);
  await until(() => anthracite.lines().length === 2, 'both lines have arrived');
  expect(anthracite.lines()[0]).toBe(eventOf(changed).replace(';tool=puppet', ';tool=puppet;dc=ams'));
  expect(anthracite.lines()[1]).toMatch(/;tool=puppet;x ".*: 3 changed \(all corrective\) in 1\.7s"$/);
  expect(await stop()).toBe(0);
  expect(said()).toContain('not understood: it is not YAML');
  expect(said()).not.toMatch(/s3cret|hunter2/);
  expect(waiting(join(folder, 'spool'))).toEqual([]);
});

test('listen: events wait while Anthracite is away, survive kill -9, and are sent when both are back', async () => {
  const anthracite = await linePort();
  await anthracite.close();
  const folder = join(temporaryFolder(), 'spool');
  const args = ['listen', '0', '--tcp', `127.0.0.1:${anthracite.port}`, '--spool', folder];
  const first = await start(args);
  for (const file of [changed, failed]) {
    expect(
      (await fetch(first.url, { method: 'POST', body: readFixture(file) as Uint8Array<ArrayBuffer> })).status,
    ).toBe(202);
  }
  await until(() => waiting(folder).length === 2, 'both events are on disk');
  await until(() => first.said().includes('ECONNREFUSED'), 'the failure is told');
  await first.kill();
  const back = await linePort(anthracite.port);
  const second = await start(args);
  await until(() => waiting(folder).length === 0, 'the spool is empty');
  expect(back.lines().sort()).toEqual([eventOf(changed), eventOf(failed)].sort());
  expect(await second.stop()).toBe(0);
});

test('send: files and standard input; what has no event is said; what cannot be sent waits, and the exit code tells', async () => {
  const anthracite = await linePort();
  const folder = join(temporaryFolder(), 'spool');
  const args = ['--tcp', `127.0.0.1:${anthracite.port}`, '--spool', folder];
  const sent = await bridge(
    ['send', pathOf(changed), pathOf('02-unchanged.yaml'), '-', ...args],
    readFixture(failed).toString(),
  );
  expect(sent).toEqual({
    exitCode: 0,
    stdout: `${pathOf('02-unchanged.yaml')}: no event (unchanged)\n`,
    stderr: '',
  });
  expect(anthracite.lines()).toEqual([eventOf(changed), eventOf(failed)]);
  await anthracite.close();
  const away = await bridge(['send', pathOf(failed), ...args]);
  expect([away.exitCode, waiting(folder).length]).toEqual([4, 1]);
  expect(away.stderr).toMatch(/ECONNREFUSED.*the events wait in/);
  expect(away.stderr.trim().split('\n')).toHaveLength(1);
});

test.each([
  [['send', '/nonexistent.yaml'], 1, 'no such file'],
  [['send', '-'], 1, 'not understood'],
  [['send', 'x', '--tcp', 'a b'], 2, 'not understood'],
  [['send', 'x', '--send', 'everything'], 2, '--send is "everything"; expected changed, failed and noop'],
  [['send', 'x', '--max-spooled', '0'], 2, 'expected a whole number'],
  [['listen', 'nowhere'], 2, 'the address "nowhere" is not understood'],
  [['listen', '0', '--token-file', '/dev/null'], 2, 'holds no token'],
  [['watch', '/nonexistent'], 1, 'no such file'],
  [['fly'], 2, "unknown command 'fly'"],
])('%p ends with %d and says why', async (args, exitCode, message) => {
  const anthracite = await linePort();
  const given = args[0] === 'fly' || args.includes('--tcp') ? [] : ['--tcp', `127.0.0.1:${anthracite.port}`];
  const spool = args[0] === 'fly' ? [] : ['--spool', join(temporaryFolder(), 'spool')];
  const ended = await bridge([...args, ...given, ...spool], '<html>');
  expect([ended.exitCode, ended.stderr]).toEqual([exitCode, expect.stringContaining(message)]);
});

test('watch: new reports are sent, those that were there are not, and it goes on where it was', async () => {
  const anthracite = await linePort();
  const folder = temporaryFolder();
  const reports = join(folder, 'reports');
  const put = (host: string, minute: string, file: string): void => {
    mkdirSync(join(reports, host), { recursive: true });
    // As Puppet does: written under another name, then renamed.
    writeFileSync(join(reports, host, `.${minute}`), readFixture(file));
    renameSync(join(reports, host, `.${minute}`), join(reports, host, `${minute}.yaml`));
  };
  put('web01', '202611220700', '03-changed.yaml');
  const args = ['watch', reports, '--tcp', `127.0.0.1:${anthracite.port}`, '--spool', join(folder, 'spool')];
  const first = await start(args);
  put('web01', '202611220701', changed);
  put('web02', '202611220701', 'fleet/web02.yaml');
  await until(() => anthracite.lines().length === 2, 'the new ones have arrived');
  // Two runs within a minute have one name.
  put('web01', '202611220701', failed);
  await until(() => anthracite.lines().length === 3, 'the second run of the minute has arrived');
  expect(await first.stop()).toBe(0);
  put('web03', '202611220702', 'fleet/web03.yaml');
  const second = await start(args);
  await until(() => anthracite.lines().length === 4, 'what came meanwhile has arrived');
  expect(await second.stop()).toBe(0);
  expect(anthracite.lines().sort()).toEqual(
    [changed, failed, 'fleet/web02.yaml', 'fleet/web03.yaml'].map(eventOf).sort(),
  );

  const other = await linePort();
  const all = await start([
    'watch',
    reports,
    '--from-start',
    '--tcp',
    `127.0.0.1:${other.port}`,
    '--spool',
    join(folder, 'other'),
  ]);
  await until(() => other.lines().length === 4, 'all that are there have arrived');
  expect(await all.stop()).toBe(0);
});

test('watch: a damaged memory is told, and nothing is guessed', async () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'reports'));
  writeFileSync(join(folder, 'watched.json'), '{"web01":');
  const ended = await bridge(['watch', join(folder, 'reports'), '--spool', folder]);
  expect([ended.exitCode, ended.stderr]).toEqual([1, expect.stringContaining('remove it')]);
});

test('every command and option is in docs/puppet.md', async () => {
  const docs = readFileSync(join(packageFolder, '..', 'docs', 'puppet.md'), 'utf8');
  for (const command of ['listen', 'watch', 'send']) {
    expect(docs).toContain(`anthracite-puppet-reporter ${command}`);
    const { stdout } = await bridge([command, '--help']);
    const flags = [...stdout.matchAll(/^ {2}(--[a-z-]+)/gm)].map((match) => match[1] as string);
    expect(flags.length).toBeGreaterThan(10);
    for (const flag of flags)
      expect([
        flag,
        docs.includes(flag.replace(/^--/, '').replaceAll('-', '_')) || docs.includes(flag),
      ]).toEqual([flag, true]);
  }
});
