// Ports that the system does not assign to other processes, so that tests can close a port and use it again.

import { once } from 'node:events';
import { createServer } from 'node:net';

// Below the system's ephemeral ports; each test process has its own range of a thousand.
const firstPort = 12_000;
const portsEach = 1_000;
let last = Math.floor(Math.random() * portsEach);

/** A free port on 127.0.0.1 that the system does not assign to other processes. */
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
