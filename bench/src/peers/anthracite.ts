// Anthracite itself, as its users start it.

import { join } from 'node:path';
import { type Peer, startPeer } from './process';

const main = join(__dirname, '../../../../cli/dist/src/main.js');

/** A running server. */
export interface Anthracite extends Peer {
  readonly httpPort: number;
  readonly linePort: number;
  readonly url: string;
  /** Milliseconds from the start until it was ready. */
  readonly startMs: number;
}

/** Starts it with a database file, on free ports. */
export async function startAnthracite(database: string): Promise<Anthracite> {
  let ready = '';
  const begin = performance.now();
  const args = [main, 'serve', '--http', '127.0.0.1:0', '--tcp', '127.0.0.1:0', '--database', database];
  const peer = await startPeer(process.execPath, args, {
    isReady: async (printed) => {
      ready = /^anthracite .* is ready: .*$/m.exec(printed)?.[0] ?? '';
      return ready !== '';
    },
  });
  const startMs = performance.now() - begin;
  const httpPort = Number(/HTTP on \S+:(\d+)/.exec(ready)?.[1]);
  const linePort = Number(/lines on \S+:(\d+)/.exec(ready)?.[1]);
  return { ...peer, httpPort, linePort, url: `http://127.0.0.1:${httpPort}`, startMs };
}

/** Waits until the indexes are up to date. */
export async function whenIndexed({ url }: Anthracite): Promise<void> {
  for (;;) {
    const metrics = await (await fetch(`${url}/metrics`)).text();
    if (!/^anthracite_index_lag\{.*\} [1-9]/m.test(metrics)) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
