// show, edit, delete, restore and history, types and tags, against a real server.

import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@anthracite/testing';
import { runHere } from './in-process';
import { type RunOptions, run, type Served, serve } from './program';
import { runInTerminal, withTerminal } from './terminal';

const folder = temporaryFolder();
let server: Served;

beforeAll(async () => {
  server = await serve(join(folder, 'anthracite.db'));
});

const withUrl = (options: RunOptions) => ({
  ...options,
  env: { ANTHRACITE_URL: server.url, ...options.env },
});
const ask = (args: readonly string[], options: RunOptions = {}) => runHere(args, withUrl(options));
/** The same in a separate process. */
const askByProcess = (args: readonly string[], options: RunOptions = {}) => run(args, withUrl(options));

let seconds = 1_500_000_000;

/** Stores an event, and returns its id. */
async function add(type: string, description: string, ...tags: string[]): Promise<string> {
  const args = tags.flatMap((tag) => ['--tag', tag]);
  const { stdout } = await ask(['send', type, description, '--json', '--at', String(seconds++), ...args]);
  return String((JSON.parse(stdout) as { id: number }).id);
}

async function titles(...args: string[]): Promise<string[]> {
  const { stdout } = await ask(['list', '--json', ...args]);
  return (JSON.parse(stdout) as { events: { description: string }[] }).events.map((one) => one.description);
}

describe('show', () => {
  test('prints the whole event and escapes control characters', async () => {
    const id = await add('shown', 'title\n\nid: 5\n\u001b[31mred', 'env=prod');
    const { exitCode, stdout } = await ask(['show', id]);
    expect(exitCode).toBe(0);
    expect(stdout).toBe(
      `id: ${id}\ntime: ${new Date((seconds - 1) * 1000).toISOString().replace('.000', '')}\ntype: shown\ntags: env=prod\n\n    title\n\n    id: 5\n    \\u001b[31mred\n`,
    );
    expect(JSON.parse((await ask(['show', id, '--json'])).stdout)).toEqual({
      id: Number(id),
      time: (seconds - 1) * 1000,
      type: 'shown',
      tags: ['env=prod'],
      description: 'title\n\nid: 5\n\u001b[31mred',
    });
  });

  test('reports an unknown event', async () => {
    const { exitCode, stderr } = await ask(['show', '999999']);
    expect([exitCode, stderr]).toEqual([
      1,
      expect.stringContaining('event 999999 not found; if it was deleted'),
    ]);
    expect(await ask(['show', 'x'])).toMatchObject({
      exitCode: 2,
      stderr: 'anthracite: "x" is not an id; anthracite list shows ids\n',
    });
  });
});

