// anthracite list against a real server: filters, formats, the table, and the output on a terminal.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { temporaryFolder } from '@anthracite/testing';
import { runHere } from './in-process';
import { type RunOptions, run, type Served, serve } from './program';
import { runInTerminal, withTerminal } from './terminal';

let server: Served;

beforeAll(async () => {
  server = await serve(join(temporaryFolder(), 'anthracite.db'));
});

const withUrl = (options: RunOptions) => ({
  ...options,
  env: { ANTHRACITE_URL: server.url, ...options.env },
});
const ask = (args: readonly string[], options: RunOptions = {}) => runHere(args, withUrl(options));
/** The same in a separate process. */
const askByProcess = (args: readonly string[], options: RunOptions = {}) => run(args, withUrl(options));

describe('list', () => {
  beforeAll(async () => {
    const lines = Array.from(
      { length: 150 },
      (_, i) => `${1_500_000_000 + i} many;n=${i} "event ${i}\\nbody"\n`,
    );
    await server.send(`${lines.join('')}1500000200 hostile;\u001b[31m=1 \u001b]0;owned\u0007\u202e\n`);
  });

  test('shows the newest event last, and the number of the others', async () => {
    const { exitCode, stdout, stderr } = await ask(['list', '--type', 'many']);
    const rows = stdout.trimEnd().split('\n');
    expect(exitCode).toBe(0);
    expect(rows).toHaveLength(100);
    expect(rows[0]).toMatch(/^\d+ +2017-07-14T02:40:50Z +many +n=50 +event 50 \[\+1 line\]$/);
    expect(rows.at(-1)).toContain('event 149');
    expect(stderr).toMatch(
      /^truncated: newest 100 events shown; --after \S+ continues with older events, --limit all shows all\n$/,
    );
  });

  test('shows all events, or the given number', async () => {
    const all = await ask(['list', '--type', 'many', '--limit', 'all']);
    expect(all.stdout.trimEnd().split('\n')).toHaveLength(150);
    expect((await ask(['list', '--type', 'many', '--limit', '3'])).stdout.trimEnd().split('\n')).toHaveLength(
      3,
    );
    expect((await ask(['list', '--limit', '0'])).exitCode).toBe(2);
  });

  test('says that the range is in the future when no event matches', async () => {
    const ahead = await ask(['list', '--from', '2099-01-01', '--utc']);
    expect(ahead).toMatchObject({
      exitCode: 0,
      stderr: 'no event matches: --from is 2099-01-01T00:00:00Z, which is in the future\n',
    });
    const past = await ask(['list', '--from', '2001-01-01', '--until', '2001-01-02', '--utc']);
    expect(past.stderr).toBe('no event matches\n');
    const spans = await ask(['spans', '--from', '2099-01-01', '--utc']);
    expect(spans.stderr).toBe('no span matches: --from is 2099-01-01T00:00:00Z, which is in the future\n');
  });

  test('filters by a range, types and tags', async () => {
    const range = ['--from', '1500000010', '--until', '2017-07-14T02:40:12Z'];
    expect((await ask(['list', ...range])).stdout.match(/event \d+/g)).toEqual([
      'event 10',
      'event 11',
      'event 12',
    ]);
    const tagged = await ask(['list', '--type', 'many', '--type', 'x', '--tag', 'n=7']);
    expect(tagged.stdout.match(/event \d+/g)).toEqual(['event 7']);
    expect((await ask(['list', '--tag', 'never'])).stdout).toBe('');
  });

  test('prints lines that can be imported again', async () => {
    const { stdout } = await askByProcess(['list', '--raw', '--type', 'many']);
    expect(stdout.split('\n')).toHaveLength(151);
    expect(await server.send(stdout)).toBe('ok stored=0 duplicate=150 rejected=0\n');
  });

  test('prints complete JSON', async () => {
    const { stdout } = await ask(['list', '--json', '--type', 'many']);
    expect(JSON.parse(stdout)).toMatchObject({ truncated: false, events: { length: 150 } });
  });

  test('escapes control characters in the text of events', async () => {
    const { stdout } = await ask(['list', '--type', 'hostile']);
    expect(stdout).toContain('\\u001b]0;owned\\u0007\\u202e');
    expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/);
  });

  test('exits normally when its reader closes the pipe', async () => {
    const main = join(__dirname, '../src/main.js');
    const child = spawn(
      'sh',
      ['-c', `"$0" "$1" list --limit all | head -n 1; exit 0`, process.execPath, main],
      {
        env: { PATH: process.env['PATH'], ANTHRACITE_URL: server.url },
      },
    );
    let stderr = '';
    child.stderr.on('data', (text) => {
      stderr += text;
    });
    await once(child, 'close');
    expect(stderr).toBe('');
  });

  test('prints the message of an error of the server', async () => {
    const ended = await ask(['list', '--type', 'x'.repeat(5_000)]);
    expect(ended.exitCode).toBe(2);
    expect(ended.stderr).toContain('at most 4096 characters');
  });
});

