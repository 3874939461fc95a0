// Files with a few damaged bytes: each is refused, harmless, or reported by the check. None gives a short or wrong result
// without a report of the check.

import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkFile } from '@anthracite/server';
import { temporaryFolder } from '@anthracite/testing';
import { Random } from '../../src/demo/random';
import { type Served, serve, untilIndexed } from '../program';
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

/** The responses of a server to all paths; null where one is refused or cut off, or the server does not start. */
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
  await untilIndexed(server);
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

async function isNamed(file: string): Promise<boolean> {
  try {
    return (await checkFile(file)).status === 'damaged';
  } catch {
    return true; // The check refuses it, too.
  }
}

test(
  'refuses a file with 1 to 8 damaged bytes, finds no damage, or reports it in the check',
  async () => {
    const random = new Random(seed);
    const content = readFileSync(sound);
    const silent: unknown[] = [];
    for (let round = 0; round < rounds(6, 300); round++) {
      const file = join(folder, 'damaged.db');
      const bytes = Buffer.from(content);
      const count = 1 + Math.floor(random.next() * 8);
      const start = Math.floor(random.next() * bytes.length);
      const isRow = random.next() < 0.5;
      const places = Array.from({ length: count }, (_, i) =>
        isRow ? (start + i) % bytes.length : Math.floor(random.next() * bytes.length),
      );
      for (const place of places)
        bytes[place] = (bytes[place] as number) ^ (1 + Math.floor(random.next() * 255));
      for (const suffix of ['-wal', '-shm']) writeFileSync(file + suffix, '');
      writeFileSync(file, bytes);
      const named = await isNamed(file);
      const copy = join(folder, 'served.db');
      copyFileSync(file, copy);
      for (const suffix of ['-wal', '-shm']) writeFileSync(copy + suffix, '');
      // Damage that the check reports does not have to be checked again.
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
