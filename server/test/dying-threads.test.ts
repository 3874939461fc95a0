// Threads of a running server are killed: it continues and loses nothing.

import { Session } from 'node:inspector/promises';
import { until } from '@anthracite/testing';
import { start, type TestServer } from './start';

/** Controls the threads of this process, like a debugger. */
class Debugger {
  readonly #session = new Session();
  readonly #threads = new Map<string, string>();

  static async attach(): Promise<Debugger> {
    const found = new Debugger();
    found.#session.connect();
    found.#session.on('NodeWorker.attachedToWorker', ({ params: { sessionId, workerInfo } }) =>
      found.#threads.set(sessionId, workerInfo.url),
    );
    found.#session.on('NodeWorker.detachedFromWorker', ({ params: { sessionId } }) =>
      found.#threads.delete(sessionId),
    );
    await found.#session.post('NodeWorker.enable', { waitForDebuggerOnStart: false });
    return found;
  }

  count(script: string): number {
    return [...this.#threads.values()].filter((url) => url.endsWith(script)).length;
  }

  /** Runs code in every thread of a script. */
  async run(script: string, expression: string): Promise<void> {
    const message = JSON.stringify({ id: 1, method: 'Runtime.evaluate', params: { expression } });
    for (const [sessionId, url] of this.#threads) {
      if (url.endsWith(script))
        await this.#session.post('NodeWorker.sendMessageToWorker', { sessionId, message });
    }
  }

  detach(): void {
    this.#session.disconnect();
  }
}

// Between two calls, because within one a debugger does things that never happen to a thread without it.
const exhaust =
  'setImmediate(() => { const kept = []; for (;;) kept.push(new Array(1_000).fill(kept.length)); })';
const ways = [
  ['ends', 'setImmediate(() => process.exit())'],
  ['uses up its memory', exhaust],
] as const;

let server: TestServer;
let threads: Debugger;
beforeAll(async () => {
  threads = await Debugger.attach();
  server = await start({}, Date.now, {}, 32);
});
afterAll(() => threads.detach());

async function deathsOf(thread: string): Promise<number> {
  const text = await (await server.fetch('/metrics')).text();
  return Number(new RegExp(`threads_died_total{thread="${thread}"} (\\d+)`).exec(text)?.[1] ?? 0);
}

test.each(ways)('answers all clients when each reader thread %s', async (_how, code) => {
  await server.send('1500000000 a;n=1 first\n');
  await until(() => threads.count('reader-thread.js') === 2, 'both readers are there');
  const before = await deathsOf('reader');
  const killed = threads.run('reader-thread.js', code);
  // Some requests meet the dying thread and get an error, others its successor.
  const answers = await Promise.all(Array.from({ length: 20 }, () => server.fetch('/events/json')));
  for (const { status } of answers) expect([200, 503, 507]).toContain(status);
  await killed;
  await until(async () => (await server.fetch('/events/json')).status === 200, 'it reads again');
  expect(await server.json('/health')).toMatchObject({ status: 'ok' });
  await until(async () => (await deathsOf('reader')) === before + 2, 'both deaths are counted');
});

test.each(ways)('stores repeated events when the writer thread %s', async (how, code) => {
  await until(() => threads.count('writer-thread.js') === 1, 'the writer is there');
  const parts = Array.from({ length: 50 }, (_, part) =>
    Array.from(
      { length: 100 },
      (_, i) => `${1_500_000_000 + i} ${how.replaceAll(' ', '_')};part=${part} event\n`,
    ).join(''),
  );
  const sent = parts.map(async (part, i) => {
    if (i === 25) await threads.run('writer-thread.js', code);
    // Like a sender, which repeats unacknowledged events.
    for (let answer = ''; !answer.startsWith('ok'); ) answer = await server.send(part);
  });
  await Promise.all(sent);
  const listed = await server.fetch(`/events/raw?type=${how.replaceAll(' ', '_')}&limit=all`);
  expect((await listed.text()).trimEnd().split('\n')).toHaveLength(5_000);
});
