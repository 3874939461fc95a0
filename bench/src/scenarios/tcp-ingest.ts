// Distinct events with tags to the line port, until all are acknowledged; the peer gets points in batches over HTTP.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fill, lineBlocks, loadEvent, toPoint } from '../load/events';
import { startAnthracite } from '../peers/anthracite';
import { folderIn } from '../peers/folder';
import { missingInfluxDb, startInfluxDb } from '../peers/influxdb';
import { hasProgram } from '../peers/process';
import { type Figure, median, type Scenario } from '../scenario';

const connections = 4;
const pointsPerRequest = 5_000;
const firstSecond = 1_700_000_000;

async function measureOurs(folder: string, count: number): Promise<number> {
  const server = await startAnthracite(join(folder, 'anthracite.db'));
  const share = count / connections;
  // Created before the measurement.
  const blocks = Array.from({ length: connections }, (_, c) => [
    ...lineBlocks(share, firstSecond, c * share),
  ]);
  const begin = performance.now();
  await Promise.all(blocks.map((own) => fill(server.linePort, own, share)));
  const seconds = (performance.now() - begin) / 1000;
  const metrics = await (await fetch(`${server.url}/metrics`)).text();
  const stored = Number(/^anthracite_events (\d+)/m.exec(metrics)?.[1]);
  if (stored !== count) throw new Error(`Anthracite has ${stored} of ${count} events`);
  await server.stop();
  return count / seconds;
}

async function runSqlite(file: string, commands: readonly string[]): Promise<void> {
  const child = spawn('sqlite3', ['-bail', file], { stdio: ['pipe', 'ignore', 'inherit'] });
  child.stdin.end(`${commands.join('\n')}\n`);
  const [exitCode] = await once(child, 'close');
  if (exitCode !== 0) throw new Error(`sqlite3 ended with ${exitCode}`);
}

// The ceiling: SQLite's command line imports the same rows into the same table, in one transaction.
async function measureImport(folder: string, count: number): Promise<number> {
  const rows = join(folder, 'events.csv');
  await runSqlite(join(folder, 'anthracite.db'), [
    '.mode csv',
    `.once ${rows}`,
    'SELECT id, time, series, hash, description FROM events ORDER BY id;',
  ]);
  const begin = performance.now();
  await runSqlite(join(folder, 'import.db'), [
    'PRAGMA journal_mode = WAL;',
    `CREATE TABLE events (id INTEGER PRIMARY KEY, time INTEGER NOT NULL, series INTEGER NOT NULL, hash INTEGER NOT NULL,
       description TEXT NOT NULL);`,
    'CREATE UNIQUE INDEX events_by_time ON events (time, series, hash);',
    '.mode csv',
    `.import ${rows} events`,
  ]);
  return count / ((performance.now() - begin) / 1000);
}

async function measureInfluxDb(folder: string, count: number): Promise<number> {
  const influx = await startInfluxDb(folder);
  const batches = Array.from({ length: count / pointsPerRequest }, (_, b) => {
    let batch = '';
    for (let i = b * pointsPerRequest; i < (b + 1) * pointsPerRequest; i++)
      batch += toPoint(loadEvent(i, firstSecond), i);
    return Buffer.from(batch);
  });
  const begin = performance.now();
  await Promise.all(
    Array.from({ length: connections }, async (_, c) => {
      for (let b = c; b < batches.length; b += connections) {
        const response = await fetch(`${influx.url}/write?db=bench&precision=n`, {
          method: 'POST',
          body: batches[b] ?? null,
        });
        if (response.status !== 204) throw new Error(`InfluxDB refused: ${await response.text()}`);
      }
    }),
  );
  const seconds = (performance.now() - begin) / 1000;
  const query = encodeURIComponent('SELECT count(text) FROM events');
  const counted = await (await fetch(`${influx.url}/query?db=bench&q=${query}`)).text();
  if (!counted.includes(`,${count}]`)) throw new Error(`InfluxDB does not have ${count} points: ${counted}`);
  await influx.stop();
  return count / seconds;
}

export const tcpIngest: Scenario = {
  name: 'tcp-ingest',
  what: 'distinct events with tags over 4 connections, until all are synced and acknowledged',
  missing: missingInfluxDb,
  run: async ({ isQuick, folder, say }) => {
    const count = isQuick ? 100_000 : 500_000;
    const turns = isQuick ? 1 : 3;
    const rates = { ours: [] as number[], influx: [] as number[], imported: [] as number[] };
    const hasSqlite = hasProgram('sqlite3');
    for (let turn = 0; turn < turns; turn++) {
      say(`turn ${turn + 1} of ${turns}: ${count} events each`);
      rates.influx.push(await measureInfluxDb(folderIn(folder, `influx${turn}`), count));
      const own = folderIn(folder, `ours${turn}`);
      rates.ours.push(await measureOurs(own, count));
      if (hasSqlite) rates.imported.push(await measureImport(own, count));
    }
    const figures: Figure[] = [
      {
        what: 'events',
        unit: '/s',
        ours: median(rates.ours),
        peer: median(rates.influx),
        peerName: 'InfluxDB 1.6',
        goal: { is: 'at least', value: 1 },
      },
    ];
    if (hasSqlite) {
      figures.push({
        what: 'events',
        unit: '/s',
        ours: median(rates.ours),
        peer: median(rates.imported),
        peerName: 'sqlite3 .import',
        goal: { is: 'at least', value: 0.6 },
      });
    }
    return figures;
  },
};
