// The thread that reads reports: one at a time, bounded, and not to be brought down.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@anthracite/testing';
import { MappingThread, type MappingThreadOptions } from '../../src/bridge';

const open = new Set<MappingThread<string, unknown>>();

afterEach(async () => {
  for (const thread of open) await thread.close();
  open.clear();
});

const script = join(temporaryFolder(), 'map.js');
writeFileSync(
  script,
  `const { serveMapping } = require(${JSON.stringify(join(__dirname, '../../src/bridge'))});
   serveMapping((body, options) => {
     if (options === 'hang') for (;;);
     if (options === 'hoard') for (const hoard = [];;) hoard.push(new Array(1e5).fill(options));
     if (options === 'deep') (function deep() { deep(); })();
     if (options === 'exit') process.exit(1);
     if (options === 'throw') throw new Error(Buffer.from(body).toString());
     return { text: Buffer.from(body).toString() + options };
   });`,
);

function start(options?: MappingThreadOptions) {
  const thread = new MappingThread<string, unknown>(script, options);
  open.add(thread);
  return thread;
}

const body = (text: string) => Buffer.from(text);

test('reports are mapped in their order', async () => {
  const thread = start();
  const texts = ['a', 'b', 'c'].map((text) => thread.map(body(text), '!'));
  expect(await Promise.all(texts)).toEqual([{ text: 'a!' }, { text: 'b!' }, { text: 'c!' }]);
});

test.each([
  ['hang', 'took longer than 1.5 s'],
  ['hoard', 'needs too much memory'],
  ['exit', 'ended the thread'],
  ['deep', 'nested too deeply'],
  ['throw', 'could not be read'],
])('a report that makes it %s is told, and the next one is read', async (fault, message) => {
  const thread = start({ timeoutMs: fault === 'hang' ? 1_500 : 20_000, maxMemoryMb: 32 });
  const bad = thread.map(body('the body is a secret'), fault);
  const good = thread.map(body('x'), '!');
  await expect(bad).rejects.toThrow(message);
  await expect(bad).rejects.not.toThrow('secret');
  expect(await good).toEqual({ text: 'x!' });
});

test('what may wait is bounded, and one report always has room', async () => {
  const thread = start({ maxQueuedBytes: 10 });
  expect(thread.isFull(100)).toBe(false);
  const first = thread.map(body('123456'), '');
  expect([thread.isFull(4), thread.isFull(5)]).toEqual([false, true]);
  await first;
  expect(thread.isFull(100)).toBe(false);
});

test('the main thread stays free', async () => {
  const thread = start({ timeoutMs: 1_000 });
  const busy = thread.map(body('x'), 'hang');
  let turns = 0;
  const ticking = setInterval(() => turns++, 1);
  await expect(busy).rejects.toThrow('took longer');
  clearInterval(ticking);
  expect(turns).toBeGreaterThan(10);
});
