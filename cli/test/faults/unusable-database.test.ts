// A database that cannot be used for any reason: one sentence with the file and what to do, and an exit code.

import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { needs, temporaryFolder } from '@anthracite/testing';
import { type RunOptions, run, serve, serveOn } from '../program';
import { openFolder } from './open-folder';

const nobody = 65_534;
const asNobody: RunOptions = { uid: nobody };
const asOther = needs('the right to run as another user', process.getuid?.() === 0);

const begin = (database: string, options?: RunOptions) => run(serveOn(database), options);

async function expectSentence(database: string, sentence: RegExp, options?: RunOptions): Promise<void> {
  const { stderr, exitCode } = await begin(database, options);
  expect(stderr).toMatch(/^anthracite: [^\n]+\n$/);
  expect(stderr).toMatch(sentence);
  expect(exitCode).toBe(1);
}

const inTheWay = temporaryFolder();
mkdirSync(join(inTheWay, 'folder.db'));
mkdirSync(join(inTheWay, 'locked.db-lock'));
writeFileSync(join(inTheWay, 'text'), '');

test.each([
  [
    'a folder',
    join(inTheWay, 'folder.db'),
    /folder\.db is not a regular file, but a folder\. Choose a file with --database/,
  ],
  [
    'a device',
    '/dev/null',
    /\/dev\/null is not a regular file, but a device\. Choose a file with --database/,
  ],
  [
    'a file whose lock is a folder',
    join(inTheWay, 'locked.db'),
    /locked\.db-lock is not a regular file, but a folder\./,
  ],
  [
    'a file below a file',
    join(inTheWay, 'text', 'x', 'a.db'),
    /user \d+ cannot create the folder of \S+ \(ENOTDIR: /,
  ],
  ['a file in /proc', '/proc/anthracite.db', /cannot use \/proc\/anthracite\.db-lock \(E[A-Z]+: /],
  ['a folder in /proc', '/proc/x/anthracite.db', /cannot create the folder of \/proc\/x\/anthracite\.db /],
])('refuses %s in one sentence', async (_what, database, sentence) => {
  await expectSentence(database, sentence);
});

asOther('refuses a folder of another user, with the command that fixes it', async () => {
  const folder = openFolder(0o755);
  const denied = `\\(EACCES: permission denied; ${folder} is owned by user 0, mode 0755\\)`;
  const told = `anthracite: user ${nobody} cannot use ${folder}/anthracite\\.db-lock ${denied}\\. Give this user access to ${folder}, or choose another file with --database\\.\n`;
  await expectSentence(join(folder, 'anthracite.db'), new RegExp(told), asNobody);
  const missing = `user ${nobody} cannot create the folder of ${folder}/x/anthracite\\.db ${denied}\\. Create it with: install -d -m 700 -o ${nobody} ${folder}/x; or choose`;
  await expectSentence(join(folder, 'x', 'anthracite.db'), new RegExp(missing), asNobody);
});

asOther('refuses a folder that the user cannot enter', async () => {
  const folder = openFolder(0o700);
  const told = `user ${nobody} cannot use ${folder}/anthracite\\.db(-lock)? \\(EACCES: permission denied; ${folder} is owned by user 0, mode 0700\\)`;
  await expectSentence(join(folder, 'anthracite.db'), new RegExp(told), asNobody);
});

asOther('refuses a file that the user can only read, and does not change it', async () => {
  const database = join(openFolder(0o777), 'anthracite.db');
  const server = await serve(database);
  expect(await server.stop()).toBe(0);
  chmodSync(database, 0o644);
  const before = readFileSync(database);
  await expectSentence(
    database,
    /cannot use \S+anthracite\.db(-lock)? \(EACCES: permission denied; /,
    asNobody,
  );
  expect(readFileSync(database).equals(before)).toBe(true);
});

test('names a port that is in use', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => other.once('listening', resolve));
  const { port } = other.address() as { port: number };
  const database = join(temporaryFolder(), 'anthracite.db');
  const taken = `127.0.0.1:${port}`;
  for (const ports of [
    ['--http', taken, '--tcp', '127.0.0.1:0'],
    ['--http', '127.0.0.1:0', '--tcp', taken],
  ]) {
    const { stderr, exitCode } = await run(['serve', ...ports, '--database', database]);
    expect(stderr).toMatch(new RegExp(`^anthracite: .*${taken}.*\\n$`));
    expect(exitCode).toBe(1);
  }
  other.close();
});

test('creates files for the owner only, and corrects files that everybody could read', async () => {
  const folder = join(temporaryFolder(), 'data');
  const database = join(folder, 'anthracite.db');
  const modeOf = (path: string): number => statSync(path).mode & 0o777;
  const files = (): string[] =>
    ['', '-wal', '-shm', '-lock'].map((suffix) => database + suffix).filter(existsSync);
  const first = await serve(database);
  expect(files()).toHaveLength(4);
  expect(files().map(modeOf)).toEqual([0o600, 0o600, 0o600, 0o600]);
  expect(modeOf(dirname(database))).toBe(0o700);
  expect(await first.stop()).toBe(0);
  for (const file of files()) chmodSync(file, 0o644);
  const second = await serve(database);
  expect(files().map(modeOf)).toEqual([0o600, 0o600, 0o600, 0o600]);
  expect(await second.stop()).toBe(0);
  // A group with permitted access keeps it.
  chmodSync(database, 0o640);
  const third = await serve(database);
  expect(modeOf(database)).toBe(0o640);
  expect(modeOf(`${database}-wal`)).toBe(0o640);
  expect(await third.stop()).toBe(0);
});