describe('every filter', () => {
  beforeAll(async () => {
    await server.send(
      [
        '1400000000 filter_a;env=prod;host=web1 the quick fox\n',
        '1400000001 filter_b;env=stage;host=web2 the slow fox\n',
        '1400000002 filter_c;env=prod;host=web3 a hound\n',
      ].join(''),
    );
  });

  test.each([
    [
      ['--type', 'filter_*', '--type', '!filter_b'],
      ['the quick fox', 'a hound'],
    ],
    [
      ['--type', 'filter_*', '--any', 'host=web1', '--any', 'host=web2'],
      ['the quick fox', 'the slow fox'],
    ],
    [
      ['--all', 'env=prod', '--all', 'host=web*', '--type', 'filter_*'],
      ['the quick fox', 'a hound'],
    ],
    [['--tag', 'env=prod', '--none', 'host=web3', '--type', 'filter_*'], ['the quick fox']],
    [
      ['--some', 'host=web1 host=web2', '--some', 'env=prod env=dev', '--type', 'filter_*'],
      ['the quick fox'],
    ],
    [['--search', 'fox -slow', '--type', 'filter_*'], ['the quick fox']],
    [['--search', '"slow fox"'], ['the slow fox']],
    [
      ['--type', 'filter_*', '--until', '1400000001'],
      ['the quick fox', 'the slow fox'],
    ],
  ])('selects with %j', async (args, titles) => {
    const { stdout } = await ask(['list', '--json', ...args]);
    const { events } = JSON.parse(stdout) as { events: readonly { description: string }[] };
    expect(events.map(({ description }) => description)).toEqual(titles);
  });

  test('continues a truncated list, in either order', async () => {
    for (const order of [[], ['--order', 'ascending'], ['--order', 'descending']]) {
      const titles: string[] = [];
      let after: string[] = [];
      for (let pages = 0; pages < 3; pages++) {
        const { stdout, stderr } = await ask([
          'list',
          '--type',
          'filter_*',
          '--limit',
          '1',
          ...order,
          ...after,
        ]);
        titles.push(...(stdout.match(/the quick fox|the slow fox|a hound/g) ?? []));
        const place = /--after (\S+)/.exec(stderr)?.[1];
        expect(place === undefined).toBe(pages === 2);
        after = ['--after', place ?? ''];
      }
      const ascending = ['the quick fox', 'the slow fox', 'a hound'];
      expect(titles).toEqual(order[1] === 'ascending' ? ascending : ascending.toReversed());
    }
    const { exitCode, stderr } = await ask(['list', '--after', 'nowhere']);
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('the "next" of a previous page')]);
  });

  test('folds events that belong together into one, with its content', async () => {
    const lines = Array.from(
      { length: 5 },
      (_, i) => `${1_300_000_000 + i} roll;version=7;host=web0${i} out\n`,
    );
    await server.send(lines.join(''));
    const { stdout } = await ask(['list', '--type', 'roll', '--group', 'version']);
    expect(stdout).toMatch(
      /^\d+ {2}\S+ {2}roll {2}version=7 host=web04 {2}out \(5 events on web00\.\.web04\)\n$/,
    );
    const apart = await ask(['list', '--type', 'roll', '--group', 'version', '--window', '500ms']);
    expect(apart).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('window') });
  });
});

test.each([
  ['html', '<html lang="en">'],
  ['json', '"truncated":false'],
  ['ndjson', '{"id":'],
  ['raw', '1500000000 many;n=0 "event 0\\nbody"\n'],
  ['csv', 'n=0'],
  ['xml', '<tag>n=0</tag>'],
  ['atom', '<entry>'],
  ['ics', 'BEGIN:VEVENT'],
])('prints the format %s', async (format, part) => {
  const { exitCode, stdout } = await ask(['list', '--type', 'many', '--format', format]);
  expect(exitCode).toBe(0);
  expect(stdout).toContain(part);
});

