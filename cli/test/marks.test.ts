// start, detected and resolve: an incident from its start to its end, and the refusals in between.

import type { SpanPage } from '@anthracite/protocol';
import { command, type Ended, startServer } from './in-process';

let url: string;

beforeEach(async () => {
  url = await startServer();
});

async function run(...args: readonly string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await command(url, args);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  return stdout.toString();
}

async function refused(...args: readonly string[]): Promise<string> {
  const ended: Ended = await command(url, args);
  expect(ended).toMatchObject({ exitCode: 1, stdout: Buffer.from('') });
  return ended.stderr;
}

async function spans(): Promise<SpanPage['spans']> {
  const answer = await fetch(`${url}/spans?from=0&until=%2B1d`);
  return ((await answer.json()) as SpanPage).spans;
}

test('starts an incident with a new key, and resolves it', async () => {
  const started = await run('start', 'incident', 'checkout', 'fails', '--severity', '2', '--at', '-30min');
  const [, key = ''] =
    /^started incident_sev2 (\w{6}) \(event 1\); end it with: anthracite resolve \1\n$/.exec(started) ?? [];
  expect(key).not.toBe('');
  expect(await run('detected', key, 'alert', '--at', '-26min')).toMatch(
    new RegExp(`^detected incident_sev2 ${key} after 4 min.* \\(event 2\\): checkout fails\n$`),
  );
  expect(await run('resolve', key, 'rolled', 'back', '--origin', 'self', '-t', 'env=prod')).toMatch(
    new RegExp(`^resolved incident_sev2 ${key} after 30 min.* \\(event 3\\): checkout fails\n$`),
  );
  expect(await spans()).toEqual([
    expect.objectContaining({
      type: 'incident_sev2',
      key,
      severity: 2,
      origin: 'self',
      isOpen: false,
      problems: [],
      title: 'checkout fails',
      tags: [`incident=${key}`, 'origin=self', 'env=prod'],
    }),
  ]);
});

test('resolves the only open incident without a name, whatever else is open, and shows its title', async () => {
  await run('start', 'backup', 'nightly');
  await run('start', 'incident', 'search is slow', '--key', '42');
  expect(JSON.parse(await run('resolve', '--json'))).toMatchObject({
    type: 'incident',
    key: '42',
    new: true,
  });
  // Only the backup is left.
  expect(await run('resolve', 'it is done')).toMatch(/^ended backup \w+ after .*: nightly\n$/);
  expect((await spans()).map(({ isOpen, marks }) => [isOpen, marks.at(-1)?.type])).toEqual([
    [false, 'backup_end'],
    [false, 'incident_resolved'],
  ]);
  const { events } = (await (await fetch(`${url}/events/json?from=0&until=%2B1d`)).json()) as {
    events: { description: string }[];
  };
  expect(events.map(({ description }) => description)).toContain('resolved: search is slow');
});

test('accepts an id, a stem, and the prefix of a stem', async () => {
  await run('start', 'incident_sev3_search', 'one', '--key', 'a');
  await run('start', 'incident_sev2_checkout', 'two', '--key', 'b');
  await run('start', 'gain', 'three', '--no-key');
  expect(await run('resolve', '1')).toContain('incident_sev3_search a');
  expect(await run('resolve', 'incident')).toContain('incident_sev2_checkout b');
  expect(await run('resolve', 'gain')).toMatch(/^ended gain after/);
});

test('lists the candidates when several or no spans match, and sends nothing', async () => {
  expect(await refused('resolve')).toBe('anthracite: no span is open\n');
  await run('start', 'incident', 'one', '--key', 'a');
  await run('start', 'incident', 'two \u001b[31m', '--key', 'b');
  const several = await refused('resolve', 'incident');
  expect(several).toMatch(
    /^anthracite: several spans are open; give the key or id of one:\n {2}\d +[ab] +incident +for .*\n.*\n$/,
  );
  expect(several).not.toContain('\u001b');
  expect(await refused('detected', 'c')).toMatch(/^anthracite: no open span is named "c"; open spans:\n/);
  expect((await spans()).every(({ isOpen }) => isOpen)).toBe(true);
});

test('repeats the last severity, unless another is given', async () => {
  await run('start', 'incident', 'one', '--severity', '3', '--key', 'a', '--at', '-10min');
  await run('detected', 'a', '--severity', '1', '--impact', '20', '--at', '-5min');
  await run('resolve', 'a');
  const [span] = await spans();
  expect(span?.levels.map(({ severity, impact }) => [severity, impact])).toEqual([
    [3, 20],
    [1, 20],
  ]);
  expect(span?.problems).toEqual([]);
});

test('adds notes to an incident, and changes its severity from then on', async () => {
  await run('start', 'incident', 'one', '--severity', '3', '--key', 'a', '--at', '-10min');
  expect(await run('update', 'a', 'only one region', '--at', '-5min')).toMatch(
    /^updated incident_sev3 a after 5 min \(event 2\): one\n$/,
  );
  await run('update', 'a', '--severity', '1', '--at', '-4min');
  await run('resolve', 'a');
  const [span] = await spans();
  expect(span?.marks.map(({ type }) => type)).toEqual([
    'incident_sev3_start',
    'incident_sev3_update',
    'incident_sev1_update',
    'incident_sev1_resolved',
  ]);
  expect(span?.levels.map(({ severity }) => severity)).toEqual([3, 1]);
  await run('start', 'backup', 'two', '--key', 'b');
  const ended = await command(url, ['update', 'b', 'a note']);
  expect(ended.exitCode).toBe(2);
  expect(ended.stderr).toContain('backup b cannot have updates; only incidents and gains with a key');
});

