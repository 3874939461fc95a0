// The bridge as a process: reports from Puppet's processors, files and folders, and a line port that is sometimes away.

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

/** A line port that stores everything, on a given port if it must come back. */
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

// Drafts, whose names start with a dot, are not in the spool yet.
const waiting = (folder: string): string[] =>
  readdirSync(folder).filter((name) => name.endsWith('.line') && !name.startsWith('.'));
/** The event of a report; a failure is the first one of its node. */
function eventOf(file: string): string {
  const { event = '', run } = goldenCases.find((golden) => golden.file === file) ?? {};
  if (!run?.failure) return event ?? '';
  return (event ?? '')
    .replace(' puppet_failed;', ' puppet_failed_start;')
    .replace(';tool=', `;failure=${run.failure};span=${run.host};tool=`);
}
const changed = '22-agent-corrective.yaml';
const failed = '06-failed.yaml';

test('listen: answers a report at once and sends it as a line, with the tokens, options and refusals of the server', async () => {
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
  expect(anthracite.lines()[1]).toMatch(
    /;tool=puppet;x ".*: 3 changed \(all corrective\)\\nproduction production-4f2c9d1 in 1\.7s"$/,
  );
  expect(await stop()).toBe(0);
  expect(said()).toContain('not valid: it is not YAML');
  expect(said()).not.toMatch(/s3cret|hunter2/);
  expect(waiting(join(folder, 'spool'))).toEqual([]);
});

test('listen: keeps events while Anthracite is away and across kill -9, and sends them when both are back', async () => {
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
  await until(() => first.said().includes('ECONNREFUSED'), 'the failure is reported');
  await first.kill();
  const back = await linePort(anthracite.port);
  const second = await start(args);
  await until(() => waiting(folder).length === 0, 'the spool is empty');
  expect(back.lines().sort()).toEqual([eventOf(changed), eventOf(failed)].sort());
  expect(await second.stop()).toBe(0);
});

test('send: reads files and standard input, reports files without an event, keeps unsent events, and sets the exit code', async () => {
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
  expect((await bridge(['send', pathOf(failed), ...args])).stdout).toContain('no event (repeated failure)');
  expect(anthracite.lines()).toHaveLength(2);
  await anthracite.close();
  const away = await bridge(['send', pathOf('03-changed.yaml'), ...args]);
  expect([away.exitCode, waiting(folder).length]).toEqual([4, 1]);
  expect(away.stderr).toMatch(/ECONNREFUSED.*the events wait in/);
  expect(away.stderr.trim().split('\n')).toHaveLength(1);
});

test.each([
  [['send', '/nonexistent.yaml'], 1, 'no such file'],
  [['send', '-'], 1, 'is not valid'],
  [['send', 'x', '--tcp', 'a b'], 2, 'invalid server address'],
  [['send', 'x', '--send', 'everything'], 2, '--send is "everything"; expected changed, failed and noop'],
  [['send', 'x', '--max-spooled', '0'], 2, 'expected a whole number'],
  [['listen', 'nowhere'], 2, 'invalid address "nowhere"'],
  [['listen', '0', '--token-file', '/dev/null'], 2, 'does not contain a valid token'],
  [['watch', '/nonexistent'], 1, 'no such file'],
  [['fly'], 2, "unknown command 'fly'"],
])('ends %p with %d and the reason', async (args, exitCode, message) => {
  const anthracite = await linePort();
  const given = args[0] === 'fly' || args.includes('--tcp') ? [] : ['--tcp', `127.0.0.1:${anthracite.port}`];
  const spool = args[0] === 'fly' ? [] : ['--spool', join(temporaryFolder(), 'spool')];
  const ended = await bridge([...args, ...given, ...spool], '<html>');
  expect([ended.exitCode, ended.stderr]).toEqual([exitCode, expect.stringContaining(message)]);
});

test('watch: sends only new reports and continues at the same place after a restart', async () => {
  const anthracite = await linePort();
  const folder = temporaryFolder();
  const reports = join(folder, 'reports');
  const put = (host: string, minute: string, file: string): void => {
    mkdirSync(join(reports, host), { recursive: true });
    // Like Puppet: written under another name, then renamed.
    writeFileSync(join(reports, host, `.${minute}`), readFixture(file));
    renameSync(join(reports, host, `.${minute}`), join(reports, host, `${minute}.yaml`));
  };
  put('web01', '202611220700', '03-changed.yaml');
  const args = ['watch', reports, '--tcp', `127.0.0.1:${anthracite.port}`, '--spool', join(folder, 'spool')];
  const first = await start(args);
  put('web01', '202611220701', changed);
  put('web02', '202611220701', 'fleet/web02.yaml');
  await until(() => anthracite.lines().length === 2, 'the new ones have arrived');
  // Two runs within a minute have the same name.
  put('web01', '202611220701', failed);
  await until(() => anthracite.lines().length === 3, 'the second run of the minute has arrived');
  expect(await first.stop()).toBe(0);
  put('web03', '202611220702', 'fleet/web03.yaml');
  const second = await start(args);
  await until(() => anthracite.lines().length === 4, 'the new reports have arrived');
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
  await until(() => other.lines().length === 4, 'all reports have arrived');
  expect(await all.stop()).toBe(0);
});

test('watch: reports a damaged state file and guesses nothing', async () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'reports'));
  writeFileSync(join(folder, 'watched.json'), '{"web01":');
  const ended = await bridge(['watch', join(folder, 'reports'), '--spool', folder]);
  expect([ended.exitCode, ended.stderr]).toEqual([1, expect.stringContaining('delete it')]);
});

test('documents every command and option in docs/puppet.md', async () => {
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
