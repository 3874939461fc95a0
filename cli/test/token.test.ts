// anthracite token, and how other commands find a token and never show it.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder, until } from '@anthracite/testing';
import { runHere } from './in-process';
import { type RunOptions, run, type Served, serve } from './program';

const folder = temporaryFolder();
let server: Served;
let ops = '';
const opsFile = join(folder, 'ops.token');

const withUrl = (options: RunOptions) => ({
  ...options,
  env: { ANTHRACITE_URL: server.url, ...options.env },
});
const ask = (args: readonly string[], options: RunOptions = {}) => runHere(args, withUrl(options));
/** The same in a separate process. */
const askByProcess = (args: readonly string[], options: RunOptions = {}) => run(args, withUrl(options));

beforeAll(async () => {
  server = await serve(join(folder, 'anthracite.db'), ['--log-level', 'debug']);
  const created = await askByProcess(['token', 'create', 'ops', '--role', 'admin']);
  expect(created).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^anth_[\w-]{32}\n$/) });
  expect(created.stderr).toContain(
    'token ops created with the role admin; save it now, it is not shown again',
  );
  expect(created.stderr).toContain('the server now requires a token from every client');
  ops = created.stdout.trim();
  writeFileSync(opsFile, created.stdout);
});

test('creates, lists and revokes a token', async () => {
  const admin = { env: { ANTHRACITE_TOKEN_FILE: opsFile } };
  const created = await ask(['token', 'create', 'scripts', '--role', 'write,read'], admin);
  expect(created.stderr).toBe(
    'token scripts created with the roles read and write; save it now, it is not shown again\n',
  );
  const scripts = { env: { ANTHRACITE_TOKEN: created.stdout.trim() } };
  expect((await ask(['send', 'deploy', 'release'], scripts)).stdout).toContain('stored as');
  expect((await ask(['list'], scripts)).stdout).toContain('release');
  const list = await ask(['token', 'list'], admin);
  expect(list.stdout).toMatch(
    /^ops +admin +created 20\S+Z +last used 20\S+Z\nscripts +read,write +created .*\n$/,
  );
  const json = (await ask(['token', 'list', '--json'], admin)).stdout.trimEnd().split('\n');
  expect(json.map((line) => JSON.parse(line))).toMatchObject([
    { name: 'ops' },
    { name: 'scripts', given: false },
  ]);
  const revoked = await ask(['token', 'revoke', 'scripts'], admin);
  expect(revoked).toMatchObject({ exitCode: 0, stdout: 'scripts: revoked\n' });
  const late = await ask(['list'], scripts);
  expect(late).toMatchObject({ exitCode: 1, stdout: '' });
  expect(late.stderr).toBe(
    `anthracite: no access to ${server.url}: the server rejected the token; give the file of a valid token with --token-file or ANTHRACITE_TOKEN_FILE, or the token in ANTHRACITE_TOKEN\n`,
  );
});

test('reports a missing or insufficient token in every command', async () => {
  const admin = { env: { ANTHRACITE_TOKEN: ops } };
  const agent = (await ask(['token', 'create', 'agent', '--role', 'write'], admin)).stdout;
  for (const args of [['list'], ['send', 'a', 'b'], ['rejects'], ['token', 'list']]) {
    const refused = await ask(args);
    expect(refused).toMatchObject({ exitCode: 1, stdout: '' });
    expect(refused.stderr).toContain(
      `no access to ${server.url}: the server requires a token; give the file of a valid token with --token-file`,
    );
  }
  const weak = await ask(['list'], { env: { ANTHRACITE_TOKEN: agent } });
  expect(weak).toEqual({
    exitCode: 1,
    stdout: '',
    stderr: 'anthracite: the token agent has only write; this request needs read\n',
  });
});

test('prefers a flag to a variable, and the token to a file with it', async () => {
  const wrong = join(folder, 'wrong.token');
  writeFileSync(wrong, 'wrong\n');
  const flag = await ask(['list', '--token-file', opsFile], {
    env: { ANTHRACITE_TOKEN: 'wrong', ANTHRACITE_TOKEN_FILE: wrong },
  });
  expect(flag.exitCode).toBe(0);
  const both = await askByProcess(['list'], { env: { ANTHRACITE_TOKEN: ops, ANTHRACITE_TOKEN_FILE: wrong } });
  expect(both.exitCode).toBe(0);
  const empty = await ask(['list'], { env: { ANTHRACITE_TOKEN: '', ANTHRACITE_TOKEN_FILE: opsFile } });
  expect(empty.exitCode).toBe(0);
});

test.each([
  ['no file', undefined, 'cannot be read'],
  ['an empty file', '', 'does not contain a valid token'],
  ['a file of several lines', 'hush-hush\nhush-hush\n', 'does not contain a valid token'],
  ['a file of other bytes', 'hush\u00e9', 'does not contain a valid token'],
])('refuses %s as wrong usage, without its content', async (name, content, told) => {
  const file = join(folder, `${name}.token`);
  if (content !== undefined) writeFileSync(file, content);
  const refused = await ask(['list', '--token-file', file]);
  expect(refused).toMatchObject({ exitCode: 2, stdout: '' });
  expect(refused.stderr).toContain(told);
  expect(refused.stderr).not.toContain('hush');
});

