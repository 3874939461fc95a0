// A disk that hangs: reports are still answered, the rest of the server works, and no acknowledged event is lost.

import { spawnSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hasProgram, needs, temporaryFolder, until } from '@anthracite/testing';
import { serve } from '../program';
import { hostNames, hostsStored, reportSources, sendReports } from './reports';

const withCompiler = needs(
  'a C compiler on Linux',
  process.platform === 'linux' && hasProgram('cc', '--version'),
);
const folder = temporaryFolder();
const library = join(folder, 'hang.so');

// Writes and syncs of the database and its spool hang as long as the file named by DISK_HANGS exists.
const source = `
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

static void wait_for_disk(int fd) {
  const char *flag = getenv("DISK_HANGS");
  char link[64], path[4096];
  if (!flag || access(flag, F_OK) != 0) return;
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t n = readlink(link, path, sizeof path - 1);
  if (n <= 0) return;
  path[n] = 0;
  while (strstr(path, ".db") && access(flag, F_OK) == 0) usleep(1000);
}
#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))
ssize_t write(int fd, const void *from, size_t n) { wait_for_disk(fd); return REAL(write)(fd, from, n); }
ssize_t pwrite(int fd, const void *from, size_t n, off_t at) { wait_for_disk(fd); return REAL(pwrite)(fd, from, n, at); }
ssize_t pwrite64(int fd, const void *from, size_t n, off64_t at) { wait_for_disk(fd); return REAL(pwrite64)(fd, from, n, at); }
ssize_t writev(int fd, const struct iovec *from, int n) { wait_for_disk(fd); return REAL(writev)(fd, from, n); }
ssize_t pwritev(int fd, const struct iovec *from, int n, off_t at) { wait_for_disk(fd); return REAL(pwritev)(fd, from, n, at); }
int fsync(int fd) { wait_for_disk(fd); return REAL(fsync)(fd); }
int fdatasync(int fd) { wait_for_disk(fd); return REAL(fdatasync)(fd); }
int ftruncate64(int fd, off64_t to) { wait_for_disk(fd); return REAL(ftruncate64)(fd, to); }
`;

beforeAll(() => {
  writeFileSync(join(folder, 'hang.c'), source);
  spawnSync('cc', ['-shared', '-fPIC', '-o', library, join(folder, 'hang.c'), '-ldl']);
});

withCompiler.each(Object.entries(reportSources))(
  'answers every report of %s with 503 while it hangs, and accepts reports afterwards',
  async (tool, reports) => {
    const flag = join(folder, `hangs-${tool}`);
    const server = await serve(join(folder, `${tool}.db`), ['--drain-ms', '60000'], {
      env: { LD_PRELOAD: library, DISK_HANGS: flag },
    });
    const [before = '', after = '', ...during] = hostNames(12);
    expect([...(await sendReports(server.url, reports, [before], 1)).values()]).toEqual([202]);
    writeFileSync(flag, '');
    // These resolve while the disk still hangs.
    const statuses = await sendReports(server.url, reports, during, 5);
    expect([...statuses.values()]).toEqual(during.map(() => 503));
    expect(
      (await fetch(`${server.url}/health`)).ok || (await fetch(`${server.url}/health`)).status === 503,
    ).toBe(true);
    rmSync(flag);
    await until(
      async () => (await sendReports(server.url, reports, [after], 1)).get(after) === 202,
      'reports are taken again',
    );
    await until(async () => {
      const stored = await hostsStored(server.url);
      return stored.has(before) && stored.has(after);
    }, 'both that were answered 202 are stored');
    expect(await server.stop()).toBe(0);
  },
  300_000,
);

withCompiler.each(Object.entries(reportSources))(
  'stops in time while it hangs with a report of %s in progress',
  async (tool, reports) => {
    const flag = join(folder, `stops-${tool}`);
    const server = await serve(join(folder, `${tool}-stops.db`), ['--drain-ms', '500'], {
      env: { LD_PRELOAD: library, DISK_HANGS: flag },
    });
    const [before = '', during = ''] = hostNames(2);
    expect([...(await sendReports(server.url, reports, [before], 1)).values()]).toEqual([202]);
    writeFileSync(flag, '');
    expect([...(await sendReports(server.url, reports, [during], 1)).values()]).toEqual([503]);
    const begin = performance.now();
    server.kill('SIGTERM');
    await server.ended;
    // The drain time and less than a second more; the rest is for a busy machine.
    expect(performance.now() - begin).toBeLessThan(10_000);
    rmSync(flag);
  },
  300_000,
);
