// Reports that wait on disk: stored before they are acknowledged, limited, private, and read again after a crash.

import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder, until } from '@anthracite/testing';
import {
  type Mapping,
  ReportBody,
  type ReportOrigin,
  ReportQueue,
  type ReportQueueOptions,
} from '../../src/bridge';

const script = join(temporaryFolder(), 'map.js');
writeFileSync(
  script,
  `const { serveMapping } = require(${JSON.stringify(join(__dirname, '../../src/bridge'))});
   serveMapping((body, options) => {
     if (options.fault === 'throw') throw new Error('x');
     if (options.fault === 'exit') process.exit(1);
     return Buffer.from(body).toString() + options.suffix;
   });`,
);

interface Settled {
  readonly mapping: Mapping<string>;
  readonly origin: ReportOrigin;
}

const open = new Set<ReportQueue<string>>();
afterEach(async () => {
  for (const queue of open) await queue.close(0);
  open.clear();
});

async function start(folder: string, options: Partial<ReportQueueOptions<string>> = {}) {
  const settled: Settled[] = [];
  const refused: { origin: ReportOrigin; why: string }[] = [];
  const failures: string[] = [];
  const queue = await ReportQueue.open<string>({
    folder,
    maxBytes: 1_000_000,
    script,
    pauseMs: 5,
    settle: async (mapping, origin) => void settled.push({ mapping, origin }),
    observer: {
      refused: (origin, why) => refused.push({ origin, why }),
      failing: (why) => failures.push(why),
    },
    ...options,
  });
  open.add(queue);
  const take = (text: string, more: object = {}) =>
    queue.take(
      {
        body: ReportBody.of(Buffer.from(text)),
        options: { suffix: '!', ...more },
        peer: '192.0.2.1:5',
        host: `${text.slice(0, 9)}.example.com`,
      },
      Date.now(),
    );
  return { queue, take, settled, refused, failures };
}

const never = (): Promise<void> => new Promise(() => {});
const filesIn = (folder: string): string[] => readdirSync(folder).sort();
const texts = (settled: readonly Settled[]): unknown[] =>
  settled.map(({ mapping }) => (mapping.ok ? mapping.value : mapping.why));

test('maps reports in order with their options and removes their files', async () => {
  const folder = join(temporaryFolder(), 'waiting', 'puppet');
  const { take, settled, queue } = await start(folder);
  for (const text of ['a', 'b', 'c']) expect(await take(text)).toBe('kept');
  await until(() => settled.length === 3, 'all are settled');
  expect(settled[0]).toEqual({
    mapping: { ok: true, value: 'a!' },
    origin: { peer: '192.0.2.1:5', host: 'a.example.com', bytes: 1 },
  });
  expect(texts(settled)).toEqual(['a!', 'b!', 'c!']);
  await until(() => filesIn(folder).length === 0, 'the files are gone');
  expect([queue.bytes, queue.reports]).toEqual([0, 0]);
});

test('writes a report to disk, privately, before it acknowledges it', async () => {
  const folder = join(temporaryFolder(), 'puppet');
  const { take } = await start(folder, { settle: never });
  expect(await take('a secret')).toBe('kept');
  const [name = ''] = filesIn(folder);
  expect(readFileSync(join(folder, name), 'utf8')).toMatch(/\na secret$/);
  expect([statSync(folder).mode & 0o777, statSync(join(folder, name)).mode & 0o777]).toEqual([0o700, 0o600]);
});

test('maps the reports of an earlier process and recognizes half a file', async () => {
  const folder = join(temporaryFolder(), 'puppet');
  const first = await start(folder, { settle: never });
  for (const text of ['one', 'two', 'three']) await first.take(text);
  await first.queue.close(0);
  const [one = '', two = '', three = ''] = filesIn(folder);
  // As a crash can leave them: a truncated file, and an unfinished draft.
  writeFileSync(join(folder, two), readFileSync(join(folder, two)).subarray(0, -1));
  writeFileSync(join(folder, `.${three.replace('-0', '-9')}`), 'half');
  writeFileSync(join(folder, 'README'), 'not ours');
  const { settled } = await start(folder);
  await until(() => settled.length === 3, 'all are settled');
  expect(texts(settled)).toEqual(['one!', 'its file is damaged', 'three!']);
  await until(() => !filesIn(folder).includes(one) && !filesIn(folder).includes(two), 'the files are gone');
  await until(() => filesIn(folder).length === 1, 'only what is not ours is left');
  expect(filesIn(folder)).toEqual(['README']);
});

