// Half a million spans among ten million events of a year: spans of a range, start, memory, and a sender who floods the server with marks.

import { join } from 'node:path';
import { fill, lineBlocks } from '../load/events';
import { startAnthracite } from '../peers/anthracite';
import { memoryOf } from '../peers/process';
import { median, percentile, type Scenario } from '../scenario';
import { firstSecond, timeOf, yearSeconds } from './spans';

const spanMinutes = 30;
const linesPerBlock = 5_000;

/** Blocks of the start and end marks of backups, spread over some seconds. */
function* markBlocks(spans: number, first: number, seconds: number, key: string): Generator<Buffer> {
  for (let start = 0; start < spans; start += linesPerBlock) {
    let block = '';
    for (let i = start; i < Math.min(spans, start + linesPerBlock); i++) {
      const begin = first + Math.floor((i * seconds) / spans);
      const end = begin + (1 + (i % spanMinutes)) * 60;
      block += `${begin} backup_start;span=${key}${i};host=web${i % 250} backup ${i}\n`;
      block += `${end} backup_end;span=${key}${i} done\n`;
    }
    yield Buffer.from(block);
  }
}

export const millionMarks: Scenario = {
  name: 'million-marks',
  what: 'spans of a range among 500 000 spans and ten million events, start, memory, a flood of marks',
  missing: () => null,
  run: async ({ isQuick, folder, say }) => {
    const events = isQuick ? 100_000 : 10_000_000;
    const spans = isQuick ? 10_000 : 500_000;
    const flooded = isQuick ? 5_000 : 50_000;
    const database = join(folder, 'anthracite.db');
    const filling = await startAnthracite(database);
    say(`filling ${events} events and ${spans} spans`);
    await fill(filling.linePort, lineBlocks(events, firstSecond, 0, events / yearSeconds), events);
    await fill(filling.linePort, markBlocks(spans, firstSecond, yearSeconds, 'b'), 2 * spans);
    await filling.stop();

    const server = await startAnthracite(database);
    // About a hundred spans: the range of a dashboard.
    const seconds = Math.ceil((yearSeconds * 100) / spans);
    const range = (part: number): string => {
      const from = firstSecond + Math.floor(part * (yearSeconds - seconds));
      return `/spans?from=${from}&until=${from + seconds}`;
    };
    const first = server.startMs + (await timeOf(server, range(0.5))).ms;
    const askAll = async (): Promise<number[]> => {
      const times: number[] = [];
      for (let i = 0; i < 200; i++) times.push((await timeOf(server, range(i / 200))).ms);
      return times;
    };
    say('asking');
    const calm = await askAll();
    const memory = memoryOf(server.pid, 'VmRSS') / 1_000_000;
    say(`a flood of ${2 * flooded} marks`);
    const floodBegin = performance.now();
    await fill(server.linePort, markBlocks(flooded, firstSecond, 3_600, 'flood'), 2 * flooded);
    const floodSeconds = (performance.now() - floodBegin) / 1_000;
    const flood = await askAll();
    await server.stop();
    const none = { peer: null, peerName: '', goal: null };
    const atMost = (value: number) => ({ goal: { is: 'at most', value } as const });
    return [
      { ...none, what: 'start and first spans', unit: 'ms', ours: first, ...atMost(1_000) },
      {
        ...none,
        what: 'spans of a range, a hundred or so, median',
        unit: 'ms',
        ours: median(calm),
        ...atMost(20),
      },
      { ...none, what: 'the same, p99', unit: 'ms', ours: percentile(calm, 0.99) },
      { ...none, what: 'memory after it', unit: 'MB', ours: memory, ...atMost(200) },
      { ...none, what: `time to store ${2 * flooded} marks of one sender`, unit: 's', ours: floodSeconds },
      { ...none, what: 'spans of a range after it, median', unit: 'ms', ours: median(flood), ...atMost(20) },
    ];
  },
};
