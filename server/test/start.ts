// Starts a real server for a test: real sockets on free ports, a real database.

import { join } from 'node:path';
import { atEnd, exchange, postgresSchema, temporaryFolder, usesPostgres } from '@anthracite/testing';
import { type App, type AppOptions, createApp, loadConfig, openLog, serve } from '../src';

/** A server under test. It is stopped and its folder removed when the test file ends. */
export interface TestServer {
  readonly app: App;
  readonly url: string;
  readonly tcpPort: number;
  /** The ports of all line listeners. */
  readonly tcpPorts: readonly number[];
  readonly dogstatsdPort: number;
  readonly folder: string;
  /** The setting of its database, to start another server on the same. */
  readonly database: string;
  /** The setting of the folder of its reports, if it is not next to the database. */
  readonly reports: Readonly<Record<string, string>>;
  /** Sends bytes to the line port, closes the sending side, and returns the response. */
  send(bytes: string | Uint8Array, host?: string): Promise<string>;
  /** Requests a path. */
  fetch(path: string, init?: RequestInit): Promise<Response>;
  /** Requests a path and reads the response as JSON. */
  json(path: string, init?: RequestInit): Promise<unknown>;
  stop(): Promise<boolean>;
}

/** The setting of a new database, for servers that follow each other. */
export async function newDatabase(): Promise<string> {
  return usesPostgres ? postgresSchema() : join(temporaryFolder(), 'anthracite.db');
}

/** Starts a server with settings that differ from the defaults. */
export async function start(
  settings: Readonly<Record<string, string>> = {},
  clock = Date.now,
  environment: Readonly<Record<string, string>> = {},
  threadHeapMb?: number,
  others: Partial<AppOptions> = {},
): Promise<TestServer> {
  const folder = temporaryFolder();
  const config = loadConfig(
    {
      http: '127.0.0.1:0',
      tcp: '127.0.0.1:0',
      database:
        settings['database'] ?? (usesPostgres ? await postgresSchema() : join(folder, 'anthracite.db')),
      'log-level': 'silent',
      ...(usesPostgres && { 'reports-folder': join(folder, 'reports') }),
      ...settings,
    },
    environment,
  );
  const app = await createApp({
    settings: config.settings,
    tokens: config.tokens,
    hooks: config.hooks,
    targets: config.targets,
    logger: openLog('silent').logger,
    version: '0.0.0-test',
    clock,
    ...(threadHeapMb !== undefined && { threadHeapMb }),
    onFatal: (error) => {
      throw error;
    },
    ...others,
  });
  const { http, tcp, dogstatsd, stop } = await serve(app);
  const url = `http://127.0.0.1:${http[0]?.port}`;
  const tcpPort = tcp[0]?.port ?? 0;
  atEnd(stop);
  return {
    app,
    url,
    tcpPort,
    tcpPorts: tcp.map((address) => address.port),
    dogstatsdPort: dogstatsd[0]?.port ?? 0,
    folder,
    database: config.settings.database,
    reports: usesPostgres ? { 'reports-folder': config.settings['reports-folder'] } : {},
    send: (bytes, host = '127.0.0.1') => exchange(tcpPort, bytes, host),
    fetch: (path, init) => fetch(url + path, init),
    json: async (path, init) => (await fetch(url + path, init)).json(),
    stop,
  };
}
