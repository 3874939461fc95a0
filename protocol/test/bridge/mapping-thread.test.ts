// The thread that reads reports: one at a time, with limits, and restarted after each failure.

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

test('maps reports in order', async () => {
  const thread = start();
  const texts = ['a', 'b', 'c'].map((text) => thread.map(body(text), '!'));
  expect(await Promise.all(texts)).toEqual([{ text: 'a!' }, { text: 'b!' }, { text: 'c!' }]);
});

test.each([
  ['hang', 'took longer than 1.5 s'],
  ['hoard', 'needs too much memory'],
  ['exit', 'ended its thread'],
  ['deep', 'nested too deeply'],
  ['throw', 'could not be read'],
])(
  'reports the fault of a report that makes the thread %s, and reads the next one',
  async (fault, message) => {
    const thread = start({ timeoutMs: fault === 'hang' ? 1_500 : 20_000, maxMemoryMb: 32 });
    const bad = thread.map(body('the body is a secret'), fault);
    const good = thread.map(body('x'), '!');
    await expect(bad).rejects.toThrow(message);
    await expect(bad).rejects.not.toThrow('secret');
    expect(await good).toEqual({ text: 'x!' });
  },
);

test('keeps the main thread free', async () => {
  const thread = start({ timeoutMs: 1_000 });
  const busy = thread.map(body('x'), 'hang');
  let turns = 0;
  const ticking = setInterval(() => turns++, 1);
  await expect(busy).rejects.toThrow('took longer');
  clearInterval(ticking);
  expect(turns).toBeGreaterThan(10);
});
