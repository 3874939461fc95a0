// Mistyped and misplaced arguments: they work, or the error shows what to type.

import { quietPort, temporaryFolder } from '@anthracite/testing';
import { runHere, startServer } from './in-process';
import { runInTerminal, withTerminal } from './terminal';

let url: string;

beforeAll(async () => {
  url = await startServer();
  const lines = '1467844481 deploy_web x\n1467844482 incident_sev2_start;incident=k x\n';
  await runHere(['import', '-', '--server', url], { input: lines });
});

test('accepts the server, its token and the time zone before the command, too', async () => {
  const away = `http://127.0.0.1:${await quietPort()}`;
  const args = ['--time-zone', 'Europe/Amsterdam', '--server', url, 'list', '--type', 'deploy_web'];
  expect(await runHere(args)).toMatchObject({
    exitCode: 0,
    stdout: expect.stringContaining('2016-07-07T00:34:41+02:00'),
  });
  expect(await runHere(['--server', away, 'types', '--server', url])).toMatchObject({ exitCode: 0 });
  expect(await runHere(['--server', away, 'types'])).toMatchObject({ exitCode: 4 });
  expect(await runHere(['--server', url, 'token', 'list'])).toMatchObject({ exitCode: 0 });
  expect(await runHere(['--server', url, '--token-file', '/none', 'types'])).toMatchObject({ exitCode: 2 });
  expect(await runHere(['--server', url, 'check'])).toMatchObject({
    exitCode: 2,
    stderr: 'anthracite: --server does not work with anthracite check, which uses no server\n',
  });
});

test('prefers a time zone after the command to one before it, in any notation', async () => {
  const zones = (before: readonly string[], behind: readonly string[]) =>
    runHere([...before, 'list', '--type', 'deploy_web', ...behind, '--server', url]);
  const amsterdam = ['--time-zone', 'Europe/Amsterdam'];
  for (const [before, behind, shown] of [
    [['--utc'], amsterdam, '2016-07-07T00:34:41+02:00'],
    [amsterdam, ['--utc'], '2016-07-06T22:34:41Z'],
    [amsterdam, ['--time-zone', 'UTC'], '2016-07-06T22:34:41Z'],
    [['--utc'], [], '2016-07-06T22:34:41Z'],
  ] as const)
    expect(await zones(before, behind)).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining(shown),
    });
  const both = ['--utc', ...amsterdam];
  for (const [before, behind] of [
    [both, []],
    [[], both],
  ] as const)
    expect(await zones(before, behind)).toMatchObject({
      exitCode: 2,
      stderr: 'anthracite: --utc and --time-zone cannot be combined; use one of them\n',
    });
});

test.each([[['sent']], [['help', 'sent']], [['token', 'sent']], [['help', 'token', 'sent']]])(
  'refuses %j as an unknown command, which is wrong usage',
  async (args) => {
    const ended = await runHere(args);
    expect(ended).toMatchObject({ exitCode: 2, stdout: '' });
    expect(ended.stderr).toContain('sent');
  },
);

test('shows the commands in groups in help, and in help of a command the same as its --help', async () => {
  const { stdout } = await runHere(['help']);
  expect(stdout.match(/^[A-Z][\w ]*:$/gm)?.slice(-7)).toEqual([
    'Send events:',
    'Query:',
    'Correct events:',
    'Export and import:',
    'Run a server:',
    'Shell and help:',
    'Examples:',
  ]);
  for (const args of [['send'], ['token', 'create']]) {
    const [asked, shown] = [await runHere(['help', ...args]), await runHere([...args, '--help'])];
    expect(asked).toEqual(shown);
    expect(asked.exitCode).toBe(0);
  }
});

test.each([
  [
    ['send', '--type', 'deploy_web', 'x'],
    'The type is an argument, not an option: anthracite send [options] <type>',
  ],
  [
    ['start', '--stem=incident', 'x'],
    'The stem is an argument, not an option: anthracite start [options] <stem>',
  ],
  [['deploy', '--project', 'shop'], 'The project is an argument, not an option: anthracite deploy'],
  [
    ['token', 'create', '--name', 'x'],
    'The name is an argument, not an option: anthracite token create [options] <name>',
  ],
])('shows for %j the place of the argument', async (args, sentence) => {
  const ended = await runHere(args);
  expect(ended.exitCode).toBe(2);
  expect(ended.stderr).toContain(sentence);
  expect(ended.stderr).not.toContain('--tcp');
});

