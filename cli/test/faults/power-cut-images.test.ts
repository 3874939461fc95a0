// Power cuts under load: the possible states of the disk at any moment open, with every acknowledged event.

import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { hasProgram, needs, temporaryFolder, until } from '@anthracite/testing';
import { Random } from '../../src/demo/random';
import { type Served, serve } from '../program';
import { Sqlite as Database } from '../sqlite';
import { RecordedDisk } from './recorded-disk';
import { rounds } from './rounds';
import { recorder } from './system-calls';

const withStrace = needs('strace', hasProgram('strace', '-V'));
const writersOfEachKind = 3;
const linesPerBatch = 40;
const batchesPerRun = 400;
const seed = 20_261_127;

/** Sends a batch from a separate port, and resolves with whether it was acknowledged. */
type Send = (lines: string, onPort: (port: number) => void) => Promise<boolean>;

const byTcp =
  ({ tcpPort }: Served): Send =>
  (lines, onPort) =>
    new Promise((resolve) => {
      const socket = connect({ port: tcpPort, host: '127.0.0.1', allowHalfOpen: true }, () => {
        onPort(socket.localPort ?? 0);
        socket.end(lines);
      });
      let answer = '';
      socket.setEncoding('utf8').on('data', (text: string) => {
        answer += text;
      });
      socket.on('end', () => socket.destroy()).on('error', () => {});
      socket.on('close', () => resolve(isAcknowledged(answer)));
    });

const byHttp =
  ({ url }: Served): Send =>
  (lines, onPort) =>
    new Promise((resolve) => {
      const headers = { 'content-type': 'text/plain', connection: 'close' };
      const options = { method: 'POST', headers, agent: new Agent() };
      const posted = request(`${url}/events`, options, (response) => {
        response.resume().on('error', () => {});
        response.on('close', () => resolve(response.complete && (response.statusCode ?? 0) < 300));
      });
      posted.on('error', () => resolve(false));
      posted.on('socket', (socket) =>
        socket.once('connect', () => {
          onPort(socket.localPort ?? 0);
          posted.end(lines);
        }),
      );
    });

const isAcknowledged = (answer: string): boolean =>
  /^ok stored=\d+ duplicate=0 rejected=0\n$/.test(answer) ||
  (/^HTTP.1\.1 20\d /.test(answer) && answer.includes('"rejected":0'));

/** The data from each port, in order. */
type Sent = Map<number, string[][]>;

/** A run under load that ends with a kill: its record, and the sent data. */
async function recordRun(run: number, folder: string): Promise<{ disk: RecordedDisk; sent: Sent }> {
  const database = join(folder, 'anthracite.db');
  const record = join(folder, '..', 'record');
  const first = await serve(database);
  await first.send('1 a from before\n');
  await first.stop();
  const start = new Map([['anthracite.db', readFileSync(database)]]);
  const server = await serve(database, [], { under: recorder(record) });
  const sent: Sent = new Map();
  let acknowledged = 0;
  let isOver = false;
  const write = async (name: string, send: Send): Promise<void> => {
    for (let batch = 0; !isOver; batch++) {
      const texts = Array.from(
        { length: linesPerBatch },
        (_, i) => `run ${run} ${name} batch ${batch} line ${i}`,
      );
      const onPort = (port: number): void => {
        sent.set(port, [...(sent.get(port) ?? []), texts]);
      };
      const lines = texts.map((text) => `${1_500_000_000 + batch} load;writer=${name} ${text}\n`);
      if (await send(lines.join(''), onPort)) acknowledged++;
    }
  };
  const writers = Array.from({ length: writersOfEachKind }, (_, i) => [
    write(`tcp${i}`, byTcp(server)),
    write(`http${i}`, byHttp(server)),
  ]).flat();
  await until(() => acknowledged >= batchesPerRun, 'enough is acknowledged', 600);
  server.kill('SIGKILL');
  isOver = true;
  await Promise.all([server.ended, ...writers]);
  return { disk: new RecordedDisk(folder, record, start), sent };
}

/** Writes the files, and opens them with a server if requested; returns the texts of the events in them. */
async function openImage(
  folder: string,
  image: ReadonlyMap<string, Buffer>,
  byServer: boolean,
): Promise<string[]> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { mode: 0o700 });
  for (const [name, content] of image) writeFileSync(join(folder, name), content, { mode: 0o600 });
  const database = join(folder, 'anthracite.db');
  let served: readonly string[] = [];
  if (byServer) {
    const server = await serve(database);
    const answer = await fetch(`${server.url}/events/json?limit=all&from=0`);
    const { events } = (await answer.json()) as { events: { description: string }[] };
    served = events.map(({ description }) => description);
    server.kill('SIGKILL');
    await server.ended;
  }
  const file = new Database(database);
  expect(file.pragma('integrity_check')).toEqual([{ integrity_check: 'ok' }]);
  const texts = file.prepare('SELECT description FROM events').pluck().all() as string[];
  file.close();
  if (byServer) expect([...served].sort()).toEqual([...texts].sort());
  return texts;
}

withStrace(
  'keeps every event once that was acknowledged before a power cut, and no event that was never sent',
  async () => {
    const random = new Random(seed);
    let acknowledgedInAll = 0;
    let images = 0;
    for (let run = 0; run < rounds(1, 10); run++) {
      const parent = temporaryFolder();
      const folder = join(parent, 'data');
      mkdirSync(folder, { mode: 0o700 });
      const { disk, sent } = await recordRun(run, folder);
      expect(disk.writesTo('anthracite.db')).toBeGreaterThan(0);
      const known = new Set(['from before', ...[...sent.values()].flat(2)]);
      const answers = disk.answers.filter(({ text }) => isAcknowledged(text));
      expect(answers.length).toBeGreaterThanOrEqual(batchesPerRun);
      for (let cut = 0; cut < rounds(5, 50); cut++, images++) {
        // Right after a response has started, where the disk has the least time; or at a random moment.
        const answer = random.pick(answers).begun;
        const line = random.chance(0.5) ? answer : answer + random.whole(1, 200);
        const texts = await openImage(join(parent, 'image'), disk.imageAt(line, random), cut % 10 === 0);
        const stored = new Set(texts);
        const used = new Map<number, number>();
        const acknowledged = answers
          .filter(({ begun }) => begun <= line)
          .flatMap(({ port }) => {
            const nth = used.get(port) ?? 0;
            used.set(port, nth + 1);
            return sent.get(port)?.[nth] ?? [];
          });
        expect(acknowledged.filter((one) => !stored.has(one))).toEqual([]);
        expect(texts.filter((one) => !known.has(one))).toEqual([]);
        expect(texts).toHaveLength(stored.size);
        acknowledgedInAll += acknowledged.length;
      }
      rmSync(parent, { recursive: true });
      process.stderr.write(
        `power cuts: ${images} images, ${acknowledgedInAll} acknowledged events checked, 0 lost\n`,
      );
    }
    expect(acknowledgedInAll).toBeGreaterThan(0);
  },
  rounds(600_000, 7_200_000),
);
