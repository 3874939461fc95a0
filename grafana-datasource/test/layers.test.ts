// Which part of the plugin may know what.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = join(__dirname, '../src');
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
  /\.tsx?$/.test(name),
);

/** What a file imports: the module, and whether only for its types. */
function importsOf(file: string): { from: string; isType: boolean }[] {
  const text = readFileSync(join(folder, file), 'utf8');
  return [...text.matchAll(/^(import|export) (type )?[^;]*?from '([^']+)';/gms)].map((match) => ({
    from: match[3] ?? '',
    isType: match[2] !== undefined,
  }));
}

const importersOf = (module: string): string[] =>
  files.filter((file) => importsOf(file).some(({ from, isType }) => from === module && !isType)).sort();

test('the protocol is there for its types only', () => {
  const users = files.filter((file) => importsOf(file).some(({ from }) => from === '@anthracite/protocol'));
  expect(users).not.toEqual([]);
  expect(importersOf('@anthracite/protocol')).toEqual([]);
});

test('only the client makes requests, and only editors know how Grafana looks', () => {
  expect(importersOf('@grafana/runtime')).toEqual(['datasource.ts', 'request/client.ts']);
  expect(importersOf('@grafana/ui').filter((file) => !file.startsWith('components/'))).toEqual([]);
});

test('queries and frames are pure: they know no request, no editor and no datasource', () => {
  for (const file of files.filter((name) => /^(query|frames)\//.test(name))) {
    for (const { from, isType } of importsOf(file)) {
      if (isType) continue;
      expect([file, from]).toEqual([
        file,
        expect.not.stringMatching(/components|client|datasource|rxjs|runtime/),
      ]);
    }
  }
});

test('what Grafana brings but does not share is there for its types only', () => {
  expect([...importersOf('@grafana/schema'), ...importersOf('@grafana/i18n')]).toEqual([]);
});
