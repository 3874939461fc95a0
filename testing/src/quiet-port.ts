// Ports that nobody else is given: tests that leave one and come back to it find it as they left it.

import { once } from 'node:events';
import { createServer } from 'node:net';

// Below those that the system hands out by itself; each of the tests' processes has its own thousand.
const firstPort = 12_000;
const portsEach = 1_000;
let last = Math.floor(Math.random() * portsEach);

/** A port on 127.0.0.1 on which nothing listens, and which the system gives to nobody. */
export async function quietPort(): Promise<number> {
  const worker = Number(process.env['JEST_WORKER_ID'] ?? 1) % 16;
  for (;;) {
    last = (last + 1) % portsEach;
    const port = firstPort + worker * portsEach + last;
    const server = createServer();
    const isFree = await new Promise<boolean>((resolve) => {
      server.on('error', () => resolve(false)).listen(port, '127.0.0.1', () => resolve(true));
    });
    if (!isFree) continue;
    server.close();
    await once(server, 'close');
    return port;
  }
}
