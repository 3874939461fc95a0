// Starts a real server for a test: real sockets on free ports, a real SQLite file in a temporary folder.

import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type App, createApp, createLogger, loadConfig, serve } from '../src';

/** A server under test. It is stopped, and its folder removed, when the test file ends. */
export interface TestServer {
  readonly app: App;
  readonly url: string;
  readonly tcpPort: number;
  /** The ports of all line listeners. */
  readonly tcpPorts: readonly number[];
  readonly folder: string;
  /** Sends bytes to the line port, closes the sending side, and returns the answer. */
  send(bytes: string | Uint8Array, host?: string): Promise<string>;
  /** Requests a path. */
  fetch(path: string, init?: RequestInit): Promise<Response>;
  /** Requests a path and reads the answer as JSON. */
  json(path: string, init?: RequestInit): Promise<unknown>;
  stop(): Promise<void>;
}

const running = new Set<TestServer>();

afterAll(async () => {
  for (const server of running) await server.stop();
});

/** A folder of its own for a test file. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'anthracite-test-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Starts a server with settings that differ from the defaults. */
export async function start(
  settings: Readonly<Record<string, string>> = {},
  clock = Date.now,
  environment: Readonly<Record<string, string>> = {},
): Promise<TestServer> {
  const folder = mkdtempSync(join(tmpdir(), 'anthracite-test-'));
  const config = loadConfig(
    {
      http: '127.0.0.1:0',
      tcp: '127.0.0.1:0',
      database: join(folder, 'anthracite.db'),
      'log-level': 'silent',
      ...settings,
    },
    environment,
  );
  const app = await createApp({
    settings: config.settings,
    tokens: config.tokens,
    logger: createLogger('silent'),
    version: '0.0.0-test',
    clock,
    onFatal: (error) => {
      throw error;
    },
  });
  const { http, tcp, stop } = await serve(app);
  const url = `http://127.0.0.1:${http[0]?.port}`;
  const tcpPort = tcp[0]?.port ?? 0;
  const server: TestServer = {
    app,
    url,
    tcpPort,
    tcpPorts: tcp.map((address) => address.port),
    folder,
    send: (bytes, host = '127.0.0.1') => exchange(tcpPort, bytes, host),
    fetch: (path, init) => fetch(url + path, init),
    json: async (path, init) => (await fetch(url + path, init)).json(),
    stop: async () => {
      running.delete(server);
      await stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  running.add(server);
  return server;
}

/** Sends bytes to a port, closes the sending side, and returns all that comes back. */
export async function exchange(
  port: number,
  bytes: string | Uint8Array,
  host = '127.0.0.1',
): Promise<string> {
  const socket = connect({ port, host, allowHalfOpen: true });
  let answer = '';
  socket.setEncoding('utf8').on('data', (text: string) => {
    answer += text;
  });
  const ended = new Promise<void>((resolve) => {
    socket.on('error', () => resolve());
    socket.on('close', () => resolve());
    socket.on('end', () => {
      socket.destroy();
      resolve();
    });
  });
  await Promise.race([once(socket, 'connect'), ended]);
  socket.end(bytes);
  await ended;
  return answer;
}

/** Waits until a condition holds; fails after ten seconds. */
export async function until(condition: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`waited ten seconds in vain until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
