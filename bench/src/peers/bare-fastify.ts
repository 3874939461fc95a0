// Fastify alone, which answers every GET with the same bytes: the highest rate that our own server could have.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { type Peer, startPeer } from './process';

/** A running Fastify. */
export interface BareFastify extends Peer {
  readonly port: number;
}

/** The part of Fastify that this file uses. */
interface App {
  get(path: string, handler: (request: unknown, reply: Reply) => unknown): void;
  listen(options: { host: string; port: number }): Promise<string>;
}

interface Reply {
  type(contentType: string): this;
  send(body: Buffer): this;
}

/** Starts it with a file of the bytes to answer. */
export async function startBareFastify(file: string): Promise<BareFastify> {
  let port = 0;
  const peer = await startPeer(process.execPath, [__filename, file], {
    isReady: async (printed) => {
      port = Number(/listens on (\d+)/.exec(printed)?.[1] ?? 0);
      return port > 0;
    },
  });
  return { ...peer, port };
}

async function serve(file: string): Promise<void> {
  // The copy of the server, so that both have the same version.
  const load = createRequire(join(__dirname, '../../../../server/package.json'));
  const app = (load('fastify') as () => App)();
  const body = readFileSync(file);
  app.get('/*', (_request, reply) => reply.type('application/json').send(body));
  const address = await app.listen({ host: '127.0.0.1', port: 0 });
  process.stdout.write(`listens on ${new URL(address).port}\n`);
}

if (require.main === module) void serve(process.argv[2] ?? '');
