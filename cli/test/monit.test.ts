// The configuration of monit in the docs: Debian's monit runs the command.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { atEnd, docsBlock, hasProgram, needs, temporaryFolder, until } from '@anthracite/testing';
import { cleanEnvironment, main, serve } from './program';

const withMonit = needs('monit', hasProgram('monit', '--version'));

withMonit('makes a span of each problem that monit finds, with the test of the docs', async () => {
  const server = await serve(join(temporaryFolder(), 'anthracite.db'));
  const folder = temporaryFolder();
  const path = (name: string): string => join(folder, name);
  const home = path('home');
  mkdirSync(join(home, '.config/anthracite'), { recursive: true });
  writeFileSync(
    join(home, '.config/anthracite/config.yaml'),
    `server: test\nservers: { test: "${server.url}" }\n`,
  );
  writeFileSync(
    path('anthracite'),
    `#!/bin/sh\necho "$1 $2" >> '${path('runs')}'\nexec '${process.execPath}' '${main}' "$@"\n`,
  );
  chmodSync(path('anthracite'), 0o755);
  // What it watches, in place of nginx.
  const watch = (): ChildProcess => {
    const child = spawn('sleep', ['300'], { stdio: 'ignore' });
    atEnd(() => void child.kill('SIGKILL'));
    writeFileSync(path('nginx.pid'), `${child.pid}\n`);
    return child;
  };
  const start = () => {
    const test = docsBlock('hooks.md', 'check process nginx')
      .replaceAll('/usr/bin/anthracite', path('anthracite'))
      .replace('/run/nginx.pid', path('nginx.pid'));
    const files = ['pid', 'id', 'state', 'log'].map((name) => `set ${name}file ${path(name)}\n`).join('');
    writeFileSync(path('rc'), `set daemon 1\n${files.replace('logfile', 'log')}${test}`);
    chmodSync(path('rc'), 0o600);
    const { XDG_STATE_HOME: _state, XDG_CONFIG_HOME: _config, ...env } = cleanEnvironment();
    const child = spawn('monit', ['-I', '-c', path('rc')], { stdio: 'ignore', env: { ...env, HOME: home } });
    const end = once(child, 'exit');
    const stop = async (signal: NodeJS.Signals): Promise<void> => {
      child.kill(signal);
      await end;
    };
    atEnd(() => stop('SIGKILL'));
    return stop;
  };
  const spans = async () => {
    const answer = await fetch(`${server.url}/spans?from=-1d&until=%2B1d`);
    return ((await answer.json()) as { readonly spans: readonly Readonly<Record<string, unknown>>[] }).spans;
  };
  const becomes = (...ends: readonly boolean[]): Promise<void> =>
    until(
      async () => JSON.stringify((await spans()).map(({ end }) => end !== null)) === JSON.stringify(ends),
      `spans that have ended: ${ends.join(', ')}`,
    );
  const stop = start();
  await becomes(false);
  const child = watch();
  await becomes(true);
  child.kill('SIGKILL');
  await becomes(true, false);
  await stop('SIGTERM');
  start();
  const starts = (): number => readFileSync(path('runs'), 'utf8').split('start alert_nginx_web1').length - 1;
  await until(() => starts() === 3, 'monit finds the problem again');
  watch();
  await becomes(true, true);
  const [first] = await spans();
  expect(first).toMatchObject({ type: 'alert_nginx_web1', title: 'nginx does not run', problems: [] });
  expect(first?.['tags']).toContain('host=web1');
});
