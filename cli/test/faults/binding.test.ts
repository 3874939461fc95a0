// A binding of SQLite that this Node cannot load: one sentence with the command that builds it.

import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { needs, temporaryFolder } from '@anthracite/testing';
import { run } from '../program';
import { isBuiltForNode, library as name } from '../sqlite';

const folder = temporaryFolder();
const library = join(folder, 'lib of SQLite', 'better-sqlite3');
const binding = join(library, 'build', 'Release', 'better_sqlite3.node');
const hook = join(folder, 'redirect.cjs');
const installed = dirname(require.resolve(`${name}/package.json`));

beforeAll(() => {
  for (const part of ['lib', 'package.json']) {
    cpSync(join(installed, part), join(library, part), { recursive: true });
  }
  mkdirSync(join(library, 'node_modules'));
  if (isBuiltForNode) linkBindings();
  // The program finds this copy of the library in place of the installed one.
  writeFileSync(
    hook,
    `const Module = require('node:module');
    const resolve = Module._resolveFilename;
    Module._resolveFilename = (request, ...rest) =>
      resolve(request.replace(/^better-sqlite3(?:-13)?(?=$|\\/)/, ${JSON.stringify(library)}), ...rest);`,
  );
});

// Version 12 of the library finds its binding with this package.
function linkBindings(): void {
  const bindings = dirname(require.resolve('bindings/package.json', { paths: [installed] }));
  symlinkSync(bindings, join(library, 'node_modules', 'bindings'));
}

/** A binding of another version of Node: with its number in the description of the module and in the name of the entry point. */
function forOtherNode(bytes: Buffer): Buffer {
  const ours = Number(process.versions.modules);
  const description = Buffer.alloc(16);
  description.writeInt32LE(ours);
  const at = bytes.lastIndexOf(description);
  expect(at % 8).toBe(0);
  bytes.writeInt32LE(ours + 1, at);
  const entryPoint = (abi: number): string => `node_register_module_v${abi}`;
  const renamed = bytes.toString('latin1').replaceAll(entryPoint(ours), entryPoint(ours + 1));
  return Buffer.from(renamed, 'latin1');
}

const command = `npm run ${isBuiltForNode ? 'install' : 'build-release'} --prefix '${library}'`;

/** Exit code and standard error of a server that starts with that binding. */
async function startWith(bytes: Uint8Array | null): Promise<{ exitCode: number | null; stderr: string }> {
  rmSync(binding, { force: true });
  mkdirSync(dirname(binding), { recursive: true });
  if (bytes !== null) writeFileSync(binding, bytes);
  const database = join(folder, 'anthracite.db');
  const args = ['serve', '--database', database, '--http', '127.0.0.1:0', '--tcp', ''];
  const { exitCode, stderr } = await run(args, { env: { NODE_OPTIONS: `--require ${hook}` } });
  return { exitCode, stderr };
}

test('ends the server with the command that builds a missing binding', async () => {
  const sentence = `anthracite: Node ${process.version} cannot load SQLite's binding (it was never built). Build it for this Node: ${command}\n`;
  expect(await startWith(null)).toEqual({ exitCode: 1, stderr: sentence });
});

needs(
  'Node 20',
  isBuiltForNode,
  'optional',
)('ends the server with that command for a binding of another version of Node', async () => {
  const bytes = readFileSync(join(installed, 'build', 'Release', 'better_sqlite3.node'));
  const sentence = `anthracite: Node ${process.version} cannot load SQLite's binding (it was built for another version of Node). Build it for this Node: ${command}\n`;
  expect(await startWith(forOtherNode(bytes))).toEqual({ exitCode: 1, stderr: sentence });
});

test('ends the server with that command for a damaged binding', async () => {
  const { exitCode, stderr } = await startWith(Buffer.from('no binding'));
  expect(exitCode).toBe(1);
  expect(stderr).toMatch(/^anthracite: Node \S+ cannot load SQLite's binding \(.+\)\. Build it .*\n$/);
  expect(stderr).toContain(command);
});
