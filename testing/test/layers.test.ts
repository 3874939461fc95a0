// The lint of layers, run on trees of files that break its rules.

import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { temporaryFolder } from '../src';

const lint = join(__dirname, '..', '..', '..', 'lint', 'layers.mjs');

/** Runs the lint on a tree that has one file. */
function lintOf(path: string, text: string): { readonly status: number | null; readonly stderr: string } {
  const root = temporaryFolder();
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
  const { status, stderr } = spawnSync(process.execPath, [lint, root], { encoding: 'utf8' });
  return { status, stderr };
}

test.each([
  ['server/src/web/page.tsx', '../answers/reader'],
  ['server/src/web/client/page.ts', '../../answers/reader'],
  ['server/src/web/client/parts/page.ts', '../../../answers/reader'],
  ['server/src/web/client/parts/small/page.ts', '../../../../answers/reader'],
  ['server/src/doors/http/routes/pages/page.ts', '../../../tcp/receiver'],
  ['server/src/doors/http/server.ts', '../../app'],
  ['server/src/answers/selector.ts', '../doors/http/server'],
  ['server/src/answers/selector.ts', '../storage/sqlite/sqlite-store'],
  ['server/src/storage/asker.ts', './sqlite/sqlite-asker'],
  ['server/src/storage/sqlite/dialect/spans.ts', '../../../doors/http/server'],
  ['protocol/src/client/http.ts', '../../../server/src/app'],
])('refuses an import of %s from another layer, at its depth: %s', (path, source) => {
  const { status, stderr } = lintOf(
    path,
    `import { one } from 'one';\nimport type { Two } from '${source}';\n`,
  );
  expect(stderr).toContain(`${path}:2: `);
  expect(stderr).toContain(`must not import '${source}'`);
  expect(status).toBe(1);
});

test.each([
  [
    'a library that belongs to another layer',
    'server/src/events/one.ts',
    "import one from 'better-sqlite3';",
  ],
  ['a part of such a library', 'cli/src/one.ts', "import one from 'fastify/types';"],
  ['a package of the project', 'bench/src/one.ts', "import { one } from '@anthracite/server/core';"],
  ['the command', 'server/src/one.ts', "import { one } from '@anthracite/cli';"],
  ['test support', 'server/src/doors/http/one.ts', "import { one } from '@anthracite/testing';"],
  ['a module of Node in a pure layer', 'server/src/formats/one.ts', "import { one } from 'node:fs';"],
  ['a statement over several lines', 'server/src/web/one.ts', "import {\n  one,\n} from '../events/two';"],
  ['an export from another layer', 'server/src/answers/one.ts', "export * from '../doors/tcp/two';"],
  ['a statement that imports nothing', 'server/src/answers/one.ts', "import '../doors/tcp/two';"],
  ['a dynamic import', 'server/src/answers/one.ts', "const one = () => import('../doors/tcp/two');"],
  ['a require', 'server/src/answers/one.ts', "const one = require('../doors/tcp/two');"],
])('refuses %s', (_what, path, text) => {
  expect(lintOf(path, `${text}\n`).status).toBe(1);
});

test('accepts the imports of the table', () => {
  const text = [
    "import { readFileSync } from 'node:fs';",
    "import Database from 'better-sqlite3';",
    "import type { StoredEvent } from '@anthracite/protocol/core';",
    "import { Reader } from '../../answers/reader';",
    "import { Database } from './database';",
  ].join('\n');
  expect(lintOf('server/src/storage/sqlite/one.ts', text)).toEqual({ status: 0, stderr: '' });
});