test.each([
  ['http://127.0.0.2:2006', '127.0.0.2:2005'],
  ['127.0.0.2', '127.0.0.2:2005'],
  ['http://[::1]:2006/anthracite', '[::1]:2005'],
])('uses for --tcp without an address with the server %s %s', async (server, address) => {
  const ended = await runHere(['send', 'a', 'x', '--no-spool', '--tcp'], { env: { ANTHRACITE_URL: server } });
  expect(ended).toMatchObject({ exitCode: 4, stderr: expect.stringContaining(`no answer from ${address} `) });
});

test.each([
  [['list', '--type', 'deploy_wep'], 'unknown type "deploy_wep"; did you mean "deploy_web"?\n'],
  [['export', '--type', 'nothing_like_it'], 'unknown type "nothing_like_it"\n'],
  [['spans', '--type', 'incident_sev3'], 'unknown type "incident_sev3"; did you mean "incident_sev2"?\n'],
  [['report', '--type', 'incident_sev3'], 'unknown type "incident_sev3"; did you mean "incident_sev2"?\n'],
  [['delete', '--type', 'deploy_wep'], 'unknown type "deploy_wep"; did you mean "deploy_web"?\n'],
])('reports for %j an unknown type', async (args, sentence) => {
  const ended = await runHere([...args, '--server', url]);
  expect(ended.exitCode).toBe(0);
  expect(ended.stderr.startsWith(sentence)).toBe(true);
});

test.each([
  ['list', '--type', 'deploy_*'],
  ['list', '--type', '!deploy_wep', '--type', 'deploy_web'],
  ['spans', '--type', 'incident_sev2', '--from', '0'],
])('does not mention types for %s %s %s', async (...args) => {
  expect(await runHere([...args, '--server', url])).toMatchObject({ exitCode: 0, stderr: '' });
});

test.each(['list', 'tail', 'export', 'spans', 'report', 'delete'])(
  'refuses a range of %s that ends before it begins as wrong usage',
  async (name) => {
    const range = ['--from', '2026-02', '--until', '2026-01'];
    expect(await runHere([name, ...range, '--server', url])).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining(
        '--from (2026-02-01T00:00:00Z) is after --until (2026-01-01T00:00:00Z)',
      ),
    });
  },
);

test('answers an unknown time with examples', async () => {
  const { exitCode, stderr } = await runHere(['list', '--from', 'last week', '--server', url]);
  expect(exitCode).toBe(2);
  expect(stderr).toContain(
    'expected a time such as 2026-11-24T10:15:00Z, 1467844481.250, now-1d6h, 3 hours ago, now/d',
  );
  expect(await runHere(['list', '--from', '1 hour ago', '--until', 'now/m', '--server', url])).toMatchObject({
    exitCode: 0,
  });
});

test('completes options before the command, folders of spools and names of commands', async () => {
  const complete = async (...words: readonly string[]): Promise<string[]> => {
    const { stdout } = await runHere(['completion', 'bash', '--', ...words], {
      env: { ANTHRACITE_URL: url },
    });
    return stdout.trimEnd().split('\n');
  };
  expect(await complete('--ser')).toEqual(['--server']);
  expect(await complete('--server', url, 'send', 'deploy')).toEqual(['deploy_web']);
  expect(await complete('--utc', 'flush', '')).toEqual([':files']);
  expect(await complete('send', 'a', '--spool', '')).toEqual([':files']);
  expect(await complete('help', 'fl')).toEqual(['flush']);
  expect(await complete('send', '--ty')).toEqual(['']);
});

withTerminal(
  'asks in rejects --delete before it deletes all, and deletes nothing without a yes',
  async () => {
    const own = await startServer();
    await runHere(['import', '-', '--force', '--server', own], { input: 'no event\n' });
    const args = ['rejects', '--delete', '--server', own];
    const env = { XDG_STATE_HOME: temporaryFolder() };
    const no = await runInTerminal(args, { env, input: 'n\n' });
    expect(no.shown).toContain('Delete the rejected line? [y/N]');
    expect(no).toMatchObject({ exitCode: 1, shown: expect.stringContaining('nothing was deleted') });
    expect(await runInTerminal(args, { env, input: 'y\n' })).toMatchObject({
      exitCode: 0,
      shown: expect.stringContaining('1: deleted'),
    });
  },
);
