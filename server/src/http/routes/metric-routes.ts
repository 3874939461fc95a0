// What Grafana and Graphite's clients ask of metrics, their tags and functions. There are no metrics here.

import { preview } from '@anthracite/protocol';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { asciiJson } from '../../formats/ascii';
import { describeFunctions } from '../../graphite/functions';
import { RequestError } from '../request-error';
import { readForm, route } from '../route-options';
import type { RouteContext } from './context';

/** The version of Graphite whose API this is; clients choose by it what they ask. */
const graphiteVersion = '1.1.8';
const both = (path: string): string[] => [path, `${path}/`];

/** Adds the routes. */
export function addMetricRoutes(app: FastifyInstance, context: RouteContext): void {
  const none = route({ summary: 'Nothing: there are no metrics here', needs: 'read' });
  for (const url of both('/version')) {
    app.get(
      url,
      route({ summary: 'The version of Graphite whose API this is', needs: 'read' }),
      (_request, reply) => reply.type('text/plain; charset=utf-8').send(`${graphiteVersion}\n`),
    );
  }
  for (const url of both('/functions')) {
    app.get(url, route({ summary: 'The functions of /render', needs: 'read' }), (_request, reply) =>
      sendJson(reply, null, describeFunctions()),
    );
  }
  app.get<{ Params: { name: string } }>(
    '/functions/:name',
    route({ summary: 'One of the functions of /render', needs: 'read' }),
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
      ...none,
      handler: (request, reply) => {
        const parameters = readForm(request, context);
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
      ...none,
      handler: (_request, reply) => sendJson(reply, null, { results: [] }),
    });
  }
  app.get('/metrics/index.json', none, (_request, reply) => sendJson(reply, null, []));
  app.get('/tags/autoComplete/tags', none, (_request, reply) => sendJson(reply, null, []));
  app.get('/tags/autoComplete/values', none, (request, reply) => {
    if (readForm(request, context).last('tag') === undefined) throw RequestError.of('NO_TAG_SPECIFIED');
    return sendJson(reply, null, []);
  });
}

function sendJson(reply: FastifyReply, callback: string | null, value: unknown): FastifyReply {
  const json = asciiJson(value);
  return callback === null
    ? reply.type('application/json').send(json)
    : reply.type('text/javascript').send(`${callback}(${json})`);
}