test.each([
  [['--json', '--raw'], 'the formats json and raw cannot be combined'],
  [['--format', 'sqlite'], 'Allowed choices are table, html, json'],
  [['--order', 'up'], 'Allowed choices are ascending, descending'],
  [['--utc', '--time-zone', 'Asia/Tokyo'], '--utc and --time-zone cannot be combined'],
  [['--window', '5min'], '--window needs --group'],
  [['--limit', 'some'], '--limit is "some"; expected a whole number of at least 1, or all'],
])('refuses %j', async (args, sentence) => {
  const { exitCode, stdout, stderr } = await ask(['list', ...args]);
  expect([exitCode, stdout, stderr]).toEqual([2, '', expect.stringContaining(sentence)]);
});

test('shows times in the zone of the machine, unless another zone is requested', async () => {
  const there = { env: { TZ: 'Europe/Amsterdam' } };
  const shown = async (more: string[], env: Record<string, string>) =>
    (await askByProcess(['list', '--type', 'many', '--until', '1500000000', ...more], { env })).stdout;
  expect(await shown([], there.env)).toContain('2017-07-14T04:40:00+02:00');
  expect(await shown(['--utc'], there.env)).toContain('2017-07-14T02:40:00Z');
  expect(await shown([], { ...there.env, ANTHRACITE_TIME_ZONE: 'Asia/Tokyo' })).toContain('11:40:00+09:00');
  expect(await shown(['--from', '2017-07-14 04:40'], there.env)).toContain('event 0');
  expect(await shown(['--from', '2017-07-14 04:40', '--utc'], there.env)).toBe('');
});

describe('on a terminal', () => {
  const show = (args: readonly string[], columns: number, env: Record<string, string> = {}) =>
    runInTerminal(['list', '--type', 'shown_*', ...args], {
      columns,
      env: { ANTHRACITE_URL: server.url, ...env },
    });

  beforeAll(async () => {
    await server.send(
      [
        `1200000000 shown_incident_sev1_start;env=prod ${'mysql crashed '.repeat(20)}\n`,
        `1200000001 shown_gain_sev3 ${'日本語'.repeat(40)}\n`,
        '1200000002 shown_plain;env=prod \u001b[31mred\u202e\n',
      ].join(''),
    );
  });

  withTerminal('colours severities, but no text of events', async () => {
    const { exitCode, shown } = await show(['--time-zone', 'Asia/Tokyo'], 100);
    expect(exitCode).toBe(0);
    expect(shown).toContain('Asia/Tokyo');
    expect(shown).toContain('2008-01-11 06:20:00');
    expect(shown).toMatch(/\u001b\[7m\u001b\[1m\u001b\[31mshown_incident_sev1_start\u001b/);
    expect(shown).toContain('\u001b[32mshown_gain_sev3\u001b');
    expect(shown).toContain('\\u001b[31mred\\u202e');
  });

  withTerminal('fits the width of the terminal, and marks truncated text', async () => {
    for (const columns of [80, 120]) {
      const { shown } = await show([], columns, { NO_COLOR: '1' });
      const lines = shown.trimEnd().split('\n');
      expect(shown).not.toContain('\u001b');
      expect(lines).toHaveLength(4);
      expect(lines[1]).toHaveLength(columns);
      expect(lines[1]).toMatch(/mysql crashed.*…$/);
      // Each of these characters has the width of two.
      const wide = lines[2]?.match(/[日本語]/g)?.length ?? 0;
      expect((lines[2]?.length ?? 0) + wide).toBeGreaterThanOrEqual(columns - 1);
      expect((lines[2]?.length ?? 0) + wide).toBeLessThanOrEqual(columns);
      expect(lines[3]).toMatch(/red\\u202e {2}env=p(rod|…)$/);
    }
  });

  test('uses none of this in a pipe', async () => {
    const { stdout } = await askByProcess(['list', '--type', 'shown_incident*']);
    expect(stdout).toMatch(
      /^\d+ {2}2008-01-10T21:20:00Z {2}shown_incident_sev1_start {2}env=prod {2}(mysql crashed ?){20}\n$/,
    );
  });
});
