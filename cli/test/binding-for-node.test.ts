// SQLite's binding for this Node, as npm start gets it: kept from earlier, prebuilt, or compiled if possible.

import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createGzip } from 'node:zlib';
import { atEnd, type Ended, needs, runProgram, temporaryFolder } from '@anthracite/testing';
import { cleanEnvironment } from './program';
import { isBuiltForNode } from './sqlite';

// Later versions have a binding that is part of the library.
const onNode20 = needs('Node 20', isBuiltForNode, 'optional');
const root = join(__dirname, '../../..');
const installed = dirname(require.resolve('better-sqlite3/package.json'));
const built = join(installed, 'build', 'Release', 'better_sqlite3.node');
const fromLibrary = createRequire(join(installed, 'package.json'));
const fromInstaller = createRequire(fromLibrary.resolve('prebuild-install/package.json'));

/** A folder like the project's, with SQLite's library in it, and without a binding. */
function newClone(): { clone: string; binding: string; kept: string } {
  const clone = temporaryFolder();
  const library = join(clone, 'server', 'node_modules', 'better-sqlite3');
  mkdirSync(join(library, 'node_modules', '.bin'), { recursive: true });
  for (const part of ['lib', 'package.json']) {
    cpSync(join(installed, part), join(library, part), { recursive: true });
  }
  const bindings = dirname(fromLibrary.resolve('bindings/package.json'));
  symlinkSync(bindings, join(library, 'node_modules', 'bindings'));
  const installer = fromLibrary.resolve('prebuild-install/bin.js');
  symlinkSync(installer, join(library, 'node_modules', '.bin', 'prebuild-install'));
  return { clone, binding: join(library, 'build/Release/better_sqlite3.node'), kept: join(clone, 'kept') };
}

/** Fits the binding of a clone to this Node, with only the programs of `folders`. */
function prepare(
  { clone, kept }: { clone: string; kept: string },
  folders: readonly string[],
  host: string,
): Promise<Ended> {
  const module = pathToFileURL(join(root, 'scripts', 'binding.mjs')).href;
  const script = `import(${JSON.stringify(module)}).then(({ prepareBinding }) =>
    prepareBinding(${JSON.stringify(clone)}, ${JSON.stringify(kept)}, 'this-node'))`;
  return runProgram(process.execPath, ['-e', script], {
    env: {
      ...cleanEnvironment(),
      PATH: folders.join(':'),
      npm_config_cache: join(clone, 'cache'),
      npm_config_better_sqlite3_binary_host: host,
    },
  });
}

/** Whether a file is the binding for this Node. */
function isBuilt(file: string): boolean {
  return readFileSync(file).equals(readFileSync(built));
}

/** A folder with Node, npm and a shell, and without a compiler. */
function withoutCompiler(): string {
  const folder = temporaryFolder();
  const path = (process.env['PATH'] ?? '').split(':');
  for (const program of ['node', 'npm', 'sh', 'env']) {
    const found = path.map((part) => join(part, program)).find((file) => existsSync(file));
    if (found !== undefined) symlinkSync(found, join(folder, program));
  }
  return folder;
}

onNode20('names the packages to install at once when it cannot compile the binding', async () => {
  const ended = await prepare(newClone(), [withoutCompiler()], 'http://127.0.0.1:9');
  expect(ended.exitCode).toBe(1);
  expect(ended.stderr).toContain(
    `no prebuilt SQLite for Node ${process.versions.node} could be downloaded (connect ECONNREFUSED 127.0.0.1:9)`,
  );
  expect(ended.stderr).toContain('this machine lacks a C++ compiler and make and python3. Install them:\n');
  for (const way of [
    'apt-get install g++ make python3',
    'dnf install',
    'apk add',
    'xcode-select --install',
  ]) {
    expect(ended.stderr).toContain(way);
  }
  expect(ended.stderr).not.toContain('gyp');
});

onNode20('downloads a prebuilt binding and keeps it for the next change of Node', async () => {
  const asked: string[] = [];
  const { pack } = fromInstaller('tar-fs') as {
    pack(folder: string, options: { entries: string[] }): NodeJS.ReadableStream;
  };
  const host = createServer((request, response) => {
    asked.push(request.url ?? '');
    const entries = ['build/Release/better_sqlite3.node'];
    pack(installed, { entries }).pipe(createGzip()).pipe(response);
  });
  await new Promise<void>((resolve) => host.listen(0, '127.0.0.1', resolve));
  atEnd(async () => void host.close());
  const clone = newClone();
  const url = `http://127.0.0.1:${(host.address() as AddressInfo).port}`;
  const ended = await prepare(clone, [withoutCompiler()], url);
  expect({ exitCode: ended.exitCode, asked }).toEqual({
    exitCode: 0,
    asked: [expect.stringContaining(`-node-v${process.versions.modules}-${process.platform}`)],
  });
  expect(isBuilt(clone.binding)).toBe(true);
  const [kept] = readdirSync(clone.kept);
  expect(kept).toMatch(/^\d+\.\d+\.\d+-this-node\.node$/);
  expect(isBuilt(join(clone.kept, kept ?? ''))).toBe(true);
});

onNode20('restores the binding of an earlier Node without npm or a network', async () => {
  const clone = newClone();
  mkdirSync(dirname(clone.binding), { recursive: true });
  cpSync(built, clone.binding);
  expect(await prepare(clone, [], '')).toEqual({ exitCode: 0, stdout: '', stderr: '' });
  writeFileSync(clone.binding, 'the binding of another Node');
  expect(await prepare(clone, [], '')).toEqual({ exitCode: 0, stdout: '', stderr: '' });
  expect(isBuilt(clone.binding)).toBe(true);
});