test('refuses reports when it is full, names the host, and accepts more when there is room', async () => {
  let release = (): void => {};
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  const { take, refused, queue } = await start(join(temporaryFolder(), 'puppet'), {
    maxBytes: 1_000,
    settle: () => gate,
  });
  expect(await take('x'.repeat(500))).toBe('kept');
  expect(await take('y'.repeat(500))).toBe('full');
  expect(refused).toEqual([
    {
      origin: { peer: '192.0.2.1:5', host: 'yyyyyyyyy.example.com', bytes: 500 },
      why: 'too many reports are waiting',
    },
  ]);
  release();
  await until(() => queue.bytes === 0, 'there is room');
  expect(await take('z'.repeat(500))).toBe('kept');
});

test('keeps a result on disk that cannot be stored, and stores it later', async () => {
  const folder = join(temporaryFolder(), 'puppet');
  let isWell = false;
  const stored: string[] = [];
  const { take, failures } = await start(folder, {
    settle: async (mapping) => {
      if (!isWell) throw new Error('the disk is full');
      if (mapping.ok) stored.push(mapping.value);
    },
  });
  for (const text of ['a', 'b']) expect(await take(text)).toBe('kept');
  await until(() => failures.length > 0, 'the failure is reported');
  expect(filesIn(folder)).toHaveLength(2);
  isWell = true;
  await until(() => stored.length === 2, 'both are stored');
  await until(() => filesIn(folder).length === 0, 'the files are gone');
  expect(failures).toEqual(['the disk is full']);
});

test('stores results one at a time, in the order of the reports, whatever fails', async () => {
  const attempts: string[] = [];
  let underWay = 0;
  let most = 0;
  const { take } = await start(join(temporaryFolder(), 'puppet'), {
    settle: async (mapping) => {
      most = Math.max(most, ++underWay);
      await new Promise((resolve) => setImmediate(resolve));
      underWay--;
      attempts.push(mapping.ok ? mapping.value : mapping.why);
      if (attempts.length < 3) throw new Error('the store is closed');
    },
  });
  for (const text of ['a', 'b', 'c']) await take(text);
  await until(() => attempts.length === 5, 'all are stored');
  expect([attempts, most]).toEqual([['a!', 'a!', 'a!', 'b!', 'c!'], 1]);
});

test('ends although a store does not answer, and keeps its report on disk', async () => {
  const folder = join(temporaryFolder(), 'puppet');
  let isSettling = false;
  const { take, queue } = await start(folder, {
    settle: () => {
      isSettling = true;
      return never();
    },
  });
  for (const text of ['a', 'b']) await take(text);
  await until(() => isSettling, 'the first is being stored');
  const begin = performance.now();
  await queue.close(50);
  expect(performance.now() - begin).toBeLessThan(2_000);
  expect(filesIn(folder)).toHaveLength(2);
});

test.each(['throw', 'exit'])(
  'settles a report that makes the thread %s as bad and reads the next',
  async (fault) => {
    const { take, settled } = await start(join(temporaryFolder(), 'puppet'));
    await take('bad', { fault });
    await take('good');
    await until(() => settled.length === 2, 'both are settled');
    expect(settled[0]).toMatchObject({ mapping: { ok: false }, origin: { host: 'bad.example.com' } });
    expect(settled[1]).toMatchObject({ mapping: { ok: true, value: 'good!' } });
  },
);

test('refuses a report when the folder cannot be written, and names the error', async () => {
  const folder = join(temporaryFolder(), 'puppet');
  const { take, refused, queue } = await start(folder);
  writeFileSync(folder, 'a file where the folder should be');
  expect(await take('a')).toBe('failed');
  expect(refused).toMatchObject([{ why: 'it cannot be written to disk (EEXIST)' }]);
  expect(queue.bytes).toBe(0);
});
