// Real servers that behave as a test needs, on separate ports, and the errors of clients.

import { once } from 'node:events';
import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { ClientError } from '../../src';

const open = new Set<Server>();
const connections = new Set<Socket>();

afterEach(async () => {
  for (const server of open) {
    server.close();
    if ('closeAllConnections' in server) (server as { closeAllConnections(): void }).closeAllConnections();
  }
  open.clear();
  // A server that hangs never notices that its client has disconnected.
  for (const socket of connections) socket.destroy();
  connections.clear();
});

async function listen(server: Server): Promise<number> {
  open.add(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

/** A TCP server; `behave` gets each connection. Returns its port. */
export function tcpServer(behave: (socket: Socket) => void): Promise<number> {
  return listen(
    createServer({ allowHalfOpen: true }, (socket) => {
      connections.add(socket);
      socket.on('error', () => {}).on('close', () => connections.delete(socket));
      behave(socket);
    }),
  );
}

/** An HTTP server; `answer` gets each request and its body. Returns its URL. */
export async function httpServer(
  answer: (request: IncomingMessage, response: ServerResponse, body: string) => void,
): Promise<string> {
  const server = createHttpServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => {
      body += text;
    });
    request.on('end', () => answer(request, response, body));
  });
  return `http://127.0.0.1:${await listen(server)}`;
}

/** The error of a failing client. */
export async function failureOf(promise: Promise<unknown>): Promise<ClientError> {
  const error = await promise.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof ClientError)) throw new Error(`expected a ClientError, got ${error}`);
  return error;
}
