// Describes a route where it is added: its access, purpose, parameters and answers. The access check, the parameter
// check and the OpenAPI document all use this description.

import type { Schema } from '@anthracite/protocol/api';
import type { FastifyContextConfig, FastifyRequest } from 'fastify';
import type { Need } from '../../../access/role';
import type { RouteContext } from '../routes/context';
import { parseFormBody } from './form-body';
import type { DescribedParameter, ParameterTable, ParameterValues } from './parameter-kinds';
import { Parameters } from './parameters';

/** Descriptions of parameters, by name. */
export type DescribedParameters = Readonly<Record<string, DescribedParameter>>;

/** An answer of a route. */
export interface AnswerDescription {
  readonly doc: string;
  /** By media type: the schema of the body, or null for text without a schema. */
  readonly content?: Readonly<Record<string, Schema<unknown> | null>>;
  /** Noteworthy headers, with the meaning of each. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** The description of a route. */
export interface RouteDescription {
  /**
   * Its operation id, in camelCase; null for an undocumented route: it only refuses requests, or is a page at the
   * address of another route.
   */
  readonly id: string | null;
  /** What it does, in one sentence. */
  readonly summary: string;
  readonly needs: Need;
  /** True for a route that changes something: it refuses requests caused by pages of other sites. */
  readonly changesState?: true;
  /** True for a route that is answered even when all places are taken. */
  readonly isAlwaysAnswered?: true;
  /** True for the one route that creates tokens. */
  readonly makesTokens?: true;
  /** True for a route of Grafana's API: its errors have a `message`, too. */
  readonly speaksGrafana?: true;
  /** Parameters of the query string. */
  readonly query?: DescribedParameters;
  /** Request headers that it uses. */
  readonly headers?: DescribedParameters;
  /** The possible bodies, by media type; null for text without a schema. */
  readonly body?: Readonly<Record<string, Schema<unknown> | null>>;
  /** The answers by status; a plain text when there is nothing more to describe. */
  readonly answers: Readonly<Record<number, string | AnswerDescription>>;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The description of the route. */
    description?: RouteDescription;
  }
}

/** The options of a route, for Fastify. */
export function route(description: RouteDescription) {
  const { needs, changesState, makesTokens } = description;
  const reserve: FastifyContextConfig['reserve'] | null = description.isAlwaysAnswered
    ? 'all'
    : changesState
      ? 'write'
      : null;
  return {
    config: {
      needs,
      description,
      ...(changesState && { changesState }),
      ...(makesTokens && { makesTokens }),
      ...(reserve && { reserve }),
    },
  };
}

/** A JSON answer with a schema. */
export function json(schema: Schema<unknown>, doc: string): AnswerDescription {
  return { doc, content: { 'application/json': schema } };
}

/** An answer of another media type. */
export function typed(type: string, doc: string): AnswerDescription {
  return { doc, content: { [type.split(';', 1)[0] ?? type]: null } };
}

/** An HTML page. */
export const page = (doc = 'the page'): AnswerDescription => typed('text/html', doc);

/** Methods of a query: thousands of values do not fit into a URL, so they can be posted as a form. A query changes nothing. */
export const queryMethods: ['GET', 'POST'] = ['GET', 'POST'];

type Clocked = Pick<RouteContext, 'clock' | 'settings'>;

/** The parameters of the URL, and those of a posted form, which take precedence. */
function givenParameters(request: FastifyRequest): readonly unknown[] {
  const isPosted = request.method === 'POST' && Buffer.isBuffer(request.body) && request.body.length > 0;
  return isPosted ? [request.query, parseFormBody(request).toQuery()] : [request.query];
}

/** The query's parameters; unknown ones are refused. Throws a `RequestError`. */
export function openParameters(
  request: FastifyRequest,
  { clock, settings }: Clocked,
  table: ParameterTable,
): Parameters {
  return new Parameters(givenParameters(request), clock(), settings['time-zone']).allowOnly(
    Object.keys(table),
  );
}

/** The values of the query's parameters, as a table reads them; unknown ones are refused. Throws a `RequestError`. */
export function readParameters<Table extends ParameterTable>(
  request: FastifyRequest,
  context: Clocked,
  table: Table,
): ParameterValues<Table> {
  return openParameters(request, context, table).read(table);
}

/**
 * The parameters of the query and of a form; those of the form take precedence. Unknown parameters are ignored, as in
 * Graphite.
 */
export function readForm(request: FastifyRequest, { clock, settings }: Clocked): Parameters {
  return new Parameters([request.query, request.body ?? {}], clock(), settings['time-zone']);
}
