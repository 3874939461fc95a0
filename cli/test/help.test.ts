// docs/cli-help.md shows the help of every command, and the results of good and bad input. To update it:
// run this test with ANTHRACITE_WRITE_DOCS=1.

import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { atEnd, hasProgram, needs, quietPort, temporaryFolder, until } from '@anthracite/testing';
import type { Command } from 'commander';
import { processEnvironment } from '../src/environment';
import { createProgram } from '../src/program';
import { helpPage, type Tried } from './help-table';
import { command, runHere, startServer } from './in-process';

const file = join(__dirname, '../../../docs/cli-help.md');
const program = createProgram(processEnvironment(), () => {});
// Represents a server that is away.
const away = 'http://127.0.0.1:2999';
const quietly = { encoding: 'utf8', stdio: 'pipe' } as const;

function leaves(of: Command, name = ''): (readonly [string, Command])[] {
  if (of.commands.length === 0) return [[name, of]];
  return of.commands.flatMap((sub) => leaves(sub, `${name} ${sub.name()}`.trim()));
}

/** The command lines, in this order, for a new server, in a folder with the files of `prepare`. */
const tries: readonly (readonly string[])[] = [
  [],
  ['--help'],
  ['--version'],
  ['sent'],
  ['--nosuch'],
  ['--server', away, 'types'],
  ['--server', 'ftp://x', 'types'],
  ['--server', away, 'config'],
  ['send', 'deploy_web', 'release 42', '-t', 'env=prod', '--at', '2024-01-01 10:15'],
  ['send', 'deploy_web', 'release 42', '-t', 'env=prod', '--at', '2024-01-01 10:15'],
  ['send', 'deploy_web'],
  ['send', 'two words', 'x'],
  ['send', '--type', 'deploy_web', 'x'],
  ['send', 'deploy_web', 'x', '--at', 'soon'],
  ['send', 'deploy_web', 'x', '--token-file', 'none'],
  ['send', 'deploy_web', 'x', '--server', away],
  ['send', 'deploy_web', 'x', '--server', away, '--no-spool'],
  ['start', 'incident', 'search is slow', '--key', 'k1', '--at', '2024-01-01 10:00'],
  ['start', 'incident_start', 'x'],
  ['start', 'incident', 'x', '--severity', '5'],
  ['start', 'incident', 'x', '--key', 'k2', '--server', away],
  ['detected', 'k1', 'by an alert'],
  ['detected', 'nosuch'],
  ['detected', 'k1', '--impact', '101'],
  ['update', 'k1', 'one region only', '--severity', '3'],
  ['update', 'nosuch'],
  ['update', 'k1', '--severity', '5'],
  ['resolve', 'k1', 'rolled back', '--at', '2024-01-01 09:00'],
  ['resolve', 'k1', 'rolled back'],
  ['resolve', 'nosuch'],
  ['resolve', 'k2', '--server', away],
  ['wrap', 'true'],
  ['wrap', 'false'],
  ['wrap', 'nosuch-command'],
  ['wrap'],
  ['deploy', 'shop', 'HEAD', '--repo', 'repo', '--by', 'Ann'],
  ['deploy', 'shop', 'nosuch', '--repo', 'repo'],
  ['deploy', 'shop', '--repo', 'none'],
  ['flush'],
  ['flush', 'spool'],
  ['flush', 'good.txt'],
  ['flush', '--server', away],
  ['list'],
  ['list', '--type', 'deploy_wep'],
  ['list', '--limit', 'x'],
  ['list', '--order', 'up'],
  ['list', '--from', '2026-02', '--until', '2026-01'],
  ['list', '--window', '1h'],
  ['list', '--group', 'version', '--window', 'soon'],
  ['list', '--server', away],
  ['tail'],
  ['tail', '--json', '--raw'],
  ['show', '1'],
  ['show', 'x'],
  ['show', '999'],
  ['types'],
  ['types', '--limit', '0'],
  ['tags'],
  ['tags', '--limit', 'x'],
  ['spans'],
  ['spans', '--limit', 'x'],
  ['spans', '--scale', 'large'],
  ['suspects', 'k1'],
  ['suspects', 'k1', '--window', '2d'],
  ['suspects', 'k1', '--window', '8d'],
  ['suspects', 'nosuch'],
  ['followers', '1'],
  ['followers', 'x'],
  ['followers', '999'],
  ['report'],
  ['report', '--json', '--csv'],
  ['report', '--period', 'day'],
  ['edit', '1', '--add-tag', 'by=ann'],
  ['edit', '1'],
  ['edit', '1', '--type', 'two words'],
  ['edit', '999', '--add-tag', 'by=ann'],
  ['history', '1'],
  ['history', 'x'],
  ['history', '999'],
  ['delete', '1'],
  ['delete'],
  ['delete', '999'],
  ['delete', '--type', 'incident_*'],
  ['restore', '1'],
  ['restore', 'x'],
  ['restore', '999'],
  ['export', '--type', 'deploy_web', '-o', 'events.ndjson'],
  ['export', '--type', 'deploy_web', '-o', 'events.ndjson'],
  ['export', '--type', 'deploy_web', '-o', 'events.ndjson', '--force'],
  ['export', '-o', 'events.nosuch'],
  ['export', '--format', 'nosuch'],
  ['import', 'good.txt'],
  ['import', 'one-bad.txt'],
  ['import', 'other.txt'],
  ['import', 'calendar.ics'],
  ['import', 'none.txt'],
  ['import', 'good.txt', '--server', away, '--skip', 'x'],
  ['purge', '2', '--yes'],
  ['purge', '999', '--yes'],
  ['purge', '1'],
  ['purge', 'x', '--yes'],
  ['retention'],
  ['retention', '--dry-run', 'deploy_web=1y'],
  ['retention', '--dry-run', 'soon'],
  ['rejects'],
  ['rejects', '--resubmit', '1'],
  ['rejects', '--resubmit', 'x'],
  ['rejects', '--delete'],
  ['rejects', '--delete', '--yes'],
  ['serve', '--http', 'nowhere'],
  ['serve', '--database', 'good.txt', '--http', '127.0.0.1:0', '--tcp', ''],
  ['demo', '--days', '0'],
  ['health'],
  ['health', '--server', away],
  ['backup', 'backup.db', '--database', 'anthracite.db'],
  ['backup', 'backup.db', '--database', 'none.db'],
  ['restore-backup', 'backup.db', '--database', 'restored.db'],
  ['restore-backup', 'backup.db', '--database', 'anthracite.db'],
  ['restore-backup', 'none.db'],
  ['compact', '--database', 'restored.db'],
  ['compact', '--database', 'anthracite.db'],
  ['compact', '--database', 'none.db'],
  ['check', 'anthracite.db'],
  ['check', 'good.txt'],
  ['check', 'none.db'],
  ['config'],
  ['config', '--readers', '0'],
  ['completion', 'bash'],
  ['completion', 'tcsh'],
  ['help', 'send'],
  ['help', 'nosuch'],
  ['hooks'],
  ['hooks', 'list', '--server', away],
  ['hooks', 'list', '--json'],
  ['hooks', 'test', 'ci', 'build.json', '--config', 'hooks.yaml'],
  ['hooks', 'test', 'ci', 'good.txt', '--config', 'hooks.yaml'],
  ['hooks', 'test', 'nosuch', 'build.json', '--config', 'hooks.yaml'],
  ['targets'],
  ['targets', 'list', '--server', away],
  ['targets', 'list', '--json'],
  ['targets', 'undelivered'],
  ['targets', 'undelivered', '--server', away],
  ['targets', 'resend'],
  ['targets', 'resend', 'x'],
  ['targets', 'test', 'ops'],
  ['targets', 'test', 'nosuch'],
  ['targets', 'test', 'nosuch', '--server', away],
  ['token', 'create', 'ann', '--role', 'nosuch'],
  ['token', 'create', 'ann', '--role', 'admin'],
  ['token', 'list'],
  ['token', 'list', '--token-file', 'token'],
  ['token', 'revoke', 'nosuch', '--token-file', 'token'],
  ['token', 'create', 'bob', '--role', 'read', '--token-file', 'token'],
  ['token', 'revoke', 'bob', '--token-file', 'token'],
  ['token', 'revoke', 'ann', '--token-file', 'token'],
];

