// Answers what Grafana and Graphite's clients request about metrics, their tags and functions. Anthracite has no
// metrics.

import { preview } from '@anthracite/protocol';
import { list, object, type Schema, text as words } from '@anthracite/protocol/api';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { asciiJson } from '../../../formats/ascii';
import { describeFunctions } from '../../../graphite/functions';
import { callback, text } from '../request/parameter-kinds';
import { RequestError } from '../request/request-error';
import { json, type RouteDescription, readForm, route, typed } from '../request/route-options';
import type { RouteContext } from './context';

/** The version of Graphite whose API is implemented; clients choose features by it. */
const graphiteVersion = '1.1.8';
const parameters = {
  query: text('a pattern of metric names'),
  jsonp: callback('JSONP: the name of the JavaScript function that the answer calls'),
};
const tagParameters = { tag: text('the key of a tag') };
const anyObject = object('GraphiteAnswer', 'A JSON value in the format that Graphite returns.', {});
const both = (path: string): string[] => [path, `${path}/`];

/** Adds the routes. */
export function addMetricRoutes(app: FastifyInstance, context: RouteContext): void {
  const none = (id: string, query: RouteDescription['query'] = {}, schema: Schema<unknown> = list(words())) =>
    route({
      id,
      summary: 'Returns an empty list: Anthracite has no metrics',
      needs: 'read',
      query,
      answers: { 200: json(schema, 'an empty list') },
    });
  for (const url of both('/version')) {
    app.get(
      url,
      route({
        id: 'getGraphiteVersion',
        summary: 'Returns the version of Graphite whose API is implemented',
        needs: 'read',
        answers: { 200: typed('text/plain', 'the version, such as 1.1.8') },
      }),
      (_request, reply) => reply.type('text/plain; charset=utf-8').send(`${graphiteVersion}\n`),
    );
  }
  for (const url of both('/functions')) {
    const listing = route({
      id: 'listFunctions',
      summary: 'Lists the functions that /render supports',
      needs: 'read',
      answers: { 200: json(anyObject, 'the functions by name, each with its description and parameters') },
    });
    app.get(url, listing, (_request, reply) => sendJson(reply, null, describeFunctions()));
  }
  app.get<{ Params: { name: string } }>(
    '/functions/:name',
    route({
      id: 'getFunction',
      summary: 'Describes one function that /render supports',
      needs: 'read',
      answers: {
        200: json(anyObject, 'the name, the description and the parameters of the function'),
        404: 'function not found',
      },
    }),
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
      ...none('findMetrics', parameters),
      handler: (request, reply) => {
        const given = readForm(request, context);
        const query = given.value('query', parameters.query);
        if (query === null) throw RequestError.of('MISSING_QUERY');
        if (query === '') throw RequestError.of('EMPTY_QUERY');
        return sendJson(reply, given.value('jsonp', parameters.jsonp), []);
      },
    });
  }
  for (const url of both('/metrics/expand')) {
    app.route({
      method: ['GET', 'POST'],
      url,
      ...none('expandMetrics', {}, anyObject),
      handler: (_request, reply) => sendJson(reply, null, { results: [] }),
    });
  }
  app.get('/metrics/index.json', none('listMetrics'), (_request, reply) => sendJson(reply, null, []));
  app.get('/tags/autoComplete/tags', none('completeTags'), (_request, reply) => sendJson(reply, null, []));
  app.get('/tags/autoComplete/values', none('completeTagValues', tagParameters), (request, reply) => {
    if (readForm(request, context).value('tag', tagParameters.tag) === null)
      throw RequestError.of('NO_TAG_SPECIFIED');
    return sendJson(reply, null, []);
  });
}

function sendJson(reply: FastifyReply, callback: string | null, value: unknown): FastifyReply {
  const json = asciiJson(value);
  return callback === null
    ? reply.type('application/json').send(json)
    : reply.type('text/javascript').send(`${callback}(${json})`);
}
