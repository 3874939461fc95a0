// Compiled output of a removed source is removed, and nothing else.

import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { temporaryFolder } from '../src';

const script = join(__dirname, '..', '..', '..', 'scripts', 'stale-output.mjs');

test('removes the output of a removed source', () => {
  const root = temporaryFolder();
  const write = (path: string): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), '');
  };
  for (const path of ['one/src/a.ts', 'one/src/deep/b.tsx', 'one/test/a.test.ts']) write(path);
  for (const name of ['a', 'deep/b', 'gone', 'deep/gone']) {
    for (const ending of ['js', 'js.map', 'd.ts']) write(`one/dist/src/${name}.${ending}`);
  }
  for (const path of ['test/a.test.js', 'test/gone.test.js', 'assets/gone.js', 'src/page.css'])
    write(`one/dist/${path}`);
  execFileSync(process.execPath, [script, root]);
  const left = readdirSync(join(root, 'one/dist'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => name)
    .sort();
  const expected = [
    'a.d.ts',
    'a.js',
    'a.js.map',
    'a.test.js',
    'b.d.ts',
    'b.js',
    'b.js.map',
    'gone.js',
    'page.css',
  ];
  expect(left).toEqual(expected);
});
