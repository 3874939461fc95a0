// The routes of Graphite that Grafana and Graphite's clients ask for. Unknown parameters are ignored, as there.

import { Readable } from 'node:stream';
import { preview } from '@anthracite/protocol';
import formbody from '@fastify/formbody';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { asciiJson } from '../../formats/ascii';
import { htmlFoot, htmlTableHead } from '../../formats/html';
import { graphiteFormat } from '../../formats/json';
import { describeFunctions } from '../../graphite/functions';
import { render } from '../../graphite/render';
import type { EventQuery, WordFilter } from '../../store/event-store';
import { sendCompressed } from '../compression';
import { openList } from '../event-stream';
import { Parameters } from '../parameters';
import { RequestError } from '../request-error';
import type { RouteContext } from './context';
import { acceptedFormat, sendEvents } from './lists';

/** The version of Graphite whose API this is; clients choose by it what they ask. */
const graphiteVersion = '1.1.8';
const daySeconds = 86_400;
const maxListed = 200;
const both = (path: string): string[] => [path, `${path}/`];

/** Adds the routes, in a scope of their own that takes forms. */
export async function addGraphiteRoutes(parent: FastifyInstance, context: RouteContext): Promise<void> {
  await parent.register(async (app) => {
    app.removeContentTypeParser('*');
    await app.register(formbody, { bodyLimit: 1_048_576 });
    app.addContentTypeParser('*', (_request, payload, done) => {
      payload.resume();
      done(null, undefined);
    });
    addEventQueries(app, context);
    addRender(app, context);
    addMetricStubs(app, context);
  });
}

function readParameters({ clock, settings }: RouteContext, request: FastifyRequest): Parameters {
  return new Parameters([request.query, request.body ?? {}], clock(), settings['time-zone']);
}

function readEventQuery(
  { clock }: RouteContext,
  parameters: Parameters,
  order: EventQuery['order'],
): EventQuery {
  const tags = parameters.last('tags');
  const set = parameters.last('set');
  const filter: WordFilter | null =
    tags === undefined
      ? null
      : {
          words: tags.split(' ').filter((word) => word !== ''),
          set: set === 'union' || set === 'intersection' ? set : 'lazy',
        };
  if (filter && filter.words.length > 64) {
    throw RequestError.of('BAD_PARAMETER', {
      name: 'tags',
      value: `${filter.words.length} words`,
      expected: 'at most 64',
    });
  }
  return {
    fromMs: parameters.graphiteTime('from', 0),
    untilMs: parameters.graphiteTime('until', clock()),
    ...(filter && { words: filter }),
    order,
  };
}

function addEventQueries(app: FastifyInstance, context: RouteContext): void {
  const { store, clock, settings } = context;

  app.get('/events/get_data', { config: { needs: 'read' } }, async (request, reply) => {
    const parameters = new Parameters([request.query], clock(), settings['time-zone']);
    const callback = parameters.callback('jsonp');
    const list = await openList(store, {
      query: readEventQuery(context, parameters, 'ascending'),
      format: 'graphite',
      limit: Number.POSITIVE_INFINITY,
      after: null,
      looksAhead: false,
      opening: () => (callback === null ? '[' : `${callback}([`),
      closing: () => (callback === null ? ']' : '])'),
    });
    reply.type(callback === null ? graphiteFormat.contentType : 'text/javascript');
    return sendCompressed(request, reply, list.body);
  });

  for (const url of both('/events')) {
    app.get(url, { config: { needs: 'read' } }, async (request, reply) => {
      const format = acceptedFormat(request);
      if (format !== 'html') return sendEvents(context, format, request, reply);
      const parameters = new Parameters([request.query], clock(), settings['time-zone']);
      const list = await openList(store, {
        query: readEventQuery(context, parameters, 'descending'),
        format: 'html',
        limit: maxListed,
        after: null,
        looksAhead: false,
        opening: () => htmlTableHead,
        closing: (next) =>
          `</table>\n${next === null ? '' : `<p>truncated: only the newest ${maxListed} are shown</p>\n`}${htmlFoot}`,
      });
      return sendCompressed(request, reply.type('text/html; charset=utf-8'), list.body);
    });
  }
}