describe('edit', () => {
  test('changes each field, and single tags', async () => {
    const id = await add('edit', 'releese', 'a=1', 'b=2');
    const edited = await ask([
      'edit',
      id,
      '--description',
      'release',
      '--remove-tag',
      'a=1',
      '--add-tag',
      'c=3',
    ]);
    expect(edited).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(/: edited: \S+ edit;b=2;c=3 release\n$/),
    });
    const again = await ask(['edit', id, '--description', 'release', '--add-tag', 'c=3']);
    expect(again.stdout).toContain(': unchanged: ');
    const all = ['--type', 'edited', '--at', '2017-07-14T02:40:00.5Z', '--tag', 'x', '--tag', 'y', '--json'];
    expect(JSON.parse((await ask(['edit', id, ...all])).stdout)).toEqual({
      id: Number(id),
      time: 1_500_000_000_500,
      type: 'edited',
      tags: ['x', 'y'],
      description: 'release',
    });
    const piped = await askByProcess(['edit', id, '--description', '-'], { input: 'title\nbody é\n' });
    expect(piped.stdout).toContain('edited;x;y title [+1 line]');
    expect(await titles('--type', 'edited')).toEqual(['title\nbody é']);
  });

  test('opens an editor', async () => {
    const id = await add('editor', 'first\n\nbody', 'a=1');
    const editor = (name: string, script: string): RunOptions => {
      const file = join(folder, name);
      writeFileSync(file, `#!/bin/sh\n${script}\n`);
      chmodSync(file, 0o700);
      return { env: { EDITOR: file, VISUAL: '' } };
    };
    const nothing = await askByProcess(['edit', id, '--editor'], editor('nothing', ':'));
    expect(nothing.stdout).toContain(': unchanged: ');
    const args = editor('change', 'sed -i -e "s/^tags: .*/tags: b=2 c/" -e s/body/more/ "$1"');
    expect((await askByProcess(['edit', id, '--editor'], args)).stdout).toContain(
      'editor;b=2;c first [+2 lines]',
    );
    expect(await titles('--type', 'editor')).toEqual(['first\n\nmore']);
    const wrong = await askByProcess(
      ['edit', id, '--editor'],
      editor('wrong', 'sed -i s/^time:/tiem:/ "$1"'),
    );
    expect(wrong).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('nothing was changed: the line "tiem:'),
    });
    const failing = await askByProcess(['edit', id, '--editor'], editor('failing', 'exit 3'));
    expect(failing).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('failed; nothing was changed'),
    });
  });

  test('keeps all tags that several clients add concurrently', async () => {
    const id = await add('shared', 'text');
    const tags = ['a=1', 'b=2', 'c=3'];
    const edits = await Promise.all(tags.map((tag) => ask(['edit', id, '--add-tag', tag])));
    expect(edits.map(({ exitCode }) => exitCode)).toEqual([0, 0, 0]);
    const { stdout } = await ask(['show', id, '--json']);
    expect((JSON.parse(stdout) as { tags: string[] }).tags.sort()).toEqual(tags);
  });

  test('keeps the other change, or the text, when somebody else edited while the editor was open', async () => {
    const id = await add('slow', 'first', 'a=1');
    // Another client is faster.
    const editor = (name: string, other: object, own: string): RunOptions => {
      const file = join(folder, name);
      const patch = `fetch("${server.url}/events/${id}", { method: "PATCH", body: JSON.stringify(${JSON.stringify(other)}) })`;
      writeFileSync(file, `#!/bin/sh\n'${process.execPath}' -e '${patch}'\nsed -i ${own} "$1"\n`);
      chmodSync(file, 0o700);
      return { env: { EDITOR: file, VISUAL: '' } };
    };
    const merged = editor('merged', { tags: ['b=2'] }, 's/first/second/');
    expect((await askByProcess(['edit', id, '--editor'], merged)).stdout).toContain('slow;b=2 second\n');
    const clash = editor('clash', { description: 'theirs' }, 's/second/ours/');
    const { exitCode, stderr } = await askByProcess(['edit', id, '--editor'], clash);
    expect(exitCode).toBe(1);
    expect(stderr).toContain(
      `somebody else changed description of event ${id} meanwhile; your text (above) was not saved.`,
    );
    expect(stderr).toContain('\nours\n');
    expect(await titles('--type', 'slow')).toEqual(['theirs']);
  });

  test('refuses invalid changes and changes nothing', async () => {
    const id = await add('refused', 'as it was', 'a=1');
    const other = await add('refused', 'another', 'a=1');
    const cases: [string[], number, string][] = [
      [[], 2, 'nothing to change'],
      [['--editor', '--type', 'x'], 2, '--editor cannot be combined'],
      [['--type', 'a b'], 2, 'the type "a b" contains white space'],
      [['--at', 'soon'], 2, '--at: the time "soon" is not valid'],
      [['--remove-tag', 'nope'], 1, 'has no tag "nope"; its tags: "a=1"'],
      [
        ['--description', 'another', '--at', String(seconds - 1)],
        1,
        `this change would make the event a duplicate of event ${other}`,
      ],
    ];
    for (const [args, exitCode, sentence] of cases) {
      const ended = await ask(['edit', id, ...args]);
      expect([ended.exitCode, ended.stderr]).toEqual([exitCode, expect.stringContaining(sentence)]);
    }
    expect(await titles('--type', 'refused')).toEqual(['as it was', 'another']);
  });
});