test('gives an outage and a span that is not an incident the right key', async () => {
  await run('start', 'outage', 'one', '--key', 'a');
  await run('start', 'gain', 'two', '--key', 'b', '--severity', '1');
  expect((await spans()).map(({ type, scale, tags }) => [type, scale, tags])).toEqual([
    ['outage', 'incident', ['outage=a']],
    ['gain_sev1', 'gain', ['span=b']],
  ]);
});

test.each([
  [['start', 'incident_start', 'x'], /is the type of a mark; give its stem: incident\n/],
  [
    ['start', 'backup', 'x', '--severity', '1'],
    /--severity works only with stems that start with incident, outage or gain/,
  ],
  [['start', 'incident_sev1', 'x', '--severity', '2'], /contradict each other; give one severity/],
  [['start', 'incident', 'x', '--severity', '5'], /Expected a number from 1 to 4/],
  [['start', 'incident', 'x', '--impact', '101'], /Expected a number from 0 to 100/],
  [['start', 'incident', 'x', '--key', 'a b'], /Expected one word/],
  [['start', 'incident', 'x', '--origin', 'mars'], /Allowed choices are self, external/],
])('refuses %j as wrong usage', async (args, reason) => {
  const ended = await command(url, args);
  expect(ended.exitCode).toBe(2);
  expect(ended.stderr).toMatch(reason);
});

test('refuses an end before the start, and another severity without a key', async () => {
  await run('start', 'incident', 'x', '--no-key');
  expect(await command(url, ['resolve', '--at', '-1h'])).toMatchObject({
    exitCode: 2,
    stderr: expect.stringMatching(
      /^anthracite: incident started (?:1 h|59 min).* after this time; give a later --at\n$/,
    ),
  });
  expect(await command(url, ['detected', 'incident', '--severity', '1'])).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('has no key, so its severity cannot change'),
  });
});

test('refuses a second incident without a key while the first is open, and names it', async () => {
  await run('start', 'incident', 'one', '--no-key');
  expect(await command(url, ['start', 'incident', 'two', '--no-key'])).toMatchObject({
    exitCode: 1,
    stderr:
      'anthracite: another incident without a key is open (event 1); end it first with anthracite resolve 1, or omit --no-key\n',
  });
  await run('start', 'incident', 'two');
  await run('start', 'incident_sev1', 'three', '--no-key');
  await run('resolve', '1');
  await run('start', 'incident', 'four', '--no-key');
  expect((await run('spans', '--open')).trimEnd().split('\n')).toHaveLength(3);
});

test('warns of a mark in the future, and sends it', async () => {
  const at = ['--at', '2099-01-01', '--utc'];
  const warning = 'anthracite: warning: --at is 2099-01-01T00:00:00Z, which is in the future\n';
  const past = await command(url, ['start', 'incident', 'known', '--key', 'k', '--at', '-1s']);
  expect(past).toMatchObject({ exitCode: 0, stderr: '' });
  const resolved = await command(url, ['resolve', 'k', ...at]);
  expect(resolved).toMatchObject({ exitCode: 0, stderr: warning });
  const started = await command(url, ['start', 'incident', 'planned', ...at]);
  expect(started).toMatchObject({ exitCode: 0, stderr: warning });
});

test('completes the keys of open spans', async () => {
  await run('start', 'incident', 'x', '--key', 'k7m2xq');
  await run('start', 'gain', 'x', '--no-key');
  await run('start', 'backup', 'x', '--key', '$(reboot)');
  for (const name of ['detected', 'update', 'resolve']) {
    const answer = await run('completion', 'zsh', '--', name, '');
    expect(answer.split('\n').sort()).toEqual(['', 'gain\tgain', 'k7m2xq\tincident']);
  }
});

test('lists spans: all, open ones, and of one kind', async () => {
  const shown = async (...args: readonly string[]): Promise<string[]> =>
    (await run('spans', '--utc', ...args)).trimEnd().split('\n');
  await run('start', 'backup', 'nightly', '--no-key', '--at', '-2h');
  await run('resolve', 'backup', '--at', '-1h');
  await run('start', 'incident', 'search is slow \u202e', '--severity', '3', '--key', '42', '--at', '-30min');
  const time = '\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z';
  expect(await shown()).toEqual([
    expect.stringMatching(new RegExp(`^1  ${time} +lasted 1 h.* +backup +- +nightly$`)),
    expect.stringMatching(
      new RegExp(`^3  ${time} +open for 30 min.* +incident_sev3 +42 +search is slow \\\\u202e$`),
    ),
  ]);
  expect(await shown('--open')).toHaveLength(1);
  expect((await shown('--scale', 'other'))[0]).toContain('backup');
  expect(JSON.parse(await run('spans', '--json', '--limit', '1'))).toMatchObject({
    spans: [{ key: '42', isOpen: true }],
    truncated: true,
  });
  const none = await command(url, ['spans', '--type', 'nothing']);
  expect(none).toMatchObject({ exitCode: 0, stderr: 'unknown type "nothing"\nno span matches\n' });
  expect((await command(url, ['spans', '--limit', '1'])).stderr).toBe('truncated: newest 1 spans shown\n');
});
