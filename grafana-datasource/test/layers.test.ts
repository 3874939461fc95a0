// Allowed imports between the parts of the plugin.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = join(__dirname, '../src');
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
  /\.tsx?$/.test(name),
);

/** The imports of a file: the module, and whether only for its types. */
function importsOf(file: string): { from: string; isType: boolean }[] {
  const text = readFileSync(join(folder, file), 'utf8');
  return [...text.matchAll(/^(import|export) (type )?[^;]*?from '([^']+)';/gms)].map((match) => ({
    from: match[3] ?? '',
    isType: match[2] !== undefined,
  }));
}

const importersOf = (module: string): string[] =>
  files.filter((file) => importsOf(file).some(({ from, isType }) => from === module && !isType)).sort();

test('imports only types of the protocol', () => {
  const users = files.filter((file) => importsOf(file).some(({ from }) => from === '@anthracite/protocol'));
  expect(users).not.toEqual([]);
  expect(importersOf('@anthracite/protocol')).toEqual([]);
});

test("makes requests only in request/, and knows Grafana's components only in editors", () => {
  expect(importersOf('@grafana/runtime')).toEqual([
    'components/connection-settings.tsx',
    'datasource.ts',
    'request/client.ts',
    'request/event-stream.ts',
  ]);
  const asking = files.filter((file) => readFileSync(join(folder, file), 'utf8').includes('getBackendSrv'));
  expect(asking.sort()).toEqual(['request/client.ts', 'request/event-stream.ts']);
  expect(importersOf('@grafana/ui').filter((file) => !file.startsWith('components/'))).toEqual([]);
});

test('keeps queries, frames and the parts of Explore pure: without requests, editors and datasources', () => {
  for (const file of files.filter((name) => /^(query|frames|explore)\//.test(name))) {
    for (const { from, isType } of importsOf(file)) {
      if (isType) continue;
      expect([file, from]).toEqual([
        file,
        expect.not.stringMatching(/components|client|datasource|rxjs|runtime/),
      ]);
    }
  }
});

test('imports only types of modules that Grafana has but does not share', () => {
  expect([...importersOf('@grafana/schema'), ...importersOf('@grafana/i18n')]).toEqual([]);
});
