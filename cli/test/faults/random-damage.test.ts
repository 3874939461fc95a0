// Files with some random bytes damaged: each is refused, harmless, or named by the check. None is served short or wrong without a
// word after the check has run.

import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkFile } from '@anthracite/server';
import { temporaryFolder, until } from '@anthracite/testing';
import { type Served, serve } from '../program';
import { rounds } from './rounds';

const folder = temporaryFolder();
const sound = join(folder, 'sound.db');
const paths = [
  '/events/raw?limit=all&from=0',
  '/events/json?limit=all&from=0&type=type3&tags=n=7',
  '/events/json?limit=all&from=0&q=happening+-99',
  '/events/get_data?from=0&tags=type2',
  '/types',
  '/tags',
  '/rejects',
  '/events/7/history',
  '/events/count?from=0&by=type&interval=1d',
];
const seed = 20_261_127;

/** What a server answers to all paths; null where one is refused or cut off, or where it does not start. */
type Answers = readonly (string | null)[] | null;

let expected: Answers;
const tally = { refused: 0, harmless: 0, named: 0, silent: 0 };

beforeAll(async () => {
  const server = await serve(sound);
  const line = (i: number): string =>
    `${1_500_000_000 + i * 60} type${i % 7};n=${i % 50} happening number ${i} on web${i % 90}\n`;
  await server.send(Array.from({ length: 4_000 }, (_, i) => line(i)).join(''));
  await server.send('no event\n');
  await fetch(`${server.url}/events/7`, {
    method: 'PATCH',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ description: 'edited by hand' }),
  });
  await until(
    async () => !/^anthracite_index_lag.* [1-9]/m.test(await (await fetch(`${server.url}/metrics`)).text()),
    'indexes',
  );
  expect(await server.stop()).toBe(0);
  expected = await ask(sound);
  expect(await isNamed(sound)).toBe(false);
  if (expected === null) throw new Error('the sound file is refused');
});

async function ask(file: string): Promise<Answers> {
  let server: Served;
  try {
    server = await serve(file);
  } catch {
    return null;
  }
  const answers: (string | null)[] = [];
  for (const path of paths) {
    const answer = await fetch(server.url + path)
      .then(async (response) => ({ status: response.status, text: await response.text() }))
      .catch(() => null);
    answers.push(answer === null || answer.status >= 500 ? null : `${answer.status} ${answer.text}`);
  }
  server.kill('SIGKILL');
  await server.ended;
  return answers;
}

/** A generator of numbers from 0 to 1 that starts at a seed (mulberry32). */
function createRandom(start: number): () => number {
  let state = start;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

async function isNamed(file: string): Promise<boolean> {
  try {
    return (await checkFile(file)).status === 'damaged';
  } catch {
    return true; // Refused by the check, too.
  }
}

test(
  'a file with 1 to 8 damaged bytes is refused, harmless, or named by the check',
  async () => {
    const random = createRandom(seed);
    const content = readFileSync(sound);
    const silent: unknown[] = [];
    for (let round = 0; round < rounds(6, 300); round++) {
      const file = join(folder, 'damaged.db');
      const bytes = Buffer.from(content);
      const count = 1 + Math.floor(random() * 8);
      const start = Math.floor(random() * bytes.length);
      const isRow = random() < 0.5;
      const places = Array.from({ length: count }, (_, i) =>
        isRow ? (start + i) % bytes.length : Math.floor(random() * bytes.length),
      );
      for (const place of places) bytes[place] = (bytes[place] as number) ^ (1 + Math.floor(random() * 255));
      for (const suffix of ['-wal', '-shm']) writeFileSync(file + suffix, '');
      writeFileSync(file, bytes);
      const named = await isNamed(file);
      const copy = join(folder, 'served.db');
      copyFileSync(file, copy);
      for (const suffix of ['-wal', '-shm']) writeFileSync(copy + suffix, '');
      // What the check has named need not be asked for.
      const answers = named ? null : await ask(copy);
      const isWhole = answers?.every((answer, i) => answer === expected?.[i]) ?? false;
      const isWrong = answers?.some((answer, i) => answer !== null && answer !== expected?.[i]) ?? false;
      if (named) tally.named++;
      else if (isWhole) tally.harmless++;
      else if (!isWrong) tally.refused++;
      else {
        tally.silent++;
        silent.push({ round, places, answers: answers?.map((answer, i) => answer === expected?.[i]) });
      }
    }
    process.stderr.write(`random damage, seed ${seed}: ${JSON.stringify(tally)}\n`);
    expect(silent).toEqual([]);
  },
  rounds(600_000, 3_600_000),
);
