// 500 reports of Puppet, then 1,000 messages of Chef, 1 MB each, as fast as possible over 32 connections, during requests for /health.

import { join } from 'node:path';
import { getRequest } from '../load/http-load';
import { startProbe } from '../load/prober';
import { chefMessage, puppetReport, sendBodies } from '../load/reports';
import { startAnthracite } from '../peers/anthracite';
import { memoryOf } from '../peers/process';
import type { BenchContext, Figure, Scenario } from '../scenario';

interface Burst {
  readonly what: string;
  readonly path: string;
  readonly count: number;
  readonly bodyOf: (host: string) => Buffer;
}

const connections = 32;
const none = { peer: null, peerName: '' };

export const puppetBurst: Scenario = {
  name: 'puppet-burst',
  what: '500 reports of Puppet and 1,000 messages of Chef of 1 MB at once, over 32 connections',
  missing: () => null,
  run: async (context) => {
    const few = context.isQuick ? 25 : 1;
    // Half of the reports have one changed resource, half have all resources changed.
    let number = 0;
    const bursts: readonly Burst[] = [
      {
        what: 'reports of Puppet',
        path: '/puppet/reports',
        count: 500 / few,
        bodyOf: (host) => puppetReport(host, number++ % 2 === 0 ? 1 : Number.POSITIVE_INFINITY),
      },
      { what: 'messages of Chef', path: '/chef/data-collector', count: 1_000 / few, bodyOf: chefMessage },
    ];
    const figures: Figure[] = [];
    for (const burst of bursts) figures.push(...(await measure(burst, context)));
    return figures;
  },
};

async function measure(
  { what, path, count, bodyOf }: Burst,
  { folder, say }: BenchContext,
): Promise<Figure[]> {
  const server = await startAnthracite(join(folder, `${path.split('/')[1]}.db`));
  const endProbe = await startProbe({ port: server.httpPort, everyMs: 20, request: getRequest('/health') });
  say(`${count} ${what}`);
  let sent = 0;
  const next = (): Buffer | null => (sent < count ? bodyOf(`node${sent++}.example.com`) : null);
  const statuses = new Map<string, number>();
  const begin = performance.now();
  await Promise.all(
    Array.from({ length: connections }, () => sendBodies(server.httpPort, path, next, statuses)),
  );
  const sentMs = performance.now() - begin;
  // Reports that are not stored when the queue is empty are lost.
  while (!(await isSettled(server.url))) await new Promise((resolve) => setTimeout(resolve, 100));
  const allMs = performance.now() - begin;
  const { p99 } = await endProbe();
  const text = await (await fetch(`${server.url}/events/raw?limit=all`)).text();
  const stored = text.split('\n').filter((line) => line !== '').length;
  const memory = memoryOf(server.pid, 'VmHWM') / 1_000_000;
  await server.stop();
  say(`answers: ${[...statuses].map(([status, times]) => `${times} x ${status}`).join(', ')}`);
  return [
    { ...none, what: `${what} lost`, unit: '', ours: count - stored, goal: { is: 'at most', value: 0 } },
    {
      ...none,
      what: `${what}: maximum memory`,
      unit: 'MB',
      ours: memory,
      goal: { is: 'at most', value: 400 },
    },
    { ...none, what: `${what}: /health p99`, unit: 'ms', ours: p99, goal: { is: 'at most', value: 100 } },
    { ...none, what: `${what}: acknowledged`, unit: '/s', ours: (count / sentMs) * 1_000, goal: null },
    { ...none, what: `${what}: stored`, unit: '/s', ours: (count / allMs) * 1_000, goal: null },
  ];
}

async function isSettled(url: string): Promise<boolean> {
  const metrics = await (await fetch(`${url}/metrics`)).text();
  const waiting = [...metrics.matchAll(/^anthracite_report_bytes_waiting\{.*\} (\d+)$/gm)];
  return waiting.length > 0 && waiting.every(([, bytes]) => bytes === '0');
}
