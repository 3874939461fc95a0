// npm start with the real npm: however it ends, no process keeps holding the ports or the lock.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { atEnd, temporaryFolder, until } from '@anthracite/testing';
import { cleanEnvironment, serve } from './program';

const root = join(__dirname, '../../..');

/** npm start in a separate process group, as a shell or a supervisor runs it. */
function npmStart(
  cwd: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): ChildProcess {
  const npm = spawn('npm', ['start', '--', ...args], {
    cwd,
    env: { ...cleanEnvironment(), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  atEnd(async () => killGroup(npm, 'SIGKILL'));
  return npm;
}

function killGroup({ pid = 0 }: ChildProcess, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // Every process has ended.
  }
}

const ways: [string, (npm: ChildProcess) => void, number | null][] = [
  ['SIGTERM to npm, as from a supervisor', (npm) => npm.kill('SIGTERM'), 0],
  ['SIGTERM to all its processes, as from systemd', (npm) => killGroup(npm, 'SIGTERM'), 0],
  ['SIGINT to all its processes, as from Ctrl-C', (npm) => killGroup(npm, 'SIGINT'), 0],
  // npm dies of these signals; the server notices its absence.
  ['SIGHUP to npm', (npm) => npm.kill('SIGHUP'), null],
  ['SIGKILL to npm', (npm) => npm.kill('SIGKILL'), null],
];

test.each(ways)('stops the server normally on %s', async (_name, end, exitCode) => {
  const database = join(temporaryFolder(), 'anthracite.db');
  const npm = npmStart(root, ['--http', '127.0.0.1:0', '--tcp', '127.0.0.1:0', '--database', database]);
  let output = '';
  for (const stream of [npm.stdout, npm.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const ended = once(npm, 'exit');
  // The server has both of its ends: they close when the last process has ended.
  const closed = once(npm, 'close');
  // It builds first if a source is newer than the build.
  await until(() => output.includes(' is ready: '), 'npm start serves', 100);
  end(npm);
  expect((await ended)[0]).toBe(exitCode);
  await closed;
  expect(output).toContain('"exitCode":0,"msg":"stopped"');
  const next = await serve(database); // the lock is free
  expect(await next.stop()).toBe(0);
});

test.each(ways.slice(0, 2))('ends an installation on %s', async (_name, end) => {
  const clone = temporaryFolder();
  for (const part of ['scripts', 'package.json', 'pnpm-lock.yaml', 'pnpm-workspace.yaml']) {
    cpSync(join(root, part), join(clone, part), { recursive: true });
  }
  const packages = ['testing', 'protocol', 'puppet-reporter', 'chef-handler', 'server', 'cli', 'bench'];
  for (const name of [...packages, 'grafana-datasource']) {
    mkdirSync(join(clone, name));
    cpSync(join(root, name, 'package.json'), join(clone, name, 'package.json'));
  }
  // A registry that accepts the request of the package manager and never answers.
  const asked: Socket[] = [];
  const registry = createServer((socket) => asked.push(socket.on('error', () => {}).resume())).listen(
    0,
    '127.0.0.1',
  );
  await once(registry, 'listening');
  atEnd(async () => {
    for (const socket of asked) socket.destroy();
    registry.close();
  });
  const { port } = registry.address() as { port: number };
  const npm = npmStart(clone, [], {
    npm_config_registry: `http://127.0.0.1:${port}/`,
    npm_config_cache: join(clone, 'cache'),
  });
  const closed = once(npm, 'close');
  let output = '';
  npm.stderr?.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  npm.stdout?.resume();
  await until(() => asked.length > 0, 'npm asks the registry');
  end(npm);
  await closed;
  await until(() => asked.every((socket) => socket.closed), 'npm has let go');
  expect(output).toMatch(/^anthracite: installing packages \.\.\.$/m);
});
