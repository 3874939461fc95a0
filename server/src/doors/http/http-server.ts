// Builds the HTTP server: limits, checks, error answers, routes. Does not listen.

import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { SecureContextOptions, Server as TlsServer } from 'node:tls';
import { createWallClock, preview } from '@anthracite/protocol';
import Fastify, {
  type FastifyBaseLogger,
  type FastifyError,
  type FastifyInstance,
  type FastifyRequest,
  LogController,
} from 'fastify';
import type { Role } from '../../access/role';
import { showTimesBy } from '../../web/zone-clock';
import { addAssetRoutes } from './answer/asset-files';
import { addAttention } from './answer/attention';
import { answerError } from './answer/error-answer';
import { addOpenApiRoutes } from './answer/openapi';
import type { PageContext } from './answer/page-answer';
import { type Route, RouteTable } from './answer/route-table';
import { addBodyDecoding } from './request/encoded-body';
import { addLeftoverBodies, discardBeforeClosing } from './request/leftover-body';
import { addPageConstraint } from './request/page-constraint';
import { addPublicRedirects, PublicBase } from './request/public-base';
import { RequestError } from './request/request-error';
import { addAnnotationRoutes } from './routes/annotations';
import { addCatalogRoutes } from './routes/catalog';
import { addChangeRoutes } from './routes/changes';
import type { RouteContext } from './routes/context';
import { addCountRoutes } from './routes/counts';
import { addEventRoutes } from './routes/events';
import { addGraphiteRoutes } from './routes/graphite';
import { addHookRoutes } from './routes/hooks';
import { addListRoutes } from './routes/lists';
import { addOperationRoutes } from './routes/operations';
import { addDeclarePage } from './routes/pages/declare';
import { addEventPage } from './routes/pages/event';
import { addEventForms } from './routes/pages/event-forms';
import { addEventsPage } from './routes/pages/events';
import { addHooksPage } from './routes/pages/hooks';
import { addOriginalAddresses } from './routes/pages/original-addresses';
import { addRejectsPage } from './routes/pages/rejects';
import { addReportPage } from './routes/pages/report';
import { addSignIn } from './routes/pages/sign-in';
import { addSpanPage } from './routes/pages/span';
import { addSpanForms } from './routes/pages/span-marks';
import { addSpanListPage } from './routes/pages/spans';
import { addTimelinePages } from './routes/pages/timeline';
import { addRejectRoutes } from './routes/rejects';
import { addReportRoutes } from './routes/report';
import { addRetentionRoutes } from './routes/retention';
import { addSpanRoutes } from './routes/spans';
import { addStreamRoutes } from './routes/stream';
import { addSuspectRoutes } from './routes/suspects';
import { addTargetRoutes } from './routes/targets';
import { addTimelineRoutes } from './routes/timeline';
import { addTokenRoutes } from './routes/tokens';
import { addToolRoutes } from './routes/tools';
import { addAccessCheck } from './security/access-check';
import { addAdmission } from './security/admission';
import { Connections } from './security/connections';
import { takeFeedToken } from './security/feed-token';
import { createFrontChecks } from './security/front-checks';
import { maxHeadBytes, refuseMalformed, toUnroutedError } from './security/malformed-request';
import { TrustedProxies } from './security/trusted-proxies';

// Finds peers that disappeared without closing the connection, within minutes.
const keepAliveMs = 60_000;

export interface HttpServer {
  readonly app: FastifyInstance;
  readonly routes: readonly Route[];
  /** Creates a server for the app; one for each address to listen on. */
  createServer(): Server;
  /** Creates a server for HTTP over TLS. */
  createTlsServer(context: SecureContextOptions): Server & TlsServer;
}