function prepare(folder: string): void {
  writeFileSync(join(folder, 'good.txt'), '1467844481 deploy_web release 41\n');
  writeFileSync(join(folder, 'one-bad.txt'), '1467844481 deploy_web release 41\nno event\n');
  writeFileSync(join(folder, 'other.txt'), 'root:x:0:0:root:/root:/bin/bash\n'.repeat(25));
  writeFileSync(join(folder, 'calendar.ics'), 'BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n');
  writeFileSync(
    join(folder, 'hooks.yaml'),
    'hooks:\n  ci: { kind: json, type: "deploy_{app}", description: "{app} {version}", time: "{at}" }\n',
  );
  writeFileSync(join(folder, 'build.json'), '{"app": "shop", "version": 42, "at": 1795515300}\n');
  const repo = join(folder, 'repo');
  mkdirSync(repo);
  const who = ['-c', 'user.name=Ann', '-c', 'user.email=ann@example.com'];
  execFileSync('git', ['-C', repo, 'init', '-q'], quietly);
  execFileSync('git', ['-C', repo, ...who, 'commit', '-q', '--allow-empty', '-m', 'one'], quietly);
}

// A target of the server, which accepts every message.
async function startReceiver(): Promise<string> {
  const receiver = createServer((request, response) => {
    request.resume();
    response.writeHead(204).end();
  });
  receiver.listen(0, '127.0.0.1');
  await once(receiver, 'listening');
  atEnd(() => new Promise<void>((resolve) => void receiver.close(() => resolve())));
  return `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`;
}

