// Builds the HTTP side: limits, checks, error answers, routes. Never listens.

import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import { preview } from '@anthracite/protocol';
import Fastify, {
  type FastifyBaseLogger,
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from 'fastify';
import { htmlPage } from '../formats/html';
import type { Logger } from '../log';
import { StoreError } from '../store/store-error';
import { refuseForeignOrigin } from './origin-check';
import { RequestError, type RequestErrorCode } from './request-error';
import { addCatalogRoutes } from './routes/catalog';
import { addChefRoutes } from './routes/chef';
import type { RouteContext } from './routes/context';
import { addEventRoutes } from './routes/events';
import { addGraphiteRoutes } from './routes/graphite';
import { addOperationRoutes } from './routes/operations';
import { addRejectRoutes } from './routes/rejects';

export interface HttpServer {
  readonly app: FastifyInstance;
  /** A server that answers with the app; one for each address to listen on. */
  createServer(): Server;
}

/** Builds the app and waits until it is ready. */
export async function createHttpServer(context: RouteContext, logger: Logger): Promise<HttpServer> {
  const { settings, metrics } = context;
  let handler: RequestListener = () => {};
  const app: FastifyInstance = Fastify({
    loggerInstance: logger as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: settings['max-body-bytes'],
    routerOptions: { ignoreTrailingSlash: false, maxParamLength: 64 },
    // Nobody between us and the client is believed about the client's address.
    trustProxy: false,
    requestIdHeader: false,
    serverFactory: (listener) => {
      handler = listener as (request: IncomingMessage, response: ServerResponse) => void;
      return createServer();
    },
  });

  // Bodies come as bytes: whether they are UTF-8, JSON or lines is decided where they are read.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));

  app.addHook('onRequest', async (request, reply) => {
    reply.header('X-Content-Type-Options', 'nosniff');
    reply.header('Content-Security-Policy', "default-src 'none'; frame-ancestors 'none'");
    reply.header('Cache-Control', 'no-store');
    if (request.routeOptions.config.changesState) refuseForeignOrigin(request);
  });
  app.addHook('onResponse', async (request, reply) => {
    metrics.httpAnswered(
      request.method,
      request.routeOptions.url ?? 'none',
      reply.statusCode,
      reply.elapsedTime / 1000,
    );
  });
  app.setErrorHandler((error: FastifyError, request, reply) => answerError(error, request, reply));
  const routes = new RouteTable();
  app.addHook('onRoute', ({ method, url }) => routes.add(method, url));
  app.setNotFoundHandler((request) => {
    throw notFound(routes, request);
  });

  addEventRoutes(app, context);
  await addGraphiteRoutes(app, context);
  addCatalogRoutes(app, context);
  addRejectRoutes(app, context);
  addChefRoutes(app, context);
  addOperationRoutes(app, context);
  await app.ready();

  return {
    app,
    createServer: () => {
      const server = createServer(
        {
          requestTimeout: settings['http-request-ms'],
          headersTimeout: settings['http-request-ms'],
          keepAliveTimeout: settings['http-idle-ms'],
          connectionsCheckingInterval: Math.min(5_000, settings['http-request-ms']),
          noDelay: true,
        },
        handler,
      );
      server.maxConnections = settings['max-http-connections'];
      return server;
    },
  };
}

/** The methods of each path, to tell a wrong method from a wrong path. */
class RouteTable {
  readonly #routes: { readonly methods: readonly string[]; readonly path: RegExp }[] = [];

  add(method: string | readonly string[], url: string): void {
    const path = url.split('/').map((part) => (part.startsWith(':') ? '[^/]+' : part.replace(/[.]/g, '\\.')));
    this.#routes.push({ methods: [method].flat(), path: new RegExp(`^${path.join('/')}$`) });
  }

  methodsOf(path: string): string[] {
    const found = this.#routes.filter((route) => route.path.test(path));
    return [...new Set(found.flatMap(({ methods }) => methods))].sort();
  }
}

function notFound(routes: RouteTable, request: FastifyRequest): RequestError {
  const path = request.url.split('?', 1)[0] ?? '';
  const allowed = routes.methodsOf(path);
  if (allowed.length > 0) {
    return RequestError.of('METHOD_NOT_ALLOWED', { method: request.method, allowed: allowed.join(', ') });
  }
  return RequestError.of('NOT_FOUND', { value: preview(path) });
}

function answerError(error: FastifyError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const told = toRequestError(error, request);
  if (told.status >= 500) request.log.error({ err: error, code: told.code }, 'request failed');
  if (told.status === 503) reply.header('Retry-After', '1');
  if (told.code === 'METHOD_NOT_ALLOWED') reply.header('Allow', told.message.split(': ')[1] ?? '');
  reply.code(told.status);
  const accept = request.headers.accept ?? '';
  if (
    told.status === 404 &&
    (accept === '' || /text\/html|\*\/\*/.test(accept)) &&
    accept !== 'application/json'
  ) {
    return reply.type('text/html; charset=utf-8').send(htmlPage('Not Found', `<h1>Not Found</h1>\n`));
  }
  const body = graphitesOwn.has(told.code)
    ? { error: told.message }
    : { error: told.message, code: told.code };
  return reply.type('application/json').send(JSON.stringify(body));
}

// Refusals that Graphite has too: its clients get them as Graphite says them, with no field more.
const graphitesOwn: ReadonlySet<string> = new Set<RequestErrorCode>([
  'BAD_GRAPHITE_TAGS',
  'EVENT_NOT_FOUND',
  'FUNCTION_NOT_FOUND',
  'NO_TAG_SPECIFIED',
]);

interface Told {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

function toRequestError(error: FastifyError, request: FastifyRequest): Told {
  if (error instanceof RequestError) return error;
  if (error instanceof StoreError)
    return { status: error.status, code: error.code, message: error.publicMessage };
  if (error.code === 'FST_ERR_CTP_BODY_TOO_LARGE')
    return RequestError.of('BODY_TOO_LARGE', { limit: request.routeOptions.bodyLimit ?? 0 });
  // What Fastify itself refuses: its words are for the caller, and hold nothing of ours.
  if (error.statusCode !== undefined && error.statusCode < 500) {
    const { message } = RequestError.of('BAD_REQUEST', { why: error.message });
    return { status: error.statusCode, code: 'BAD_REQUEST', message };
  }
  return RequestError.of('INTERNAL', { id: String(request.id) });
}
