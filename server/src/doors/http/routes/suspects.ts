// GET /spans/:id/suspects and GET /events/:id/followers: the changes before a span, and the spans after a change.

import { followerPageSchema, spanSchema, suspectPageSchema } from '@anthracite/protocol/api';
import { partPatterns } from '@anthracite/protocol/core';
import type { FastifyInstance } from 'fastify';
import { spanToJson } from '../../../formats/span-json';
import { followersToJson, suspectsToJson } from '../../../formats/suspects-json';
import type { Suspects } from '../../../formats/told-suspects';
import type { EventQuery } from '../../../query/event-query';
import { filterParameters, readEventQuery } from '../request/event-query';
import { duration, type ParameterValues, patterns, wholeNumber } from '../request/parameter-kinds';
import { RequestError } from '../request/request-error';
import { json, readParameters, route } from '../request/route-options';
import { readSpanQuery, spanParameters } from '../request/span-query';
import type { RouteContext } from './context';
import { parseId } from './events';

type ById = { Params: { id: string } };

const { from: _from, until: _until, ...filters } = filterParameters;
export const defaultWindow = '24h';
const paging = {
  window: duration('maximum time between the change and the start of the span, such as 6h', {
    max: '7d',
    default: defaultWindow,
  }),
  limit: wholeNumber('maximum number of entries', { max: 100, default: 10 }),
};

/** The parameters of suspects. */
export const suspectParameters = {
  ...filters,
  type: patterns(
    'the types that count as changes, instead of the setting change-types: a type, or a pattern with `*`; a leading `!` excludes the type; may be repeated',
  ),
  ...paging,
};
const followerParameters = { ...filters, ...spanParameters, ...paging };
const anyTime = { from: null, until: null };

/** Adds the routes. */
export function addSuspectRoutes(app: FastifyInstance, context: RouteContext): void {
  const { store, clock } = context;

  const showing = route({
    id: 'getSpan',
    summary: 'Returns one span; the id in the path can be the id of any mark of the span',
    needs: 'read',
    answers: { 200: json(spanSchema, 'the span'), 404: 'event not found, or the event is not a mark' },
  });
  app.get<ById>('/spans/:id', showing, async (request) => {
    const id = parseId(request.params.id);
    return spanToJson(found(await store.span(id), id), clock());
  });

  const suspecting = route({
    id: 'listSuspects',
    summary: 'Lists the changes before a span started, most suspicious first',
    needs: 'read',
    query: suspectParameters,
    answers: {
      200: json(suspectPageSchema, 'the changes, each with its score and an explanation'),
      404: 'event not found, or the event is not a mark',
    },
  });
  app.get<ById>('/spans/:id/suspects', suspecting, async (request) => {
    const id = parseId(request.params.id);
    const suspects = await findSuspects(context, id, readParameters(request, context, suspectParameters));
    return suspectsToJson(suspects, clock());
  });

  const following = route({
    id: 'listFollowers',
    summary: 'Lists the spans that followed a change (or any other event), the most likely effect first',
    needs: 'read',
    query: followerParameters,
    answers: {
      200: json(followerPageSchema, 'the spans, each with its score and an explanation'),
      404: 'event not found',
    },
  });
  app.get<ById>('/events/:id/followers', following, async (request) => {
    const id = parseId(request.params.id);
    const values = readParameters(request, context, followerParameters);
    const query = readSpanQuery({ ...values, ...anyTime }, clock());
    const followers = await store.followers(id, query, readOptions(values));
    if (followers === null) throw RequestError.of('EVENT_NOT_FOUND');
    return followersToJson(followers, clock());
  });
}

/** The suspects of a mark's span, as the parameters select them. Rejects with a `RequestError`. */
export async function findSuspects(
  { store, clock, settings }: RouteContext,
  id: number,
  values: ParameterValues<typeof suspectParameters>,
): Promise<Suspects> {
  const query = readEventQuery({ ...values, ...anyTime }, clock());
  const types = isNamed(query) ? query.types : [...settings['change-types'], ...(query.types ?? [])];
  return found(await store.suspects(id, { ...query, types: types ?? [] }, readOptions(values)), id);
}

/** The result. Throws a `RequestError` when nothing was found. */
function found<T>(told: T | null, id: number): T {
  if (told === null) throw RequestError.of('SPAN_NOT_FOUND', { value: id });
  return told;
}

// Types that are only excluded do not restrict the others.
function isNamed({ types = [] }: EventQuery): boolean {
  return partPatterns(types).wanted.length > 0;
}

function readOptions({ window, limit }: ParameterValues<typeof paging>): {
  windowMs: number;
  limit: number;
} {
  return { windowMs: window, limit };
}
