// An export of all events of a large database, during other queries and submissions.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync } from 'node:fs';
import { get } from 'node:http';
import { join } from 'node:path';
import { fill, lineBlocks } from '../load/events';
import { getRequest, postRequest } from '../load/http-load';
import { startProbe } from '../load/prober';
import { startAnthracite } from '../peers/anthracite';
import { hasProgram, memoryOf } from '../peers/process';
import { type Figure, median, type Scenario } from '../scenario';

const MB = 1_000_000;

/** Reads a list to its end and counts its events, without keeping them. Resolves with events and seconds. */
async function readAll(url: string, begins = '{"when"'): Promise<{ events: number; seconds: number }> {
  const begin = performance.now();
  let events = 0;
  let tail = '';
  await new Promise<void>((resolve, reject) => {
    get(url, (response) => {
      response.setEncoding('latin1').on('data', (text: string) => {
        const piece = tail + text;
        for (let at = piece.indexOf(begins); at !== -1; at = piece.indexOf(begins, at + 1)) events++;
        tail = piece.slice(1 - begins.length);
      });
      response.on('end', resolve);
      response.on('error', reject);
    }).on('error', reject);
  });
  return { events, seconds: (performance.now() - begin) / 1000 };
}

// The same columns, with type and tags as text, as written by SQLite's command line.
async function readWithSqlite(file: string): Promise<number> {
  const sql = `SELECT time / 1000 AS "when", description AS what, '' AS data, text AS tags, events.id AS id
    FROM events JOIN series ON series.id = events.series ORDER BY time`;
  const begin = performance.now();
  const child = spawn('sqlite3', ['-json', file, sql], { stdio: ['ignore', 'pipe', 'inherit'] });
  child.stdout.resume();
  const [exitCode] = await once(child, 'close');
  if (exitCode !== 0) throw new Error(`sqlite3 ended with ${exitCode}`);
  return (performance.now() - begin) / 1000;
}

export const exportAll: Scenario = {
  name: 'export',
  what: 'export of all events by GET /events/get_data during other requests',
  missing: () => null,
  run: async ({ isQuick, folder, say }) => {
    const count = isQuick ? 200_000 : 1_000_000;
    const turns = isQuick ? 1 : 3;
    const database = join(folder, 'anthracite.db');
    say(`filling ${count} events`);
    const filling = await startAnthracite(database);
    await fill(filling.linePort, lineBlocks(count, 1_600_000_000), count);
    await filling.stop();
    const copy = join(folder, 'copy.db');
    copyFileSync(database, copy);

    const server = await startAnthracite(database);
    const url = `${server.url}/events/get_data?from=0`;
    const rest = memoryOf(server.pid, 'VmRSS') / MB;
    const endHealth = await startProbe({
      port: server.httpPort,
      everyMs: 20,
      request: getRequest('/health'),
    });
    const post = postRequest('/events/', '{"what": "meanwhile", "tags": "bench"}');
    const endPost = await startProbe({ port: server.httpPort, everyMs: 50, request: post });
    say('exporting while others ask and submit');
    const { events } = await readAll(url);
    if (events < count) throw new Error(`the export has ${events} of ${count} events`);
    const [health, posts] = [await endHealth(), await endPost()];
    const peak = memoryOf(server.pid, 'VmHWM') / MB;

    const rates: number[] = [];
    const lineRates: number[] = [];
    const sqliteRates: number[] = [];
    const hasSqlite = hasProgram('sqlite3');
    for (let turn = 0; turn < turns; turn++) {
      say(`turn ${turn + 1} of ${turns}`);
      const { events: read, seconds } = await readAll(url);
      rates.push(read / seconds);
      const lines = await readAll(`${server.url}/events/ndjson?limit=all`, '{"id"');
      lineRates.push(lines.events / lines.seconds);
      if (hasSqlite) sqliteRates.push(count / (await readWithSqlite(copy)));
    }
    await server.stop();
    const none = { peer: null, peerName: '' };
    const sqlite: Pick<Figure, 'peer' | 'peerName' | 'goal'> = hasSqlite
      ? { peer: median(sqliteRates), peerName: 'sqlite3 -json', goal: { is: 'at least', value: 0.8 } }
      : { ...none, goal: null };
    const figures: Figure[] = [
      { ...sqlite, what: 'events by get_data', unit: '/s', ours: median(rates) },
      { ...sqlite, what: 'events as NDJSON', unit: '/s', ours: median(lineRates) },
      { ...none, what: 'maximum memory', unit: 'MB', ours: peak, goal: { is: 'at most', value: 200 } },
      {
        ...none,
        what: 'memory above rest',
        unit: 'MB',
        ours: peak - rest,
        goal: { is: 'at most', value: 150 },
      },
      {
        ...none,
        what: 'GET /health during the export, p99',
        unit: 'ms',
        ours: health.p99,
        goal: { is: 'at most', value: 20 },
      },
      { ...none, what: 'POST /events/ during the export, p99', unit: 'ms', ours: posts.p99, goal: null },
    ];
    return figures;
  },
};
