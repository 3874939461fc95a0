// Tests that need a missing peer: they are written like all others, and are skipped or fail by name.

import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { needs, runProgram, temporaryFolder } from '../src';
import type { Collected } from './collect';

/** Paths of all properties of a function: "each", "only.each", ... */
function shapeOf(value: object, depth = 2): string[] {
  return Object.entries(value).flatMap(([name, part]) => [
    name,
    ...(depth > 1 && typeof part === 'function'
      ? shapeOf(part, depth - 1).map((inner) => `${name}.${inner}`)
      : []),
  ]);
}

/** All compiled test files, loaded where only Node can be found. */
async function collectWithoutPeers(peers: Record<string, string>): Promise<Collected[]> {
  const folder = temporaryFolder();
  symlinkSync(process.execPath, join(folder, 'node'));
  const env = { PATH: folder, HOME: folder, XDG_CACHE_HOME: folder, TMPDIR: folder, ...peers };
  const ended = await runProgram(process.execPath, [join(__dirname, 'collect.js')], { env });
  expect({ exitCode: ended.exitCode, stderr: ended.stderr }).toEqual({ exitCode: 0, stderr: '' });
  return JSON.parse(ended.stdout) as Collected[];
}

test('offers everything of `test` to a test that needs a peer', () => {
  expect(shapeOf(test)).toContain('only.each');
  expect(shapeOf(needs('a peer', true))).toEqual(shapeOf(test));
  expect(shapeOf(needs('a peer', false))).toEqual(expect.arrayContaining(shapeOf(test)));
});

test('loads every test file without peers and skips by name the tests that need one', async () => {
  const files = await collectWithoutPeers({});
  expect(files.filter(({ fault }) => fault !== null)).toEqual([]);
  expect(files.filter(({ tests }) => tests.length === 0)).toEqual([]);
  const skipped = files.flatMap((file) => file.skipped);
  const named = skipped.map((name) => /\(needs (.+)\)$/.exec(name)?.[1]);
  expect(skipped.filter((_, i) => named[i] === undefined)).toEqual([]);
  for (const peer of [
    'chromium',
    'ruby',
    'puppet',
    "Chef's library",
    'strace',
    'script',
    'gunicorn',
    'python3',
  ]) {
    expect(named).toContain(peer);
  }
});

test('skips only tests of optional peers where peers are required', async () => {
  const files = await collectWithoutPeers({ ANTHRACITE_TEST_PEERS: 'required' });
  expect(files.filter(({ fault }) => fault !== null)).toEqual([]);
  const skipped = files.flatMap((file) => file.skipped);
  expect(
    skipped.filter(
      (name) =>
        !/\(needs (?:cinc-client|terraform|an address beyond loopback|Node 20|the long form)\)$/.test(name),
    ),
  ).toEqual([]);
  expect(files.flatMap(({ tests }) => tests)).toContainEqual(expect.stringMatching(/ \(needs chromium\)$/));
});
