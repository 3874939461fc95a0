// Makes a built app listen, and stops it in order and in time. Neither builds the app nor exits the process.

import type { Server } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { type App, toAddresses } from './app';
import {
  type Address,
  type BoundSocket,
  closeServer,
  listen,
  type PassedSockets,
} from './doors/tcp/listener';

/** A server that listens. */
export interface RunningServer {
  readonly http: readonly Address[];
  /** HTTP over TLS. */
  readonly https: readonly Address[];
  readonly tcp: readonly Address[];
  readonly dogstatsd: readonly Address[];
  /** Lines over TLS. */
  readonly tcpTls: readonly Address[];
  /**
   * Stops accepting, finishes open requests within the drain time, aborts the rest, and closes the store. Resolves with
   * false when a thread is still working: it keeps the process from exiting until it is done.
   */
  stop(): Promise<boolean>;
}

// Besides the drain time, all steps together take less than a second.
const lateReportsMs = 150;
// Part of the drain time in which senders of lines may continue; then they are answered.
const linesPart = 0.75;
const storeMs = 450;
// A kept-alive connection is closed as soon as it is idle.
const idleLookMs = 50;

/** Listens on all addresses of the settings, or on sockets that replace those of a setting. Rejects with a `ListenError` when one is not available. */
export async function serve(app: App, passed: PassedSockets = {}): Promise<RunningServer> {
  const servers: Server[] = [];
  let stopped: Promise<boolean> | undefined;
  const stop = (): Promise<boolean> => {
    stopped ??= stopAll(app, servers);
    return stopped;
  };
  try {
    const { settings, tls } = app;
    // Before anybody can send an event: a new target gets all events from here on.
    await app.targets.start();
    const listenOn = async (setting: 'http' | 'https', create: () => Server): Promise<Address[]> => {
      const bound: Address[] = [];
      const addresses: readonly (Address | BoundSocket)[] = passed[setting] ?? toAddresses(settings[setting]);
      for (const address of addresses) {
        const server = create();
        servers.push(server);
        bound.push(await listen(server, address, setting));
      }
      return bound;
    };
    const http = await listenOn('http', () => app.http.createServer());
    const https =
      tls === null
        ? []
        : await listenOn('https', () => {
            const server = app.http.createTlsServer(tls.forHttp);
            tls.follow(server, () => tls.forHttp);
            return server;
          });
    const lines = await app.receiver.listen(passed);
    const dogstatsd = await app.dogstatsd.listen();
    return { http, https, ...lines, dogstatsd, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function stopAll(app: App, servers: readonly Server[]): Promise<boolean> {
  const drainMs = app.settings['drain-ms'];
  const endsAt = performance.now() + drainMs + lateReportsMs + storeMs;
  app.markStopping();
  app.dogstatsd.close();
  const listening = servers.filter((server) => server.listening);
  const closed = Promise.all([app.receiver.close(drainMs * linesPart), ...listening.map(closeServer)]);
  const closeIdle = (): void => {
    for (const server of listening) server.closeIdleConnections();
  };
  closeIdle();
  const idle = setInterval(closeIdle, idleLookMs);
  await withinMs(drainMs, Promise.all([closed, closeTools(app, drainMs)]));
  clearInterval(idle);
  const retained = app.retention.close().catch(() => {});
  // Time is up for the remaining clients, and for queries whose clients have disconnected.
  for (const server of servers) server.closeAllConnections();
  app.receiver.cut();
  app.store.endReading();
  await withinMs(
    lateReportsMs,
    Promise.all([closed, closeTools(app, lateReportsMs), app.http.app.close(), retained]),
  );
  return app.store.close(Math.max(storeMs, endsAt - performance.now()));
}

async function closeTools({ tools, desk, targets }: App, maxMs: number): Promise<void> {
  await Promise.all([desk, targets, ...tools].map((tool) => tool.close(maxMs)));
}

/** Waits for a promise, for at most this many milliseconds. */
async function withinMs(ms: number, done: Promise<unknown>): Promise<void> {
  const ended = new AbortController();
  const late = sleep(ms, undefined, { signal: ended.signal }).catch(() => {});
  await Promise.race([done, late]).finally(() => ended.abort());
}
