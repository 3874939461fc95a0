// Makes a built app listen, and stops it in order. Never builds, never exits.

import type { Server } from 'node:http';
import { type App, toAddresses } from './app';
import { type Address, closeServer, listen } from './tcp/listener';

/** A server that listens. */
export interface RunningServer {
  readonly http: readonly Address[];
  readonly tcp: readonly Address[];
  /** Stops taking, finishes what is under way within the drain time, and closes the store. */
  stop(): Promise<void>;
}

/** Listens on all addresses of the settings. Rejects with a `ListenError` when one cannot be had. */
export async function serve(app: App): Promise<RunningServer> {
  const servers: Server[] = [];
  let stopped: Promise<void> | undefined;
  const stop = (): Promise<void> => {
    stopped ??= stopAll(app, servers);
    return stopped;
  };
  try {
    const http: Address[] = [];
    for (const address of toAddresses(app.settings.http)) {
      const server = app.http.createServer();
      servers.push(server);
      http.push(await listen(server, address, 'http'));
    }
    const tcp = await app.receiver.listen();
    return { http, tcp, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function stopAll(app: App, servers: readonly Server[]): Promise<void> {
  app.markStopping();
  const listening = servers.filter((server) => server.listening);
  const closed = Promise.all(listening.map(closeServer));
  for (const server of listening) server.closeIdleConnections();
  const deadline = setTimeout(() => {
    for (const server of servers) server.closeAllConnections();
  }, app.settings['drain-ms']);
  await Promise.all([app.receiver.close(), closed]);
  clearTimeout(deadline);
  await app.http.app.close();
  await app.chef.close();
  await app.puppet.close();
  await app.store.close();
}
