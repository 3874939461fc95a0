// A disk with read errors, which SQLite reports as damage: the file is sound, and the server continues.

import { spawnSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hasProgram, needs, temporaryFolder, until } from '@anthracite/testing';
import { run, serve, serveOn } from '../program';

const withCompiler = needs(
  'a C compiler on Linux',
  process.platform === 'linux' && hasProgram('cc', '--version'),
);
const folder = temporaryFolder();
const flag = join(folder, 'fails');
const library = join(folder, 'fault.so');

// Reads of database files fail as long as the file named by READ_FAULT exists.
const source = `
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int fails(int fd) {
  const char *flag = getenv("READ_FAULT");
  if (!flag || access(flag, F_OK) != 0) return 0;
  char link[64], path[4096];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t n = readlink(link, path, sizeof path - 1);
  if (n < 3) return 0;
  return memcmp(path + n - 3, ".db", 3) == 0;
}
#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))
ssize_t pread(int fd, void *to, size_t n, off_t at) {
  if (fails(fd)) { errno = EIO; return -1; }
  return REAL(pread)(fd, to, n, at);
}
ssize_t pread64(int fd, void *to, size_t n, off64_t at) {
  if (fails(fd)) { errno = EIO; return -1; }
  return REAL(pread64)(fd, to, n, at);
}
ssize_t read(int fd, void *to, size_t n) {
  if (fails(fd)) { errno = EIO; return -1; }
  return REAL(read)(fd, to, n);
}
`;

beforeAll(() => {
  writeFileSync(join(folder, 'fault.c'), source);
  spawnSync('cc', ['-shared', '-fPIC', '-o', library, join(folder, 'fault.c'), '-ldl']);
});

withCompiler('answers failing reads with 503, and continues when the disk works again', async () => {
  const env = { LD_PRELOAD: library, READ_FAULT: flag };
  const database = join(folder, 'anthracite.db');
  const filling = await serve(database);
  const lines = Array.from(
    { length: 20_000 },
    (_, i) => `${i} type;n=${i % 90} event ${i} ${'x'.repeat(300)}\n`,
  );
  await filling.send(lines.join(''));
  expect(await filling.stop()).toBe(0);

  const server = await serve(database, [], { env });
  writeFileSync(flag, '');
  // The server now reads pages that are not in memory yet.
  const answer = await fetch(`${server.url}/events/json?from=0&until=1970-01-02&limit=1000&order=ascending`);
  expect(answer.status).toBe(503);
  expect(await answer.json()).toMatchObject({ code: 'DATABASE_FAILED' });
  rmSync(flag);
  await until(async () => (await fetch(`${server.url}/events/1`)).ok, 'events are read again');
  expect(await server.send('1 good again\n')).toBe('ok stored=1 duplicate=0 rejected=0\n');
  expect(
    (await (await fetch(`${server.url}/events/raw?limit=all&from=0`)).text()).trimEnd().split('\n').length,
  ).toBe(20_001);
  expect(await server.stop()).toBe(0);

  // It is not reported as damage at the start, either.
  writeFileSync(flag, '');
  const args = serveOn(database);
  const ended = await run(args, { env });
  rmSync(flag);
  expect(ended.exitCode).toBe(1);
  expect(ended.stderr).not.toContain('BACKUP');
});
