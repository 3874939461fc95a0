// Describes the API as an OpenAPI document, from the descriptions of its routes.

import { errorSchema, type JsonSchema, object, type Schema, text, whole } from '@anthracite/protocol/api';
import type { FastifyInstance, RouteOptions } from 'fastify';
import {
  type AnswerDescription,
  type DescribedParameters,
  json,
  type RouteDescription,
  route,
  typed,
} from '../request/route-options';
import type { Content, OpenApiDocument, Operation, Parameter, Response } from './openapi-document';
import { openApiPage } from './openapi-page';

const formType = 'application/x-www-form-urlencoded';
const pathParameters: Readonly<Record<string, Schema<unknown>>> = { id: whole(), name: text() };
const answerOfErrors = json(errorSchema, 'an error');
const securitySchemes = {
  bearer: { type: 'http', scheme: 'bearer', description: 'a token' },
  basic: { type: 'http', scheme: 'basic', description: 'any user name, a token as the password' },
  feed: { type: 'apiKey', in: 'query', name: 'token', description: 'a token with the role feed' },
};

/** The routes added so far, with their descriptions. */
export class ApiDescription {
  readonly #paths = new Map<string, Map<string, Operation>>();
  readonly #schemas = new Map<string, JsonSchema>();

  constructor(
    private readonly version: string,
    private readonly url: string,
  ) {}

  /**
   * Adds a route. Skips routes without a description, routes that only answer HEAD, and copies of a path with a
   * trailing slash.
   */
  add({ method, url, config }: Pick<RouteOptions, 'method' | 'url' | 'config'>): void {
    const { description } = config ?? {};
    const id = description?.id ?? null;
    const path = url.replace(/:(\w+)/g, '{$1}');
    if (description === undefined || id === null) return;
    if (url.length > 1 && url.endsWith('/') && this.#paths.has(path.slice(0, -1))) return;
    const methods = [method].flat().filter((one) => one !== 'HEAD');
    const operations = this.#paths.get(path) ?? new Map<string, Operation>();
    for (const [i, one] of methods.entries()) {
      const operationId = i === 0 ? id : `${id}ByForm`;
      operations.set(one.toLowerCase(), this.#operation(operationId, one, path, description, i > 0));
      this.#paths.set(path, operations);
    }
  }

  /** The document. */
  get document(): OpenApiDocument {
    const sorted = [...this.#schemas].sort(([one], [other]) => (one < other ? -1 : 1));
    return {
      openapi: '3.1.0',
      info: {
        title: 'Anthracite',
        version: this.version,
        description: 'An event database for people who run Graphite and Grafana.',
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      servers: [{ url: this.url }],
      paths: Object.fromEntries(
        Array.from(this.#paths, ([path, operations]) => [path, Object.fromEntries(operations)]),
      ),
      components: { schemas: Object.fromEntries(sorted), securitySchemes },
    };
  }

  #operation(
    operationId: string,
    method: string,
    path: string,
    { summary, needs, query = {}, headers = {}, body, answers }: RouteDescription,
    isByForm: boolean,
  ): Operation {
    const byHeader = [{ bearer: [] }, { basic: [] }];
    const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
    const parameters: Parameter[] = [
      ...names.map((name) => inPath(name)),
      ...(isByForm ? [] : parametersIn('query', query)),
      ...parametersIn('header', headers),
    ];
    const form = isByForm ? { [formType]: { schema: formOf(query) } } : null;
    const content = form ?? (body && this.#content(body));
    return {
      operationId,
      summary: isByForm ? `${summary}; the parameters as a form` : summary,
      'x-needs': needs,
      security:
        needs === 'nothing' || needs === 'signature' || needs === 'hook'
          ? []
          : needs === 'feed'
            ? [...byHeader, { feed: [] }]
            : byHeader,
      ...(parameters.length > 0 && { parameters }),
      ...(content && method !== 'GET' && { requestBody: { required: !isByForm, content } }),
      responses: {
        ...Object.fromEntries(
          Object.entries(answers).map(([status, answer]) => [status, this.#response(Number(status), answer)]),
        ),
        default: this.#response(400, answerOfErrors),
      },
    };
  }

  #response(status: number, answer: string | AnswerDescription): Response {
    const fallback = status >= 400 ? { ...answerOfErrors, doc: String(answer) } : { doc: String(answer) };
    const { doc, content, headers }: AnswerDescription = typeof answer === 'string' ? fallback : answer;
    return {
      description: doc,
      ...(headers && {
        headers: Object.fromEntries(
          Object.entries(headers).map(([name, description]) => [
            name,
            { description, schema: { type: 'string' } },
          ]),
        ),
      }),
      ...(content && { content: this.#content(content) }),
    };
  }

  #content(content: Readonly<Record<string, Schema<unknown> | null>>): Content {
    return Object.fromEntries(
      Object.entries(content).map(([type, schema]) => [type, { schema: this.#known(schema ?? text()) }]),
    );
  }

  // A name identifies one schema: two schemas with one name are a programming error.
  #known({ json: schema, named }: Schema<unknown>): JsonSchema {
    for (const [name, one] of Object.entries(named)) {
      const known = this.#schemas.get(name);
      if (known !== undefined && JSON.stringify(known) !== JSON.stringify(one)) {
        throw new Error(`two schemas have the name ${name}`);
      }
      this.#schemas.set(name, one);
    }
    return schema;
  }
}

function inPath(name: string): Parameter {
  return { name, in: 'path', required: true, schema: (pathParameters[name] ?? text()).json };
}

function parametersIn(place: 'query' | 'header', table: DescribedParameters): Parameter[] {
  return Object.entries(table).map(([name, { doc, schema }]) => ({
    name,
    in: place,
    description: doc,
    ...(schema.type === 'array' && { explode: true as const }),
    schema,
  }));
}

function formOf(table: DescribedParameters): JsonSchema {
  const properties = Object.entries(table).map(([name, { doc, schema }]): [string, JsonSchema] => [
    name,
    { ...schema, description: doc },
  ]);
  return { type: 'object', properties: Object.fromEntries(properties) };
}

/** Collects all routes that are added from now on, and adds the document and its page. */
export function addOpenApiRoutes(app: FastifyInstance, version: string): void {
  const api = new ApiDescription(version, app.publicBase.url ?? '/');
  app.addHook('onRoute', (options) => api.add(options));
  const anyObject = object('OpenApi', 'An OpenAPI 3.1 document.', {});
  app.get(
    '/openapi.json',
    route({
      id: 'getOpenApi',
      summary: 'Returns the OpenAPI document of this API',
      needs: 'nothing',
      answers: { 200: json(anyObject, 'an OpenAPI 3.1 document') },
    }),
    (_request, reply) => reply.type('application/json').send(JSON.stringify(api.document)),
  );
  app.get(
    '/openapi',
    route({
      id: 'getOpenApiPage',
      summary: 'Returns the API documentation as an HTML page',
      needs: 'nothing',
      answers: { 200: typed('text/html', 'the page') },
    }),
    (_request, reply) => reply.type('text/html; charset=utf-8').send(openApiPage(api.document)),
  );
}