describe('delete and restore', () => {
  test('act on ids and report unknown ones', async () => {
    const [one, two] = [await add('byid', 'one'), await add('byid', 'two')];
    const deleted = await ask(['delete', one, '999999', two]);
    expect(deleted).toMatchObject({ exitCode: 1, stdout: `${one}: deleted\n${two}: deleted\n` });
    expect(deleted.stderr).toContain('999999: event 999999 not found');
    expect(await titles('--type', 'byid')).toEqual([]);
    const restored = await ask(['restore', one, '999999', two]);
    expect(restored.exitCode).toBe(1);
    expect(restored.stdout).toMatch(/^\d+: restored: \S+ byid one\n\d+: restored: \S+ byid two\n$/);
    expect(restored.stderr).toContain('event 999999 has never existed');
    expect((await ask(['restore', one])).stdout).toContain(': not deleted: ');
    expect(await titles('--type', 'byid')).toEqual(['one', 'two']);
  });

  test('act on filters after a preview and a confirmation only', async () => {
    for (let i = 0; i < 12; i++) await add('byfilter', `number ${i}`, i < 6 ? 'env=prod' : 'env=test');
    const look = await ask(['delete', '--type', 'byfilter', '--dry-run']);
    expect(look.exitCode).toBe(0);
    expect(look.stdout.match(/number \d+/g)).toHaveLength(10);
    expect(look.stderr).toBe('12 events would be deleted (these and 2 older)\n');
    const unasked = await askByProcess(['delete', '--type', 'byfilter']);
    expect(unasked).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('use --yes to confirm') });
    expect(await titles('--type', 'byfilter')).toHaveLength(12);
    const half = await ask(['delete', '--type', 'byfilter', '--none', 'env=prod', '--yes']);
    expect(half).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('\ndeleted 6 events\n') });
    expect(await titles('--type', 'byfilter')).toHaveLength(6);
    const nothing = await ask(['delete', '--type', 'never', '--yes']);
    expect(nothing).toMatchObject({
      exitCode: 0,
      stderr: 'unknown type "never"\nno event matches; nothing was deleted\n',
    });
  });

  withTerminal('ask for confirmation on a terminal', async () => {
    await add('asked', 'x');
    const env = { ANTHRACITE_URL: server.url };
    const no = await runInTerminal(['delete', '--type', 'asked'], { env, input: 'n\n' });
    expect(no.shown).toContain('Delete 1 event? [y/N]');
    expect([no.exitCode, await titles('--type', 'asked')]).toEqual([1, ['x']]);
    const yes = await runInTerminal(['delete', '--type', 'asked'], { env, input: 'y\n' });
    expect([yes.exitCode, await titles('--type', 'asked')]).toEqual([0, []]);
  });

  test.each([
    [['delete'], 'give event ids, or filters'],
    [['delete', '1', '--type', 'x'], 'ids and filters cannot be combined'],
    [['delete', 'x'], '"x" is not an id'],
  ])('refuse %j', async (args, sentence) => {
    expect(await ask(args)).toMatchObject({ exitCode: 2, stderr: expect.stringContaining(sentence) });
  });
});

test('record previous versions, authors and differences in the history', async () => {
  const id = await add('past', 'first', 'a=1');
  expect(await ask(['history', id])).toMatchObject({
    stdout: '',
    stderr: `${id}: no changes since it was stored\n`,
  });
  await ask(['edit', id, '--description', 'second\nbody\u001b']);
  await ask(['delete', id]);
  const { stdout } = await ask(['history', id]);
  expect(stdout.replace(/^\S+Z/gm, 'AT')).toBe(
    [
      'AT  edited',
      '   -  description  first',
      '   +  description  "second\\nbody\\u001b"',
      'AT  deleted',
      `   -  time         ${new Date((seconds - 1) * 1000).toISOString().replace('.000', '')}`,
      '   -  type         past',
      '   -  tags         a=1',
      '   -  description  "second\\nbody\\u001b"',
      '',
    ].join('\n'),
  );
  expect(JSON.parse((await ask(['history', id, '--json'])).stdout)).toMatchObject({
    id: Number(id),
    isDeleted: true,
    history: [{ who: null, before: { description: 'first' } }, { after: null }],
  });
});

test('lists types and tags with counts and times', async () => {
  await add('kind_a', 'x', 'kind=1');
  await add('kind_a', 'y', 'kind=2');
  await add('kind_b', 'z', 'kind=\u001b[31m');
  const types = await ask(['types', 'kind_', '--time-zone', 'Asia/Tokyo']);
  expect(types.stdout).toMatch(
    /^2 {2}2017-07-14T1\d:\d\d:\d\d\+09:00 {2}2017-07-14T1\d:\d\d:\d\d\+09:00 {2}kind_a\n1 .*kind_b\n$/,
  );
  const tags = await ask(['tags', 'kind=', '--json']);
  expect(
    tags.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line)),
  ).toEqual([
    expect.objectContaining({ name: 'kind=\u001b[31m', count: 1 }),
    expect.objectContaining({ name: 'kind=1', count: 1 }),
    expect.objectContaining({ name: 'kind=2', count: 1, first: expect.stringMatching(/^2017-07-14T/) }),
  ]);
  const cut = await ask(['tags', 'kind=', '--limit', '2']);
  expect(cut.stdout).toContain('kind=\\u001b[31m');
  expect(cut.stderr).toBe('truncated: there are more than 2 tags; use a prefix to narrow the list\n');
  expect(await ask(['tags', 'none'])).toEqual({
    exitCode: 0,
    stdout: '',
    stderr: 'no tags found\n',
  });
  expect((await ask(['types', '--limit', '0'])).exitCode).toBe(2);
});
