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
  type FastifyRequest,
  LogController,
} from 'fastify';
import { addAccessCheck } from './access-check';
import { addAdmission } from './admission';
import { addAssetRoutes } from './asset-files';
import { Connections } from './connections';
import { addBodyDecoding } from './encoded-body';
import { answerError } from './error-answer';
import { createFrontChecks } from './front-checks';
import { discardBody } from './leftover-body';
import { refuseMalformed, toUnroutedError } from './malformed-request';
import { addOpenApiRoutes, collectRoutes } from './openapi';
import type { PageContext } from './page-answer';
import { addPageConstraint } from './page-constraint';
import { RequestError } from './request-error';
import { type Route, RouteTable } from './route-table';
import { addCatalogRoutes } from './routes/catalog';
import { addChangeRoutes } from './routes/changes';
import { addChefRoutes } from './routes/chef';
import type { RouteContext } from './routes/context';
import { addCountRoutes } from './routes/counts';
import { addEventRoutes } from './routes/events';
import { addGraphiteRoutes } from './routes/graphite';
import { addListRoutes } from './routes/lists';
import { addOperationRoutes } from './routes/operations';
import { addEventPage } from './routes/pages/event';
import { addEventForms } from './routes/pages/event-forms';
import { addEventsPage } from './routes/pages/events';
import { addRejectsPage } from './routes/pages/rejects';
import { addReportPage } from './routes/pages/report';
import { addSignIn } from './routes/pages/sign-in';
import { addSpanPages } from './routes/pages/spans';
import { addTimelinePages } from './routes/pages/timeline';
import { addPuppetRoutes } from './routes/puppet';
import { addRejectRoutes } from './routes/rejects';
import { addReportRoutes } from './routes/report';
import { addSpanRoutes } from './routes/spans';
import { addStreamRoutes } from './routes/stream';
import { addSuspectRoutes } from './routes/suspects';
import { addTimelineRoutes } from './routes/timeline';
import { addTokenRoutes } from './routes/tokens';

/** A body that is too large is read to its end up to here, so that its sender reads why it was refused. */
const maxDiscardedBytes = 67_108_864;
// A peer that is gone without a word is found within minutes.
const keepAliveMs = 60_000;

export interface HttpServer {
  readonly app: FastifyInstance;
  readonly routes: readonly Route[];
  /** A server that answers with the app; one for each address to listen on. */
  createServer(): Server;
}

/** Builds the app and waits until it is ready. */
export async function createHttpServer(context: RouteContext): Promise<HttpServer> {
  const { settings, metrics } = context;
  const checkFront = createFrontChecks(context);
  let handler: RequestListener = () => {};
  const app: FastifyInstance = Fastify({
    loggerInstance: context.log as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: settings['max-body-bytes'],
    routerOptions: { ignoreTrailingSlash: false, maxParamLength: 64 },
    // Nobody between us and the client is believed about the client's address.
    trustProxy: false,
    requestIdHeader: false,
    frameworkErrors: (error, request, reply) => {
      // No hook sees this request.
      request.token = null;
      let refusal = toUnroutedError(error, request);
      try {
        checkFront(request, reply);
      } catch (earlier) {
        refusal = earlier as RequestError;
      }
      void answerError(pages, refusal, request, reply);
    },
    serverFactory: (listener) => {
      handler = listener as (request: IncomingMessage, response: ServerResponse) => void;
      return createServer();
    },
  });

  addPageConstraint(app);
  app.decorate('embedOrigins', settings['embed-origins']);
  await collectRoutes(app, context.version);

  // Bodies come as bytes: whether they are UTF-8, JSON or lines is decided where they are read.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));

  app.addHook('onRequest', async (request, reply) => {
    checkFront(request, reply);
    if (context.isStopping()) reply.header('Connection', 'close');
  });
  addAdmission(app, context);
  addAccessCheck(app, context.keyring);
  addBodyDecoding(app);
  app.addHook('onResponse', async (request, reply) => {
    metrics.httpAnswered(
      request.method,
      request.routeOptions.url ?? 'none',
      reply.statusCode,
      reply.elapsedTime / 1000,
    );
  });
  app.setErrorHandler(async (error: FastifyError, request, reply) => {
    if (error.code === 'FST_ERR_CTP_BODY_TOO_LARGE') await discardBody(request.raw, maxDiscardedBytes);
    return answerError(pages, error, request, reply);
  });
  const routes = new RouteTable();
  app.addHook('onRoute', ({ method, url, config }) => routes.add(method, url, config?.needs));
  app.setNotFoundHandler((request) => {
    throw notFound(routes, request);
  });

  const pages: PageContext = {
    assets: addAssetRoutes(app),
    keyring: context.keyring,
    zone: settings['time-zone'],
    clock: context.clock,
  };
  addReportPage(app, context, pages);
  addSpanPages(app, context, pages);
  addEventsPage(app, context, pages);
  addEventPage(app, context, pages);
  addEventForms(app, context, pages);
  addRejectsPage(app, context, pages);
  addSignIn(app, context, pages);
  addOpenApiRoutes(app);
  addEventRoutes(app, context);
  addChangeRoutes(app, context);
  addCountRoutes(app, context);
  addSpanRoutes(app, context);
  addSuspectRoutes(app, context);
  addTimelineRoutes(app, context);
  addReportRoutes(app, context);
  addStreamRoutes(app, context);
  addListRoutes(app, context);
  await addGraphiteRoutes(app, context);
  addCatalogRoutes(app, context);
  addRejectRoutes(app, context);
  addChefRoutes(app, context);
  addPuppetRoutes(app, context);
  addTokenRoutes(app, context);
  addTimelinePages(app, context, pages);
  addOperationRoutes(app, context);
  await app.ready();

  const connections = new Connections(settings['max-http-connections'], metrics);
  return {
    app,
    routes: routes.all,
    createServer: () => {
      const server = createServer({
        requestTimeout: settings['http-request-ms'],
        headersTimeout: settings['http-request-ms'],
        keepAliveTimeout: settings['http-idle-ms'],
        connectionsCheckingInterval: Math.min(5_000, settings['http-request-ms']),
        noDelay: true,
        keepAlive: true,
        keepAliveInitialDelay: keepAliveMs,
        // Ours says what is wrong.
        requireHostHeader: false,
      });
      connections.watch(server);
      refuseMalformed(server, settings['http-request-ms']);
      return server.on('request', handler);
    },
  };
}

function notFound(routes: RouteTable, request: FastifyRequest): RequestError {
  const path = request.url.split('?', 1)[0] ?? '';
  const allowed = routes.methodsOf(path);
  if (allowed.length > 0) {
    return RequestError.of('METHOD_NOT_ALLOWED', { method: request.method, allowed: allowed.join(', ') });
  }
  return RequestError.of('NOT_FOUND', { value: preview(path) });
}
