// A receiver of messages, and a server that sends to it.

import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { atEnd, temporaryFolder } from '@anthracite/testing';
import { pino } from 'pino';
import type { Pause } from '../../src/doors/targets/courier';
import type { TargetTesting } from '../../src/doors/targets/target-desk';
import { start, type TestServer } from '../start';

const shortestRecordedMs = 900;

/** A request that arrived. */
export interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A receiver. `answer` may be replaced; by default it is 204. */
export interface Receiver {
  readonly url: string;
  readonly port: number;
  readonly received: Received[];
  answer: (received: Received, response: ServerResponse) => void;
  /** Closes the port and the connections. */
  close(): Promise<void>;
}

/** Starts a receiver on a loopback address. */
export async function receive(host = '127.0.0.1', port = 0): Promise<Receiver> {
  const received: Received[] = [];
  const server = createServer((request, response) => void take(request, response));
  const receiver: Receiver = {
    received,
    answer: (_received, response) => response.writeHead(204).end(),
    close: async () => {
      server.closeAllConnections();
      if (server.listening) await new Promise((resolve) => server.close(resolve));
    },
    url: '',
    port: 0,
  };
  const take = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { method = '', url = '', headers } = request;
    const one = { method, path: url, headers, body: Buffer.concat(chunks).toString('utf8') };
    received.push(one);
    receiver.answer(one, response);
  };
  server.listen(port, host);
  await once(server, 'listening');
  atEnd(() => receiver.close());
  const bound = (server.address() as AddressInfo).port;
  return Object.assign(receiver, { port: bound, url: `http://${host}:${bound}` });
}

/** Starts a server with this configuration. Pauses take no time unless `testing` has others; they are recorded. */
export async function startSending(
  configuration: string,
  {
    settings = {},
    files = {},
    testing = {},
    clock = Date.now,
    log = [],
  }: {
    readonly settings?: Readonly<Record<string, string>>;
    /** Files next to the configuration; `<name>` in it becomes the path of a file. */
    readonly files?: Readonly<Record<string, string>>;
    readonly testing?: TargetTesting;
    readonly clock?: () => number;
    /** Receives the lines of the log. */
    readonly log?: string[];
  } = {},
): Promise<TestServer & { readonly pauses: readonly number[] }> {
  const folder = temporaryFolder();
  let text = configuration;
  for (const [name, content] of Object.entries(files)) {
    writeFileSync(join(folder, name), content);
    text = text.replaceAll(`<${name}>`, join(folder, name));
  }
  const config = join(folder, 'anthracite.yaml');
  writeFileSync(config, text);
  const pauses: number[] = [];
  const { pause: givenPause = () => new Promise(setImmediate), ...replaced } = testing;
  // The pause before a retry, or between two messages to a chat; shorter ones are skipped.
  const pause: Pause = async (ms, signal) => {
    if (ms < shortestRecordedMs) return;
    pauses.push(ms);
    await givenPause(ms, signal);
  };
  const server = await start({ 'send-allow': '127.0.0.1', ...settings, config }, clock, {}, undefined, {
    targetTesting: { ...replaced, pause },
    logger: pino({}, { write: (line: string) => void log.push(line) }),
  });
  return { ...server, pauses };
}

/** The bodies of requests as JSON. */
export function bodiesOf({ received }: Receiver): Readonly<Record<string, unknown>>[] {
  return received.map(({ body }) => JSON.parse(body) as Readonly<Record<string, unknown>>);
}

/** The targets as `GET /targets` lists them. */
export async function targetsOf(server: TestServer): Promise<Readonly<Record<string, unknown>>[]> {
  const { targets } = (await server.json('/targets')) as { targets: Readonly<Record<string, unknown>>[] };
  return targets;
}