/** Builds the app and waits until it is ready. */
export async function createHttpServer(context: RouteContext): Promise<HttpServer> {
  const { settings, metrics } = context;
  showTimesBy((time, zone) => time + (createWallClock(zone)?.offsetAt(time) ?? 0));
  const checkFront = createFrontChecks(context);
  const publicBase = new PublicBase(settings['public-url']);
  const proxies = new TrustedProxies(settings);
  let handler: RequestListener = () => {};
  const app: FastifyInstance = Fastify({
    loggerInstance: context.log as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: settings['max-body-bytes'],
    routerOptions: { ignoreTrailingSlash: false, maxParamLength: 64 },
    trustProxy: settings['trusted-proxies'].length > 0 && ((address: string) => proxies.trusts(address)),
    requestIdHeader: false,
    rewriteUrl: (request) => {
      proxies.translate(request as IncomingMessage);
      return takeFeedToken(request as IncomingMessage, publicBase.strip(request.url ?? '/'));
    },
    frameworkErrors: (error, request, reply) => {
      // Hooks do not run for this request.
      request.token = null;
      request.user = null;
      request.granted = null;
      request.attention = null;
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
  app.decorate('publicBase', publicBase);

  // Bodies are passed on as bytes: the code that reads them decides whether they are UTF-8, JSON or lines.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));

  // Hooks of every request use callbacks: promises would cost each request a turn of the event loop.
  app.addHook('onRequest', (request, reply, done) => {
    checkFront(request, reply);
    if (context.isStopping()) reply.header('Connection', 'close');
    done();
  });
  addAdmission(app, context);
  addAccessCheck(app, context.keyring, proxies, settings['user-roles'] as readonly Role[]);
  addBodyDecoding(app);
  addLeftoverBodies(app);
  addPublicRedirects(app);
  addAttention(app, context);
  app.addHook('onResponse', (request, reply, done) => {
    metrics.httpAnswered(
      request.method,
      request.routeOptions.url ?? 'none',
      reply.statusCode,
      reply.elapsedTime / 1000,
    );
    done();
  });
  app.setErrorHandler(async (error: FastifyError, request, reply) => {
    await discardBeforeClosing(request, reply);
    return answerError(pages, error, request, reply);
  });
  const routes = new RouteTable();
  app.addHook('onRoute', ({ method, url, config }) => routes.add(method, url, config?.needs));
  app.setNotFoundHandler((request) => {
    throw notFound(routes, request);
  });

  addOpenApiRoutes(app, context.version);
  const pages: PageContext = {
    assets: addAssetRoutes(app),
    keyring: context.keyring,
    zone: settings['time-zone'],
    clock: context.clock,
  };
  addReportPage(app, context, pages);
  addSpanListPage(app, context, pages);
  addSpanPage(app, context, pages);
  addSpanForms(app, context, pages);
  addDeclarePage(app, context, pages);
  addEventsPage(app, context, pages);
  addEventPage(app, context, pages);
  addEventForms(app, context, pages);
  addOriginalAddresses(app);
  addRejectsPage(app, context, pages);
  addHooksPage(app, context, pages);
  addSignIn(app, context, pages);
  addEventRoutes(app, context);
  addChangeRoutes(app, context);
  addCountRoutes(app, context);
  addSpanRoutes(app, context);
  addSuspectRoutes(app, context);
  addTimelineRoutes(app, context);
  addReportRoutes(app, context);
  addRetentionRoutes(app, context);
  addStreamRoutes(app, context);
  addListRoutes(app, context);
  await addGraphiteRoutes(app, context);
  addCatalogRoutes(app, context);
  addAnnotationRoutes(app, context);
  addRejectRoutes(app, context);
  addToolRoutes(app, context.tools);
  addHookRoutes(app, context);
  addTargetRoutes(app, context);
  addTokenRoutes(app, context);
  addTimelinePages(app, context, pages);
  addOperationRoutes(app, context);
  await app.ready();

  const connections = new Connections(settings['max-http-connections'], metrics);
  const options = {
    requestTimeout: settings['http-request-ms'],
    headersTimeout: settings['http-request-ms'],
    keepAliveTimeout: settings['http-idle-ms'],
    maxHeaderSize: maxHeadBytes,
    connectionsCheckingInterval: Math.min(5_000, settings['http-request-ms']),
    noDelay: true,
    keepAlive: true,
    keepAliveInitialDelay: keepAliveMs,
    // Our own check gives a better error.
    requireHostHeader: false,
  };
  const prepare = <S extends Server>(server: S): S => {
    connections.watch(server);
    refuseMalformed(server, settings['http-request-ms']);
    return server.on('request', handler);
  };
  return {
    app,
    routes: routes.all,
    createServer: () => prepare(createServer(options)),
    createTlsServer: (context) =>
      prepare(
        createTlsServer({ ...options, ...context, handshakeTimeout: settings['http-request-ms'] }) as Server &
          TlsServer,
      ),
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
