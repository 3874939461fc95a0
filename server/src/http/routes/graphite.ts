// The routes of Graphite that Grafana and Graphite's clients ask for. Unknown parameters are ignored, as there.

import formbody from '@fastify/formbody';
import type { FastifyInstance } from 'fastify';
import { htmlFoot, htmlTableHead } from '../../formats/html';
import { graphiteFormat } from '../../formats/json';
import type { EventQuery, WordFilter } from '../../store/event-store';
import { takeTurnOf } from '../admission';
import { sendCompressed } from '../compression';
import { openList } from '../event-stream';
import { Parameters } from '../parameters';
import { RequestError } from '../request-error';
import { route } from '../route-options';
import type { RouteContext } from './context';
import { acceptedFormat, sendEvents } from './lists';
import { addMetricRoutes } from './metric-routes';
import { addRenderRoutes } from './render';

const maxListed = 200;
const maxWords = 64;
const eventParameters = {
  from: "the begin of the range, in Graphite's grammar",
  until: 'its end',
  tags: 'words that events must have, with blanks between them',
  set: '`union` or `intersection`',
  jsonp: 'the name of a function that is called with the answer',
};

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
    addRenderRoutes(app, context);
    addMetricRoutes(app, context);
  });
}

/** The words that Graphite's `tags` and `set` ask for; null where there is no `tags`. Throws a `RequestError`. */
export function graphiteWords(parameters: Parameters): WordFilter | null {
  const tags = parameters.last('tags');
  if (tags === undefined) return null;
  const set = parameters.last('set');
  const words = tags.split(' ').filter((word) => word !== '');
  if (words.length > maxWords) {
    throw RequestError.of('BAD_PARAMETER', {
      name: 'tags',
      value: `${words.length} words`,
      expected: `at most ${maxWords}`,
    });
  }
  return { words, set: set === 'union' || set === 'intersection' ? set : 'lazy' };
}

function readEventQuery(
  { clock }: RouteContext,
  parameters: Parameters,
  order: EventQuery['order'],
): EventQuery {
  const filter = graphiteWords(parameters);
  return {
    fromMs: parameters.graphiteTime('from', 0),
    untilMs: parameters.graphiteTime('until', clock()),
    ...(filter && { words: filter }),
    order,
  };
}

function addEventQueries(app: FastifyInstance, context: RouteContext): void {
  const { store, clock, settings } = context;

  const asking = route({
    summary: 'Events, exactly as Graphite answers them',
    needs: 'read',
    query: eventParameters,
  });
  app.get('/events/get_data', asking, async (request, reply) => {
    const parameters = new Parameters([request.query], clock(), settings['time-zone']);
    const callback = parameters.callback('jsonp');
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
  });

  const browsing = route({
    summary: 'The newest events as a page, or in the format that is accepted',
    needs: 'read',
    query: eventParameters,
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
          opening: () => htmlTableHead,
          closing: (next) =>
            `</table>\n${next === null ? '' : `<p>truncated: only the newest ${maxListed} are shown</p>\n`}${htmlFoot}`,
        },
      );
      return sendCompressed(request, reply.type('text/html; charset=utf-8'), list.body);
    });
  }
}
