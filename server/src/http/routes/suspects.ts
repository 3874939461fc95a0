// GET /spans/:id/suspects and GET /events/:id/followers: what changed before something happened, and what happened after a change.

import { preview } from '@anthracite/protocol';
import type { FastifyInstance } from 'fastify';
import { spanToJson } from '../../formats/span-json';
import { followersToJson, suspectsToJson } from '../../formats/suspects-json';
import type { Suspects } from '../../formats/told-suspects';
import type { EventQuery } from '../../store/event-store';
import { filterParameters, readEventQuery } from '../event-query';
import { parseDuration } from '../interval';
import type { Parameters } from '../parameters';
import { RequestError } from '../request-error';
import { readParameters, route } from '../route-options';
import { readSpanQuery, spanParameters } from '../span-query';
import type { RouteContext } from './context';
import { parseId } from './events';

type ById = { Params: { id: string } };

const { from: _from, until: _until, ...filters } = filterParameters;
export const defaultWindow = '24h';
const maxWindowMs = 7 * 24 * 3_600_000;
const defaultLimit = 10;
const maxLimit = 100;
const paging = {
  window: `how far in time is looked, such as 6h; ${defaultWindow} when left out, 168h at most`,
  limit: `at most so many; ${defaultLimit} when left out, ${maxLimit} at most`,
};

/** Adds the routes. */
export function addSuspectRoutes(app: FastifyInstance, context: RouteContext): void {
  const { store, clock } = context;

  const showing = route({
    summary: 'One span, by the id of any of its marks',
    needs: 'read',
    answers: { 200: 'the span', 404: 'the event marks no span, or there is none' },
  });
  app.get<ById>('/spans/:id', showing, async (request) => {
    const id = parseId(request.params.id);
    return spanToJson(found(await store.span(id), id), clock());
  });

  const suspecting = route({
    summary: 'What changed before a span began, the most suspicious first',
    needs: 'read',
    query: {
      ...filters,
      type: 'a type, or a pattern, of what counts as a change, in place of the setting change-types; with `!` before it, one to leave out; may be repeated',
      ...paging,
    },
    answers: { 200: 'the changes, each with its score and an explanation', 404: 'the event marks no span' },
  });
  app.get<ById>('/spans/:id/suspects', suspecting, async (request) => {
    const id = parseId(request.params.id);
    const suspects = await findSuspects(context, id, readParameters(request, context));
    return suspectsToJson(suspects, clock());
  });

  const following = route({
    summary: 'Which spans began after a change, or any other event, the most suspicious first',
    needs: 'read',
    query: { ...filters, ...spanParameters, ...paging },
    answers: { 200: 'the spans, each with its score and an explanation', 404: 'there is no such event' },
  });
  app.get<ById>('/events/:id/followers', following, async (request) => {
    const id = parseId(request.params.id);
    const parameters = readParameters(request, context);
    const followers = await store.followers(id, readSpanQuery(parameters, clock()), readOptions(parameters));
    if (followers === null) throw RequestError.of('EVENT_NOT_FOUND');
    return followersToJson(followers, clock());
  });
}

/** The suspects of the span that an event marks, as the parameters ask for them. Rejects with a `RequestError`. */
export async function findSuspects(
  { store, clock, settings }: RouteContext,
  id: number,
  parameters: Parameters,
): Promise<Suspects> {
  const query = readEventQuery(parameters, clock());
  const types = isNamed(query) ? query.types : [...settings['change-types'], ...(query.types ?? [])];
  return found(await store.suspects(id, { ...query, types: types ?? [] }, readOptions(parameters)), id);
}

/** What was found. Throws a `RequestError` where nothing was. */
function found<T>(told: T | null, id: number): T {
  if (told === null) throw RequestError.of('SPAN_NOT_FOUND', { value: id });
  return told;
}

// Types to leave out leave the others as they are.
function isNamed({ types = [] }: EventQuery): boolean {
  return types.some((pattern) => !pattern.startsWith('!'));
}

function readOptions(parameters: Parameters): { windowMs: number; limit: number } {
  const window = parameters.last('window') ?? defaultWindow;
  const windowMs = parseDuration(window) ?? 0;
  if (!(windowMs > 0 && windowMs <= maxWindowMs)) {
    throw RequestError.of('BAD_PARAMETER', {
      name: 'window',
      value: preview(window),
      expected: 'a number and s, min or h, such as 6h, at most 168h',
    });
  }
  return { windowMs, limit: parameters.whole('limit', defaultLimit, 1, maxLimit) };
}
