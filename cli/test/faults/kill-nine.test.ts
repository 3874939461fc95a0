// kill -9 under load: what was acknowledged is there, and sending again what was not makes nothing twice.

import { copyFileSync, existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { exchange, temporaryFolder, until } from '@anthracite/testing';
import { killAll, type Served, serve } from '../program';
import { Sqlite as Database } from '../sqlite';
import { rounds } from './rounds';

const writersOfEachKind = 4;
const linesPerBatch = 50;
const startSeconds = 1_500_000_000;
const secondsPerRound = 10_000;
// Within this, the log is folded into the file several times, and the indexes lag.
const longestMs = rounds(800, 1_800);

interface Writer {
  readonly acknowledged: string[];
  readonly unanswered: string[];
}

/** Sends batches of lines of this round until the server is gone. */
async function write(
  round: number,
  name: string,
  submit: (lines: string) => Promise<boolean>,
  isOver: () => boolean,
): Promise<Writer> {
  const writer: Writer = { acknowledged: [], unanswered: [] };
  for (let batch = 0; !isOver(); batch++) {
    const lines = Array.from({ length: linesPerBatch }, (_, i) => {
      const second = startSeconds + round * secondsPerRound + ((batch + i) % secondsPerRound);
      return `${second} load;writer=${name} "round ${round} batch ${batch} line ${i}"`;
    });
    const isAcknowledged = await submit(`${lines.join('\n')}\n`).catch(() => false);
    (isAcknowledged ? writer.acknowledged : writer.unanswered).push(...lines);
  }
  return writer;
}

const byTcp = (server: Served) => async (lines: string) => {
  const answer = await exchange(server.tcpPort, lines);
  return /^ok stored=\d+ duplicate=\d+ rejected=0\n$/.test(answer);
};

const byHttp = (server: Served) => async (body: string) => {
  const headers = { 'content-type': 'text/plain' };
  const response = await fetch(`${server.url}/events`, { method: 'POST', headers, body });
  return response.ok && ((await response.json()) as { rejected: number }).rejected === 0;
};

async function stored(server: Served, round: number): Promise<string[]> {
  const from = startSeconds + round * secondsPerRound;
  const response = await fetch(
    `${server.url}/events/raw?limit=all&from=${from}&until=${from + secondsPerRound - 1}`,
  );
  return (await response.text())
    .trimEnd()
    .split('\n')
    .filter((line) => line !== '');
}

async function emptyStartMs(): Promise<number> {
  const begin = Date.now();
  const server = await serve(join(temporaryFolder(), 'empty.db'));
  const taken = Date.now() - begin;
  await server.stop();
  return taken;
}

/** Waits until all indexes have come up to the events. */
async function untilIndexed(server: Served): Promise<void> {
  for (;;) {
    const metrics = await (await fetch(`${server.url}/metrics`)).text();
    const lags = [...metrics.matchAll(/^anthracite_index_lag\{.*\} (\d+)$/gm)].map(([, lag]) => Number(lag));
    if (lags.length === 2 && lags.every((lag) => lag === 0)) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

test(
  'every acknowledged event is there after each kill, and none is there twice',
  async () => {
    const database = join(temporaryFolder(), 'anthracite.db');
    let server = await serve(database);
    let total = 0;
    for (let round = 0; round < rounds(20, 500); round++) {
      let isOver = false;
      const writers = Array.from({ length: writersOfEachKind }, (_, i) => [
        write(round, `tcp${i}`, byTcp(server), () => isOver),
        write(round, `http${i}`, byHttp(server), () => isOver),
      ]).flat();
      await new Promise((resolve) => setTimeout(resolve, 200 + Math.random() * longestMs)); // the random moment
      server.kill('SIGKILL');
      await server.ended;
      isOver = true;
      const done = await Promise.all(writers);
      const acknowledged = done.flatMap((writer) => writer.acknowledged);
      const unanswered = done.flatMap((writer) => writer.unanswered);

      const restart = Date.now();
      server = await serve(database);
      const restartMs = Date.now() - restart;
      // On a busy machine, held against a start without anything to recover.
      if (restartMs >= 2_000) expect(restartMs).toBeLessThan(3 * (await emptyStartMs()));

      const survived = new Set(await stored(server, round));
      expect(acknowledged.filter((line) => !survived.has(line))).toEqual([]);
      expect(acknowledged.length).toBeGreaterThan(0);
      await exchange(server.tcpPort, `${unanswered.join('\n')}\n`);
      const all = await stored(server, round);
      expect([...all].sort()).toEqual([...new Set([...acknowledged, ...unanswered])].sort());
      expect(all.length).toBe(new Set(all).size);
      total += all.length;
    }
    expect(statSync(`${database}-wal`, { throwIfNoEntry: false })?.size ?? 0).toBeLessThan(64 * 1_048_576);
    const health = (await (await fetch(`${server.url}/metrics`)).text()).match(/^anthracite_events (\d+)/m);
    expect(Number(health?.[1])).toBe(total);
    await untilIndexed(server);
    expect(await server.stop()).toBe(0);
    const file = new Database(database, { readonly: true });
    expect(file.pragma('integrity_check')).toEqual([{ integrity_check: 'ok' }]);
    expect(file.prepare('SELECT count(*) FROM events').pluck().get()).toBe(total);
    expect(file.prepare('SELECT count(*) FROM series_time').pluck().get()).toBe(total);
    const words = file.prepare(`SELECT count(*) FROM search WHERE search MATCH '"batch"'`);
    expect(words.pluck().get()).toBe(total);
    file.close();
  },
  rounds(600_000, 3_600_000),
);

test(
  'a kill while the database is being made leaves one that opens',
  async () => {
    const folder = temporaryFolder();
    for (let round = 0; round < rounds(8, 200); round++) {
      const database = join(folder, `${round}.db`);
      const begun = serve(database).then(
        (server) => server,
        () => null,
      );
      // From before the file is there until after the first commit.
      await until(() => existsSync(database) || round % 2 === 0, 'the file is there');
      await new Promise((resolve) => setTimeout(resolve, Math.random() * (round % 2 === 0 ? 300 : 15)));
      killAll('SIGKILL');
      const server = await begun;
      await server?.ended;
      const again = await serve(database);
      expect(await again.send('1 a b\n')).toBe('ok stored=1 duplicate=0 rejected=0\n');
      expect(await again.stop()).toBe(0);
    }
  },
  rounds(600_000, 3_600_000),
);

test('a database that was cut off in the middle of a step of its making opens, with that step taken back', async () => {
  const folder = temporaryFolder();
  const whole = join(folder, 'whole.db');
  const first = await serve(whole);
  await first.send('1 a kept\n');
  expect(await first.stop()).toBe(0);
  // As a power cut leaves it: pages of an unfinished transaction in the file, and the journal that takes them back.
  const database = join(folder, 'cut.db');
  const writing = new Database(whole);
  writing.pragma('journal_mode = DELETE');
  writing.pragma('cache_size = 1');
  writing.exec('BEGIN; CREATE TABLE half (x)');
  const fill = writing.prepare('INSERT INTO half VALUES (randomblob(5000))');
  for (let i = 0; i < 200; i++) fill.run();
  for (const suffix of ['', '-journal']) copyFileSync(whole + suffix, database + suffix);
  writing.close();
  const again = await serve(database);
  expect(await again.send('1 a kept\n')).toBe('ok stored=0 duplicate=1 rejected=0\n');
  expect(await again.stop()).toBe(0);
  const file = new Database(database, { readonly: true });
  expect(file.prepare("SELECT count(*) FROM sqlite_schema WHERE name = 'half'").pluck().get()).toBe(0);
  file.close();
});