test('reports wrong usage', async () => {
  expect(await ask(['token', 'create', 'x'])).toMatchObject({ exitCode: 2 });
  const role = await ask(['token', 'create', 'x', '--role', 'root']);
  expect(role).toMatchObject({ exitCode: 2, stdout: '' });
  expect(role.stderr).toContain('Expected read, write and admin, or feed alone.');
  const lines = await ask(['send', 'a', 'b', '--tcp', '--token-file', opsFile]);
  expect(lines).toMatchObject({ exitCode: 2 });
  expect(lines.stderr).toContain('--token-file needs HTTP');
  const last = await ask(['token', 'revoke', 'ops'], { env: { ANTHRACITE_TOKEN: ops } });
  expect(last).toMatchObject({ exitCode: 1 });
  expect(last.stderr).toContain('create another admin token first');
});

test('shows in config that tokens exist, but none of them', async () => {
  const secret = 'hush-hush-hush-hush';
  const shown = await askByProcess(['config'], {
    env: { ANTHRACITE_TOKENS: `ops:admin:${secret} agent:read,write:${secret}2`, ANTHRACITE_TOKEN: secret },
  });
  expect(shown.exitCode).toBe(0);
  expect(shown.stdout).toMatch(/^tokens +ops \(admin\),agent \(read write\) +variable ANTHRACITE_TOKENS$/m);
  expect(shown.stdout).toMatch(/^token +\(not shown\) +variable ANTHRACITE_TOKEN$/m);
  expect(shown.stdout + shown.stderr).not.toContain('hush');
});

test('writes no token to a log, whatever fails', async () => {
  const attempts: [string, RequestInit][] = [
    ['/events/json', {}],
    ['/events/json?from=nonsense', {}],
    ['/nowhere', {}],
    ['/tokens', { method: 'POST', body: '{' }],
    ['/events', { method: 'POST', body: 'no JSON' }],
  ];
  for (const [path, init] of attempts) {
    for (const authorization of [`Bearer ${ops}`, `Bearer ${ops}x`, `Basic ${btoa(`x:${ops}`)}`]) {
      const response = await fetch(server.url + path, { ...init, headers: { authorization } });
      expect(await response.text()).not.toContain(ops);
    }
  }
  await until(() => server.log().includes('token created'), 'it is logged');
  expect(server.log()).not.toContain(ops);
  expect(server.log()).not.toContain(btoa(`x:${ops}`));
});

describe('at start', () => {
  let files = 0;
  const open = ['--http', '0.0.0.0:0', '--tcp', '0.0.0.0:0'];
  const started = async (args: readonly string[], env: Record<string, string> = {}) => {
    const one = await serve(join(folder, `${files++}.db`), args, { env });
    await one.stop();
    return { stdout: one.output(), log: one.log() };
  };
  const ANTHRACITE_TOKENS = 'ops:admin:0123456789abcdef';

  test.each<[string, readonly string[], Record<string, string>, RegExp | null]>([
    ['on loopback nothing is said', [], {}, null],
    [
      'with tokens and a list of networks nothing is said',
      [...open, '--tcp-allow', '10.0.0.0/8'],
      { ANTHRACITE_TOKENS },
      null,
    ],
    [
      'open doors are reported',
      open,
      {},
      /can read and write all events; to require tokens: .*can send lines; .*tcp-allow/s,
    ],
    [
      'a list of networks says nothing of HTTP',
      [...open, '--tcp-allow', '10.0.0.0/8'],
      {},
      /can read and write all events/,
    ],
    [
      'a warning of doors that are open on purpose',
      [...open, '--read-access', 'open'],
      { ANTHRACITE_TOKENS },
      /can read all events; the settings read-access and write-access allow it/,
    ],
    [
      'that lines come from here only',
      open,
      { ANTHRACITE_TOKENS },
      /lines are accepted only from this machine/,
    ],
    ['that no one can come in', ['--write-access', 'token'], {}, /a token is required, but none exists yet/],
    [
      'that nobody is an admin',
      [],
      { ANTHRACITE_TOKENS: 'agent:write:0123456789abcdef' },
      /no token has the role admin/,
    ],
  ])('checks tokens and doors: %s', async (_what, args, env, told) => {
    const { stdout, log } = await started(args, env);
    const warnings = stdout.split('\n').filter((line) => line.startsWith('WARNING: '));
    expect(log.split('\n').filter((line) => line.includes('"level":40'))).toHaveLength(warnings.length);
    if (told === null) expect(warnings).toEqual([]);
    else expect(warnings.join('\n')).toMatch(told);
  });
});
