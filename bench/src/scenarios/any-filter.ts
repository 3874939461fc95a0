// Pages of lists with all kinds of filters on a million events: the first page, and a page from the middle.

import { join } from 'node:path';
import { fill, lineBlocks } from '../load/events';
import { startAnthracite, whenIndexed } from '../peers/anthracite';
import { median, percentile, type Scenario } from '../scenario';

const firstSecond = 1_600_000_000;
const parts: Readonly<Record<string, readonly string[]>> = {
  type: ['', 'type=puppet', 'type=deploy_app3', 'type=deploy_*', 'type=!puppet', 'type=never'],
  tags: ['', 'all=host=web7', 'any=host=web1&any=env=qa', 'all=env=*', 'none=env=prod', 'all=*web12*'],
  text: [
    '',
    'q=restarted',
    'q=4711',
    'q=web33',
    'q="run 999"',
    'q=conf -prod',
    'q=app1*',
    'q=nowhere',
    'q=-puppet',
  ],
  range: ['', 'until=1600100000'],
  order: ['', 'order=descending'],
};

/** Every combination of one part of each kind. */
function filters(): string[] {
  return Object.values(parts).reduce<string[]>(
    (made, choices) =>
      made.flatMap((one) => choices.map((choice) => [one, choice].filter(Boolean).join('&'))),
    [''],
  );
}

async function timeOf(url: string): Promise<{ ms: number; next: string | undefined }> {
  const begin = performance.now();
  const response = await fetch(url);
  const { next } = (await response.json()) as { next?: string };
  if (response.status !== 200) throw new Error(`${url} returned status ${response.status}`);
  return { ms: performance.now() - begin, next };
}

export const anyFilter: Scenario = {
  name: 'any-filter',
  what: 'pages of 1000 events with many filters, on a million events',
  missing: () => null,
  run: async ({ isQuick, folder, say }) => {
    const count = isQuick ? 100_000 : 1_000_000;
    const server = await startAnthracite(join(folder, 'anthracite.db'));
    say(`filling ${count} events`);
    await fill(server.linePort, lineBlocks(count, firstSecond), count);
    const begin = performance.now();
    await whenIndexed(server);
    const indexSeconds = (performance.now() - begin) / 1000;
    const asked = filters();
    const first: number[] = [];
    const later: number[] = [];
    let slowest = { ms: 0, filter: '' };
    say(`asking ${asked.length} filters`);
    for (const filter of asked) {
      const url = `${server.url}/events/json?${filter.replaceAll('"', '%22').replaceAll(' ', '+')}`;
      const { ms, next } = await timeOf(url);
      first.push(ms);
      if (ms > slowest.ms) slowest = { ms, filter };
      if (next !== undefined) later.push((await timeOf(`${url}&after=${next}`)).ms);
    }
    await server.stop();
    const none = { peer: null, peerName: '', goal: null, unit: 'ms' };
    return [
      { ...none, what: 'first page, median', ours: median(first), goal: { is: 'at most', value: 100 } },
      { ...none, what: 'first page, p90', ours: percentile(first, 0.9) },
      { ...none, what: `slowest first page: ${slowest.filter}`, ours: slowest.ms },
      { ...none, what: 'following page, median', ours: median(later), goal: { is: 'at most', value: 100 } },
      { ...none, what: 'following page, p90', ours: percentile(later, 0.9) },
      { ...none, what: 'until the word index was up to date', ours: indexSeconds, unit: 's' },
    ];
  },
};
