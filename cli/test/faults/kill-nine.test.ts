// kill -9 under load: acknowledged events are stored, and repeated ones are duplicates.

import { copyFileSync, existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseLine } from '@anthracite/protocol';
import { exchange, temporaryFolder, until } from '@anthracite/testing';
import { killAll, type Served, serve, untilIndexed } from '../program';
import { Sqlite as Database } from '../sqlite';
import { rounds } from './rounds';

const writersOfEachKind = 4;
const linesPerBatch = 50;
const startSeconds = 1_500_000_000;
const secondsPerRound = 10_000;
// Within this number, the log is folded into the file several times, and the indexes lag.
const longestMs = rounds(800, 2_000);

/** The lines of a round. */
interface Sent {
  readonly acknowledged: string[];
  readonly unanswered: string[];
}

/** Sends batches of lines of this round until the server has ended. */
async function write(
  round: number,
  name: string,
  submit: (lines: string) => Promise<boolean>,
  isOver: () => boolean,
  sent: Sent,
): Promise<void> {
  for (let batch = 0; !isOver(); batch++) {
    const lines = Array.from({ length: linesPerBatch }, (_, i) => {
      const second = startSeconds + round * secondsPerRound + ((batch + i) % secondsPerRound);
      return `${second} load;writer=${name} "round ${round} batch ${batch} line ${i}"`;
    });
    const isAcknowledged = await submit(`${lines.join('\n')}\n`).catch(() => false);
    (isAcknowledged ? sent.acknowledged : sent.unanswered).push(...lines);
  }
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

/** Lines as events, each with a key; `words` replaces their descriptions. */
function keyed(lines: string, words?: string): string {
  const items = lines
    .trimEnd()
    .split('\n')
    .map((line) => {
      const parsed = parseLine(line);
      if (!parsed.ok) throw new Error(parsed.problem.message);
      const { description, ...event } = parsed.value;
      return { ...event, description: words ?? description, key: line };
    });
  return JSON.stringify(items);
}

const byKeys = (server: Served, words?: string) => async (lines: string) => {
  const headers = { 'content-type': 'application/json' };
  const init = { method: 'POST', headers, body: keyed(lines, words) };
  const response = await fetch(`${server.url}/events`, init);
  if (!response.ok) return false;
  const { rejected, stored: fresh } = (await response.json()) as { rejected: number; stored: number };
  return rejected === 0 && (words === undefined || fresh === 0);
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

test(
  'keeps every acknowledged event after each kill, each once',
  async () => {
    const database = join(temporaryFolder(), 'anthracite.db');
    let server = await serve(database);
    let total = 0;
    let totalAcknowledged = 0;
    for (let round = 0; round < rounds(20, 500); round++) {
      let isOver = false;
      const acknowledged: string[] = [];
      const unanswered: string[] = [];
      const sent = { acknowledged, unanswered };
      const writers = Array.from({ length: writersOfEachKind }, (_, i) => [
        write(round, `tcp${i}`, byTcp(server), () => isOver, sent),
        write(round, `http${i}`, byHttp(server), () => isOver, sent),
        write(round, `keys${i}`, byKeys(server), () => isOver, sent),
      ]).flat();
      await until(() => acknowledged.length > 0, 'something is acknowledged');
      await new Promise((resolve) => setTimeout(resolve, Math.random() * longestMs)); // the random moment
      server.kill('SIGKILL');
      await server.ended;
      isOver = true;
      await Promise.all(writers);

      // Ready, with the events of the log.
      server = await serve(database);
      const survived = new Set(await stored(server, round));
      expect(acknowledged.filter((line) => !survived.has(line))).toEqual([]);
      const withKeys = acknowledged.filter((line) => line.includes('writer=keys'));
      if (withKeys.length > 0) {
        expect(await byKeys(server, 'in other words')(withKeys.join('\n'))).toBe(true);
      }
      await exchange(server.tcpPort, `${unanswered.join('\n')}\n`);
      const all = await stored(server, round);
      expect([...all].sort()).toEqual([...new Set([...acknowledged, ...unanswered])].sort());
      expect(all.length).toBe(new Set(all).size);
      total += all.length;
      totalAcknowledged += acknowledged.length;
      if ((round + 1) % 20 === 0)
        process.stderr.write(
          `kill -9: ${round + 1} times, ${totalAcknowledged} events acknowledged, 0 lost\n`,
        );
    }
    expect(statSync(`${database}-wal`, { throwIfNoEntry: false })?.size ?? 0).toBeLessThan(64 * 1_048_576);
    const health = (await (await fetch(`${server.url}/metrics`)).text()).match(/^anthracite_events (\d+)/m);
    expect(Number(health?.[1])).toBe(total);
    await untilIndexed(server);
    await server.stop();
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
  'leaves a database that opens after a kill during its creation',
  async () => {
    const folder = temporaryFolder();
    for (let round = 0; round < rounds(8, 200); round++) {
      const database = join(folder, `${round}.db`);
      const begun = serve(database).then(
        (server) => server,
        () => null,
      );
      // From before the file exists until after the first commit.
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

test('opens a database that was truncated during its creation, and rolls the unfinished step back', async () => {
  const folder = temporaryFolder();
  const whole = join(folder, 'whole.db');
  const first = await serve(whole);
  await first.send('1 a kept\n');
  expect(await first.stop()).toBe(0);
  // As after a power cut: pages of an unfinished transaction in the file, and the journal that rolls them back.
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
