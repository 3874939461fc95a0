// Describes the API as an OpenAPI document and as a page, from the descriptions of its routes.

import {
  errorSchema,
  type JsonSchema,
  type NamedSchemas,
  object,
  type Schema,
  text,
  whole,
} from '@anthracite/protocol/api';
import type { FastifyInstance, RouteOptions } from 'fastify';
import type { Need } from '../../../access/role';
import { escapeHtml, htmlPage } from '../../../formats/html';
import {
  type AnswerDescription,
  type DescribedParameters,
  json,
  type RouteDescription,
  route,
  typed,
} from '../request/route-options';

interface Parameter {
  readonly name: string;
  readonly in: 'query' | 'path' | 'header';
  readonly description?: string;
  readonly required?: true;
  readonly explode?: true;
  readonly schema: JsonSchema;
}

type Content = Readonly<Record<string, { readonly schema: JsonSchema }>>;

interface Response {
  readonly description: string;
  readonly content?: Content;
  readonly headers?: Readonly<Record<string, { readonly description: string; readonly schema: JsonSchema }>>;
}

/** A method of a path. */
export interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly 'x-needs': Need;
  readonly security: readonly Readonly<Record<string, readonly never[]>>[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly required: boolean; readonly content: Content };
  readonly responses: Readonly<Record<string, Response>>;
}

/** An OpenAPI 3.1 document, with the parts used here. */
export interface OpenApiDocument {
  readonly openapi: '3.1.0';
  readonly info: Readonly<Record<string, unknown>>;
  readonly servers: readonly { readonly url: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: {
    readonly schemas: NamedSchemas;
    readonly securitySchemes: Readonly<Record<string, unknown>>;
  };
}

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
        needs === 'nothing' || needs === 'signature'
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
    (_request, reply) => reply.type('text/html; charset=utf-8').send(pageOf(api.document)),
  );
}

function pageOf({ paths }: OpenApiDocument): string {
  const sections = Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => sectionOf(method, path, operation)),
  );
  return htmlPage(
    'The HTTP API',
    `<h1>The HTTP API</h1>\n<p>As a document for programs: <a href="openapi.json">openapi.json</a>.</p>\n${sections.join('')}`,
  );
}

function sectionOf(method: string, path: string, operation: Operation): string {
  const { operationId, summary, parameters = [], requestBody, responses } = operation;
  const rows = [
    ...parameters.map(({ name, in: place, description = '', schema }) =>
      row(name, place, [description, describeValue(schema)].filter(Boolean).join('; ')),
    ),
    ...Object.keys(requestBody?.content ?? {}).map((type) => row(type, 'body', 'see openapi.json')),
    ...Object.entries(responses).map(([status, { description }]) => row(status, 'answer', description)),
  ];
  return `<h2>${code(`${method.toUpperCase()} ${path}`)}</h2>
<p>${escapeHtml(summary)}. Access: ${accessOf(operation)}. Operation: ${code(operationId)}.</p>
<dl>${rows.join('')}</dl>
`;
}

/** What a client needs for an operation, in words. */
export function accessOf({ 'x-needs': needs }: Operation): string {
  return accesses[needs];
}

const accesses: Readonly<Record<Need, string>> = {
  nothing: 'everybody',
  read: 'role read',
  feed: 'role read or feed',
  write: 'role write',
  edit: 'roles read and write',
  admin: 'role admin',
  signature: 'a signed body',
};

/** The allowed values of a parameter, and its default, in words; empty when any text is allowed. */
export function describeValue(schema: JsonSchema): string {
  const { type, enum: words, minimum, maximum, items, anyOf, default: fallback } = schema;
  const values = words ?? (items === undefined || items === false ? undefined : items.enum);
  const kind =
    values !== undefined
      ? values.map((word) => `\`${word}\``).join(', ')
      : anyOf !== undefined
        ? anyOf.map((one) => (one.const === undefined ? describeValue(one) : `\`${one.const}\``)).join(' or ')
        : type === 'integer'
          ? `${minimum ?? 0} to ${maximum}`
          : '';
  return [kind, fallback === undefined ? '' : `default \`${fallback}\``].filter(Boolean).join('; ');
}

function row(name: string, place: string, description: string): string {
  // Not a table: the page has no style sheet, and a table is as wide as its longest words.
  return `<dt>${code(name)} (${place})</dt><dd>${escapeHtml(description).replace(/,(?=\S)/g, ',<wbr>')}</dd>\n`;
}

// A long name may wrap: phones are narrow.
function code(name: string): string {
  const parts = name.split(/(?<=[/_-])|(?=[A-Z][a-z])/).map(escapeHtml);
  return `<code>${parts.join('<wbr>')}</code>`;
}
