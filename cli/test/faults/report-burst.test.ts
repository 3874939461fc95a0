// Bursts of large reports: none is lost, also not after kill -9, and the server stays small and serves others.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder, until } from '@anthracite/testing';
import { serve } from '../program';
import { hostNames, hostsStored, reportSources, sendReports } from './reports';
import { rounds } from './rounds';

const tools = Object.entries(reportSources);
const MiB = 1_048_576;

/** The maximum memory of a process so far, in bytes. */
function peakMemory(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1]) * 1024;
}

test.each(tools)(
  'loses nothing of a burst of %s, in little memory',
  async (_tool, source) => {
    const server = await serve(join(temporaryFolder(), 'anthracite.db'));
    const hosts = hostNames(rounds(60, 500));
    // On a busy machine the disk can be too slow for some: their sender gets a refusal and repeats them.
    for (let left = hosts; left.length > 0; ) {
      const statuses = await sendReports(server.url, source, left, 32);
      expect(left.filter((host) => ![202, 503].includes(statuses.get(host) ?? 0))).toEqual([]);
      left = left.filter((host) => statuses.get(host) !== 202);
    }
    await until(async () => (await hostsStored(server.url)).size === hosts.length, 'all are stored', 240);
    expect(peakMemory(server.pid)).toBeLessThan(400 * MiB);
    expect(await server.stop()).toBe(0);
  },
  300_000,
);

test.each(tools)(
  'loses no report of %s that was answered with 202 in kill -9 during a burst',
  async (_tool, source) => {
    const database = join(temporaryFolder(), 'anthracite.db');
    const server = await serve(database);
    const sending = sendReports(server.url, source, hostNames(80), 16);
    await until(async () => (await hostsStored(server.url)).size > 0, 'the first is stored', 120);
    server.kill('SIGKILL');
    await server.ended;
    const statuses = await sending;
    const kept = [...statuses].filter(([, status]) => status === 202).map(([host]) => host);
    expect(kept.length).toBeGreaterThan(0);
    const again = await serve(database);
    await until(
      async () => {
        const stored = await hostsStored(again.url);
        return kept.every((host) => stored.has(host));
      },
      'all reports with a 202 are stored',
      240,
    );
    expect(await again.stop()).toBe(0);
  },
  600_000,
);

test.each(tools)(
  'answers 503 when the queue of %s is full, and stores or rejects the report of every host',
  async (_tool, source) => {
    const limit = ['--max-waiting-report-bytes', String(3 * MiB)];
    const server = await serve(join(temporaryFolder(), 'anthracite.db'), limit);
    const hosts = hostNames(40);
    const statuses = await sendReports(server.url, source, hosts, 20);
    const refused = hosts.filter((host) => statuses.get(host) === 503);
    expect(refused.length).toBeGreaterThan(0);
    // A report that the disk accepted late, after its refusal, is still stored.
    await until(
      async () => {
        const ledger = await (await fetch(`${server.url}/rejects?limit=100`)).text();
        const stored = await hostsStored(server.url);
        return hosts.every((host) => stored.has(host) !== ledger.includes(`host ${host},`));
      },
      'every host is stored or rejected',
      120,
    );
    expect(await server.stop()).toBe(0);
  },
  300_000,
);

test('never asks Puppet to retry, and never answers Chef with a 5xx', async () => {
  const server = await serve(join(temporaryFolder(), 'anthracite.db'), [
    '--max-waiting-report-bytes',
    '65536',
  ]);
  const ask = async (tool: 'puppet' | 'chef', headers: Record<string, string>) => {
    const { path, reportOf } = reportSources[tool];
    const body = reportOf('web01') as Uint8Array<ArrayBuffer>;
    const answer = await fetch(server.url + path, { method: 'POST', body, headers });
    return [
      answer.status,
      ((await answer.json()) as { code: string }).code,
      answer.headers.get('retry-after'),
    ];
  };
  expect(await ask('puppet', {})).toEqual([503, 'REPORTS_FULL', '1']);
  expect(await ask('puppet', { 'user-agent': 'Puppet/7.23.0 Ruby/2.6.8-p0 (java)' })).toEqual([
    503,
    'REPORTS_FULL',
    null,
  ]);
  expect(await ask('chef', {})).toEqual([503, 'REPORTS_FULL', '1']);
  expect(await ask('chef', { 'x-chef-version': '18.8.11' })).toEqual([429, 'MESSAGE_NOT_TAKEN', null]);
  expect(await server.stop()).toBe(0);
});
