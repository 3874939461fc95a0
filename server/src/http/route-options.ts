// What is said of a route where it is added: who may use it, what it is for, which parameters it takes. The access check, the
// check of parameters and the OpenAPI document all go by it.

import type { FastifyContextConfig, FastifyRequest } from 'fastify';
import type { Need } from '../access/role';
import { Parameters } from './parameters';
import type { RouteContext } from './routes/context';

/** A route, as it is described. */
export interface RouteDescription {
  /** What it does, in a sentence. */
  readonly summary: string;
  readonly needs: Need;
  /** True for a route that changes something: requests of foreign pages are refused there. */
  readonly changesState?: true;
  /** True for the one route that is answered however many places are taken. */
  readonly isAlwaysAnswered?: true;
  /** True for the one route that makes tokens. */
  readonly makesTokens?: true;
  /** Parameters of the query string, with what each means. */
  readonly query?: Readonly<Record<string, string>>;
  /** Fields of the body, where it is a JSON object, with what each means. */
  readonly body?: Readonly<Record<string, string>>;
  /** True for one that is there only to refuse, and is not described. */
  readonly isHidden?: true;
  /** What the answer is, by status. */
  readonly answers?: Readonly<Record<number, string>>;
}

interface QuerySchema {
  readonly querystring?: { readonly properties?: Readonly<Record<string, unknown>> };
}

/** The options of a route, for Fastify. Its schemas describe and do not check: our own checks say more. */
export function route(description: RouteDescription) {
  const { summary, needs, query, body, answers, changesState, makesTokens, isHidden } = description;
  const reserve: FastifyContextConfig['reserve'] | null = description.isAlwaysAnswered
    ? 'all'
    : changesState
      ? 'write'
      : null;
  return {
    config: {
      needs,
      ...(changesState && { changesState }),
      ...(makesTokens && { makesTokens }),
      ...(reserve && { reserve }),
    },
    schema: {
      summary,
      ...(isHidden && { hide: true }),
      ...(query && { querystring: objectOf(query) }),
      ...(body && { body: objectOf(body) }),
      response: Object.fromEntries(
        Object.entries(answers ?? { 200: 'done' }).map(([status, description]) => [status, { description }]),
      ),
    },
  };
}

function objectOf(fields: Readonly<Record<string, string>>) {
  return {
    type: 'object',
    properties: Object.fromEntries(
      Object.entries(fields).map(([name, description]) => [name, { type: 'string', description }]),
    ),
  };
}

/** The query's parameters; one that the route does not describe is refused. Throws a `RequestError`. */
export function readParameters(
  request: FastifyRequest,
  { clock, settings }: Pick<RouteContext, 'clock' | 'settings'>,
): Parameters {
  const known = (request.routeOptions.schema as QuerySchema | undefined)?.querystring?.properties ?? {};
  return new Parameters([request.query], clock(), settings['time-zone']).allowOnly(Object.keys(known));
}

/** The parameters of the query and of a form, of which those of the form win. What is not known is ignored, as in Graphite. */
export function readForm(
  request: FastifyRequest,
  { clock, settings }: Pick<RouteContext, 'clock' | 'settings'>,
): Parameters {
  return new Parameters([request.query, request.body ?? {}], clock(), settings['time-zone']);
}