async function tryOne(url: string, folder: string, gone: string, args: readonly string[]): Promise<Tried> {
  const env = { ANTHRACITE_URL: url, XDG_STATE_HOME: join(folder, 'state') };
  const plain = (text: string): string =>
    [
      [folder, '/home/ann'],
      [url, 'http://127.0.0.1:2006'],
      [gone, away],
    ]
      .flatMap(([from = '', to = '']) => [
        [from, to],
        [encodeURIComponent(from), encodeURIComponent(to)],
        [from.replace('http://', ''), to.replace('http://', '')],
      ])
      .reduce((shown, [from = '', to = '']) => shown.replaceAll(from, to), text)
      .split('\n', 1)[0] ?? '';
  if (args.join() === 'tail') {
    const signals: { send?: () => void } = {};
    const ended = command(url, args, '', signals);
    await until(() => signals.send !== undefined, 'the command listens to signals');
    signals.send?.();
    const { exitCode, stderr } = await ended;
    return { args, exitCode, said: plain(stderr) };
  }
  const { exitCode, stdout, stderr } = await runHere(
    args.map((word) => (word === away ? gone : word)),
    { env },
  );
  if (args[2] === 'ann' && args[1] === 'create' && exitCode === 0) writeFileSync('token', stdout);
  return { args, exitCode: exitCode ?? -1, said: plain(stderr) };
}

needs('git', hasProgram('git', '--version'))(
  'shows the help and the exit codes of every command in docs/cli-help.md',
  async () => {
    const folder = temporaryFolder();
    prepare(folder);
    const config = join(folder, 'server.yaml');
    writeFileSync(config, `send: [{ name: ops, url: "${await startReceiver()}" }]\nsend-allow: 127.0.0.1\n`);
    const url = await startServer({ database: join(folder, 'anthracite.db'), config });
    const gone = `http://127.0.0.1:${await quietPort()}`;
    const tried: Tried[] = [];
    const before = process.cwd();
    process.chdir(folder);
    try {
      for (const args of tries) tried.push(await tryOne(url, folder, gone, args));
    } finally {
      process.chdir(before);
    }
    const commands = leaves(program);
    const page = helpPage(program, commands, tried);
    if (process.env['ANTHRACITE_WRITE_DOCS'] === '1') writeFileSync(file, page);
    expect(readFileSync(file, 'utf8')).toBe(page);

    const codesOf = (name: string): number[] =>
      tried
        .filter(({ args }) => args.slice(0, name.split(' ').length).join(' ') === name)
        .map(({ exitCode }) => exitCode);
    // Servers run until a signal ends them, which other tests check.
    const endless = ['serve', 'demo'];
    for (const [name] of commands) {
      expect([name, codesOf(name).some((code) => code === 0)]).toEqual([name, !endless.includes(name)]);
      expect([name, codesOf(name).some((code) => code > 0)]).toEqual([name, true]);
    }
  },
  300_000,
);
