// Graphite's routes for events, as Grafana and Graphite's clients use them. Unknown parameters are ignored, as in
// Graphite.

import { graphiteEventListSchema } from '@anthracite/protocol/api';
import formbody from '@fastify/formbody';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { htmlFoot, htmlTableHead } from '../../../formats/html';
import { graphiteFormat } from '../../../formats/json';
import { readTagWords } from '../../../graphite/tag-words';
import type { EventQuery, WordFilter } from '../../../query/event-query';
import { endAfter } from '../../../query/range-end';
import { sendCompressed } from '../answer/compression';
import { openList } from '../answer/event-stream';
import { callback, graphiteTime, text } from '../request/parameter-kinds';
import { Parameters } from '../request/parameters';
import { RequestError } from '../request/request-error';
import { json, page, readForm, route } from '../request/route-options';
import { takeTurnOf } from '../security/admission';
import { maxHeadBytes } from '../security/malformed-request';
import type { RouteContext } from './context';
import { acceptedFormat, sendEvents } from './lists';
import { addMetricRoutes } from './metric-routes';
import { addRenderRoutes } from './render';

const maxListed = 200;
const wordParameters = {
  tags: text(
    'types and tags that an event must have, separated by spaces or commas; `{a,b}` matches either word, `*` any characters',
    { maxChars: maxHeadBytes },
  ),
  set: text(
    '`union`: an event needs only one of the tags; `intersection`: all of them; default: all except tags that no event has',
  ),
};
const rangeParameters = {
  from: graphiteTime("start of the range, in Graphite's grammar"),
  until: graphiteTime('end of the range; default: now'),
};
const jsonpParameters = {
  jsonp: callback('JSONP: the name of the JavaScript function that the answer calls'),
};
const eventParameters = { ...rangeParameters, ...wordParameters, ...jsonpParameters };

/** Adds the routes, in their own scope that accepts forms. */
export async function addGraphiteRoutes(parent: FastifyInstance, context: RouteContext): Promise<void> {
  await parent.register(async (app) => {
    app.removeContentTypeParser('*');
    await app.register(formbody, { bodyLimit: 1_048_576 });
    app.addContentTypeParser('*', (_request, payload, done) => {
      payload.resume();
      done(null, undefined);
    });
    addEventQueries(app, context);
    addRenderRoutes(app, context);
    addMetricRoutes(app, context);
  });
}

/** The words of Graphite's `tags` and `set`; null without `tags`. Throws a `RequestError`. */
export function graphiteWords(parameters: Parameters): WordFilter | null {
  const { tags, set } = parameters.read(wordParameters);
  if (tags === null) return null;
  const words = readTagWords(tags);
  if (!words.ok) throw RequestError.ofProblem(words.problem);
  return { words: words.value, set: set === 'union' || set === 'intersection' ? set : 'lazy' };
}

function readEventQuery(
  { clock }: RouteContext,
  parameters: Parameters,
  order: EventQuery['order'],
): EventQuery {
  const filter = graphiteWords(parameters);
  const { from, until } = parameters.read(rangeParameters);
  return {
    fromMs: from?.ms ?? 0,
    untilMs: endAfter(until?.ms ?? clock()),
    ...(filter && { words: filter }),
    order,
  };
}

function addEventQueries(app: FastifyInstance, context: RouteContext): void {
  const { store, clock, settings } = context;

  const asking = route({
    id: 'listGraphiteEvents',
    summary: 'Lists events exactly as Graphite does',
    needs: 'read',
    query: eventParameters,
    answers: { 200: json(graphiteEventListSchema, 'the events') },
  });
  app.route({
    method: ['GET', 'POST'],
    url: '/events/get_data',
    ...asking,
    handler: (request, reply) => sendData(context, request, reply),
  });

  const browsing = route({
    id: 'listNewestEvents',
    summary: 'Lists the newest events as an HTML page, or in the format that the Accept header prefers',
    needs: 'read',
    query: eventParameters,
    answers: { 200: page('the events, as an HTML page or in the format that the Accept header prefers') },
  });
  for (const url of ['/events', '/events/']) {
    app.get(url, browsing, async (request, reply) => {
      const format = acceptedFormat(request);
      if (format !== 'html') return sendEvents(context, format, request, reply);
      const parameters = new Parameters([request.query], clock(), settings['time-zone']);
      const list = await openList(
        { store, takeTurn: takeTurnOf(request) },
        {
          query: readEventQuery(context, parameters, 'descending'),
          format: 'html',
          limit: maxListed,
          after: null,
          grouping: null,
          looksAhead: false,
          opening: () => htmlTableHead(app.publicBase.pathOf('/')),
          closing: (next) =>
            `</table>\n${next === null ? '' : `<p>truncated: only the newest ${maxListed} are shown</p>\n`}${htmlFoot}`,
        },
      );
      return sendCompressed(request, reply.type('text/html; charset=utf-8'), list.body);
    });
  }
}

// As in Graphite: only the callback of a posted form counts.
async function sendData(
  context: RouteContext,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { store, clock, settings } = context;
  const parameters = new Parameters([request.query], clock(), settings['time-zone']);
  const callback = readForm(request, context).read(jsonpParameters).jsonp;
  const list = await openList(
    { store, takeTurn: takeTurnOf(request) },
    {
      query: readEventQuery(context, parameters, 'ascending'),
      format: 'graphite',
      limit: Number.POSITIVE_INFINITY,
      after: null,
      grouping: null,
      looksAhead: false,
      opening: () => (callback === null ? '[' : `${callback}([`),
      closing: () => (callback === null ? ']' : '])'),
    },
  );
  reply.type(callback === null ? graphiteFormat.contentType : 'text/javascript');
  return sendCompressed(request, reply, list.body);
}