function addRender(app: FastifyInstance, context: RouteContext): void {
  const { store, clock } = context;
  for (const url of both('/render')) {
    app.route({
      method: ['GET', 'POST'],
      url,
      config: { needs: 'read' },
      handler: async (request, reply) => {
        const parameters = readParameters(context, request);
        const callback = parameters.callback('jsonp');
        const now = clock();
        const from = Math.floor(parameters.graphiteTime('from', now - daySeconds * 1000) / 1000);
        const until = Math.floor(parameters.graphiteTime('until', now) / 1000);
        if (from === until)
          throw RequestError.of('BAD_RENDER', { why: 'from and until are the same second' });
        const rendered = await render(
          {
            targets: parameters.all('target'),
            fromSeconds: Math.min(from, until),
            untilSeconds: Math.max(from, until),
            maxDataPoints: parameters.whole('maxDataPoints', 0, 0, 1e9),
            noNullPoints: !['', '0', 'false', undefined].includes(
              parameters.last('noNullPoints')?.toLowerCase(),
            ),
          },
          (tags, fromSeconds, untilSeconds) =>
            store.countBySecond({
              fromMs: fromSeconds * 1000,
              untilMs: untilSeconds * 1000 - 1,
              ...(tags !== '*' && { words: { words: tags, set: 'lazy' } }),
              order: 'ascending',
            }),
        );
        if (!rendered.ok) throw RequestError.of('BAD_RENDER', { why: rendered.message });
        const opening = callback === null ? '' : `${callback}(`;
        return reply.type(callback === null ? 'application/json' : 'text/javascript').send(
          Readable.from(enclose(opening, rendered.value, callback === null ? '' : ')'), {
            objectMode: false,
          }),
        );
      },
    });
  }
}

function* enclose(opening: string, pieces: Iterable<string>, closing: string): Generator<string> {
  yield opening;
  yield* pieces;
  yield closing;
}

// Graphite's metrics and their tags: there are none here. Grafana asks for them all the same.
function addMetricStubs(app: FastifyInstance, context: RouteContext): void {
  for (const url of both('/version')) {
    app.get(url, { config: { needs: 'read' } }, (_request, reply) =>
      reply.type('text/plain; charset=utf-8').send(`${graphiteVersion}\n`),
    );
  }
  for (const url of both('/functions')) {
    app.get(url, { config: { needs: 'read' } }, (_request, reply) =>
      sendJson(reply, null, describeFunctions()),
    );
  }
  app.get<{ Params: { name: string } }>(
    '/functions/:name',
    { config: { needs: 'read' } },
    (request, reply) => {
      const { name } = request.params;
      const functions = describeFunctions();
      if (!Object.hasOwn(functions, name))
        throw RequestError.of('FUNCTION_NOT_FOUND', { value: preview(name) });
      return sendJson(reply, null, functions[name]);
    },
  );
  for (const url of both('/metrics/find')) {
    app.route({
      method: ['GET', 'POST'],
      url,
      config: { needs: 'read' },
      handler: (request, reply) => {
        const parameters = readParameters(context, request);
        const query = parameters.last('query');
        if (query === undefined) throw RequestError.of('MISSING_QUERY');
        if (query === '') throw RequestError.of('EMPTY_QUERY');
        return sendJson(reply, parameters.callback('jsonp'), []);
      },
    });
  }
  for (const url of both('/metrics/expand')) {
    app.route({
      method: ['GET', 'POST'],
      url,
      config: { needs: 'read' },
      handler: (_request, reply) => sendJson(reply, null, { results: [] }),
    });
  }
  app.get('/metrics/index.json', { config: { needs: 'read' } }, (_request, reply) =>
    sendJson(reply, null, []),
  );
  app.get('/tags/autoComplete/tags', { config: { needs: 'read' } }, (_request, reply) =>
    sendJson(reply, null, []),
  );
  app.get('/tags/autoComplete/values', { config: { needs: 'read' } }, (request, reply) => {
    if (readParameters(context, request).last('tag') === undefined) throw RequestError.of('NO_TAG_SPECIFIED');
    return sendJson(reply, null, []);
  });
}

function sendJson(reply: FastifyReply, callback: string | null, value: unknown): FastifyReply {
  const json = asciiJson(value);
  return callback === null
    ? reply.type('application/json').send(json)
    : reply.type('text/javascript').send(`${callback}(${json})`);
}
