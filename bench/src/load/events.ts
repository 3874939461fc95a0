// The events of the benchmarks, the same for all peers.

import { sendLines } from '@anthracite/protocol';

/** An event of the load. Seconds since the epoch. */
export interface LoadEvent {
  readonly second: number;
  readonly type: string;
  readonly tags: readonly string[];
  readonly description: string;
}

/** The default number of events per second. */
export const usualRate = 3;

const environments = ['prod', 'staging', 'qa', 'dev'];

/** The i-th of many distinct events: about 2000 combinations of type and tags, descriptions of some 120 bytes. */
export function loadEvent(i: number, firstSecond: number, perSecond = usualRate): LoadEvent {
  const host = (i * 7) % 250;
  const environment = environments[(i * 3) % 4] ?? 'prod';
  return {
    second: firstSecond + Math.floor(i / perSecond),
    type: i % 2 === 0 ? 'puppet' : `deploy_app${i % 10}`,
    tags: [`host=web${host}`, `env=${environment}`],
    description: `run ${i} on web${host}: changed File[/etc/app/${i % 97}.conf] and restarted Service[app${i % 13}], took ${(i % 90) + 1} s in ${environment}`,
  };
}

/** The event as a line with a line end. */
export function toLine({ second, type, tags, description }: LoadEvent): string {
  return `${second} ${[type, ...tags].join(';')} ${description}\n`;
}

/** The event as a point of InfluxDB; `i` makes points of the same second and series different. */
export function toPoint({ second, type, tags, description }: LoadEvent, i: number): string {
  return `events,type=${type},${tags.join(',')} text="${description}" ${second}${String(i % 1_000_000_000).padStart(9, '0')}\n`;
}

const linesPerBlock = 5_000;

/** Blocks of lines, as a sender writes them to its socket. */
export function* lineBlocks(
  count: number,
  firstSecond: number,
  offset = 0,
  perSecond = usualRate,
): Generator<Buffer> {
  for (let start = 0; start < count; start += linesPerBlock) {
    let block = '';
    for (let i = start; i < Math.min(count, start + linesPerBlock); i++) {
      block += toLine(loadEvent(offset + i, firstSecond, perSecond));
    }
    yield Buffer.from(block);
  }
}

/** Sends events to the line port; rejects unless all of them are stored. */
export async function fill(linePort: number, blocks: Iterable<Buffer>, expected: number): Promise<void> {
  const { stored, duplicate, rejected } = await sendLines(
    blocks,
    { host: '127.0.0.1', port: linePort },
    600_000,
  );
  if (stored !== expected) {
    throw new Error(
      `expected ${expected} events stored, got stored=${stored} duplicate=${duplicate} rejected=${rejected}`,
    );
  }
}

/** Twenty thousand events over thirty days, a tenth of them deploys: about 70 deploys a day. */
export function monthOfEvents(now: number, count = 20_000): LoadEvent[] {
  const first = now - 30 * 86_400;
  return Array.from({ length: count }, (_, i) => ({
    second: first + Math.floor((i * 30 * 86_400) / count),
    type: i % 10 === 0 ? 'deploy' : 'puppet',
    tags: [`host=web${i % 40}`, 'env=prod'],
    description: `event ${i}: restarted the application on web${i % 40}`,
  }));
}
