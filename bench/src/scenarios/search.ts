// Questions that an index or kept counts answer without reading many events, on a million events of thirty days.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { fill, lineBlocks, loadEvent } from '../load/events';
import { getRequest, runLoad } from '../load/http-load';
import { type Anthracite, startAnthracite, whenIndexed } from '../peers/anthracite';
import { hasProgram, processorMsOf } from '../peers/process';
import { type Figure, median, type Scenario } from '../scenario';

const firstSecond = 1_600_000_000;
const days = 30;
const daySeconds = 86_400;
const clients = 8;
const hourMs = 3_600_000;

interface Question {
  readonly what: string;
  /** Path of the i-th request, and plain SQL with the same answer on the same file. */
  readonly path: (i: number) => string;
  readonly sql: (i: number) => string;
  readonly goals: { readonly ms: number; readonly ratio: number };
}

function questions(count: number): readonly Question[] {
  const eventAt = (i: number): number => Math.floor(count / 2) + ((i * 7_919) % Math.floor(count / 2));
  const hostOf = (i: number): string => loadEvent(i * 31, firstSecond).tags[0] ?? '';
  const dayOf = (i: number): number => firstSecond + ((i * 7) % days) * daySeconds;
  const end = firstSecond + days * daySeconds;
  return [
    {
      what: 'a word of one event',
      path: (i) => `/events/json?order=descending&limit=100&q=${eventAt(i)}`,
      // Debian's SQLite cannot read the index of words.
      sql: (
        i,
      ) => `SELECT events.id, time, text, description FROM events JOIN series ON series.id = events.series
        WHERE instr(description, '${eventAt(i)}') > 0 ORDER BY time DESC LIMIT 100;`,
      goals: { ms: 2, ratio: 0.02 },
    },
    {
      what: 'a host and a day',
      path: (i) =>
        `/events/json?order=descending&limit=100&all=${encodeURIComponent(hostOf(i))}&from=${dayOf(i)}&until=${dayOf(i) + daySeconds - 1}`,
      sql: (
        i,
      ) => `SELECT events.id, events.time, text, description FROM series_tag JOIN series ON series.id = series_tag.series
        JOIN series_time ON series_time.series = series.id JOIN events ON events.id = series_time.id
        WHERE tag = '${hostOf(i)}' AND series_time.time >= ${dayOf(i) * 1_000} AND series_time.time < ${(dayOf(i) + daySeconds) * 1_000}
        ORDER BY events.time DESC LIMIT 100;`,
      goals: { ms: 5, ratio: 10 },
    },
    {
      what: 'counts by hour and type over 30 days',
      path: (i) => `/events/counts?interval=1h&by=type&tz=UTC&from=${firstSecond + i}&until=${end + i}`,
      sql: (
        i,
      ) => `SELECT time / ${hourMs} AS hour, type, count(*) FROM events JOIN series ON series.id = series
        WHERE time >= ${(firstSecond + i) * 1_000} AND time < ${(end + i) * 1_000} GROUP BY hour, type;`,
      goals: { ms: 15, ratio: 0.05 },
    },
  ];
}

/** Milliseconds of each statement in SQLite's command line, without its start. */
async function sqliteMs(file: string, statements: readonly string[]): Promise<number> {
  const run = async (sql: string): Promise<number> => {
    const begin = performance.now();
    const child = spawn('sqlite3', ['-json', file], { stdio: ['pipe', 'pipe', 'inherit'] });
    child.stdout.resume();
    child.stdin.end(sql);
    const [exitCode] = await once(child, 'close');
    if (exitCode !== 0) throw new Error(`sqlite3 ended with ${exitCode}`);
    return performance.now() - begin;
  };
  const empty = await run('SELECT 1;');
  return Math.max(0.01, (await run(statements.join('\n'))) - empty) / statements.length;
}

async function msOf(server: Anthracite, path: string): Promise<number> {
  const begin = performance.now();
  const response = await fetch(server.url + path);
  const body = await response.text();
  if (response.status !== 200 || body.length < 100) throw new Error(`${path} returned ${body}`);
  return performance.now() - begin;
}

export const search: Scenario = {
  name: 'search',
  what: 'a rare word, a host and a day, and counts, on a million events of thirty days',
  missing: () => (hasProgram('sqlite3') ? null : 'sqlite3'),
  run: async ({ isQuick, folder, say }) => {
    const count = isQuick ? 50_000 : 1_000_000;
    const rounds = isQuick ? 20 : 100;
    const seconds = isQuick ? 1 : 5;
    const database = join(folder, 'anthracite.db');
    const filling = await startAnthracite(database);
    say(`filling ${count} events`);
    await fill(filling.linePort, lineBlocks(count, firstSecond, 0, count / (days * daySeconds)), count);
    await whenIndexed(filling);
    await filling.stop();
    const copy = join(folder, 'copy.db');
    copyFileSync(database, copy);
    const server = await startAnthracite(database);
    const figures: Figure[] = [];
    for (const { what, path, sql, goals } of questions(count)) {
      say(`asking for ${what}`);
      const numbers = Array.from({ length: rounds }, (_, i) => i);
      for (const i of numbers.slice(0, 10)) await msOf(server, path(i));
      const times: number[] = [];
      for (const i of numbers) times.push(await msOf(server, path(i)));
      const peer = await sqliteMs(copy, numbers.slice(0, isQuick ? 5 : 20).map(sql));
      const begin = processorMsOf(server.pid);
      const { requestsPerSecond } = await runLoad({
        port: server.httpPort,
        clients,
        seconds,
        request: (i) => getRequest(path(i % 1_000)),
      });
      const spent = processorMsOf(server.pid) - begin;
      const none = { peer: null, peerName: '', goal: null };
      figures.push(
        {
          ...none,
          what: `${what}, median`,
          unit: 'ms',
          ours: median(times),
          goal: { is: 'at most', value: goals.ms },
        },
        {
          what: `${what}, against plain SQL`,
          unit: 'ms',
          ours: median(times),
          peer,
          peerName: 'sqlite3',
          goal: { is: 'at most', value: goals.ratio },
        },
        { ...none, what: `${what}, ${clients} clients`, unit: '/s', ours: requestsPerSecond },
        {
          ...none,
          what: `${what}, processor time of the server`,
          unit: 'ms',
          // The load has a second of warm-up.
          ours: spent / (requestsPerSecond * (seconds + 1)),
        },
      );
    }
    await server.stop();
    return figures;
  },
};
