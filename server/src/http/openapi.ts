// Describes the API by what its routes say of themselves: as an OpenAPI document, and as a page.

import swagger from '@fastify/swagger';
import type { FastifyInstance } from 'fastify';
import { escapeHtml, htmlPage } from '../formats/html';
import { route } from './route-options';

interface Operation {
  readonly summary?: string;
  readonly 'x-needs'?: string;
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: string;
    readonly description?: string;
  }[];
  readonly requestBody?: {
    readonly content: Readonly<
      Record<
        string,
        { readonly schema: { readonly properties?: Readonly<Record<string, { description?: string }>> } }
      >
    >;
  };
  readonly responses?: Readonly<Record<string, { readonly description: string }>>;
}

/** Collects all routes that are added from now on. */
export async function collectRoutes(app: FastifyInstance, version: string): Promise<void> {
  // Schemas describe; our own checks say more than a validator.
  app.setValidatorCompiler(() => () => true);
  app.setSerializerCompiler(() => (data) => JSON.stringify(data));
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Anthracite',
        version,
        description: 'An event database for people who run Graphite and Grafana.',
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      components: {
        securitySchemes: {
          bearer: { type: 'http', scheme: 'bearer', description: 'a token' },
          basic: { type: 'http', scheme: 'basic', description: 'any user, a token as password' },
        },
      },
    },
    transform: ({ schema, url, route: { config } }) => {
      const needs = config?.needs ?? 'admin';
      const security = needs === 'nothing' ? [] : [{ bearer: [] }, { basic: [] }];
      return { schema: { ...schema, security, 'x-needs': needs } as typeof schema, url };
    },
  });
}

/** Adds the document and its page. */
export function addOpenApiRoutes(app: FastifyInstance): void {
  app.get(
    '/openapi.json',
    route({ summary: 'This document', needs: 'nothing', answers: { 200: 'an OpenAPI 3.1 document' } }),
    (_request, reply) => reply.type('application/json').send(JSON.stringify(app.swagger())),
  );
  app.get(
    '/openapi',
    route({ summary: 'This document, as a page', needs: 'nothing', answers: { 200: 'HTML' } }),
    (_request, reply) => reply.type('text/html; charset=utf-8').send(pageOf(app)),
  );
}

function pageOf(app: FastifyInstance): string {
  const paths = Object.entries(app.swagger().paths ?? {});
  const sections = paths.flatMap(([path, methods]) =>
    Object.entries(methods as Readonly<Record<string, Operation>>).map(([method, operation]) =>
      sectionOf(method, path, operation),
    ),
  );
  return htmlPage(
    'The HTTP API',
    `<h1>The HTTP API</h1>\n<p>As a document for programs: <a href="/openapi.json">openapi.json</a>.</p>\n${sections.join('')}`,
  );
}

function sectionOf(method: string, path: string, operation: Operation): string {
  const { summary = '', parameters = [], requestBody, responses = {} } = operation;
  const fields = Object.values(requestBody?.content ?? {})[0]?.schema.properties ?? {};
  const rows = [
    ...parameters.map(({ name, in: place, description = '' }) => row(name, place, description)),
    ...Object.entries(fields).map(([name, { description = '' }]) => row(name, 'body', description)),
    ...Object.entries(responses).map(([status, { description }]) => row(status, 'answer', description)),
  ];
  return `<h2><code>${method.toUpperCase()} ${escapeHtml(path)}</code></h2>
<p>${escapeHtml(summary)}. Needs: ${escapeHtml(operation['x-needs'] ?? '')}.</p>
<dl>${rows.join('')}</dl>
`;
}

function row(name: string, place: string, description: string): string {
  // No table: the page has no style, and a table is as wide as its longest words in whatever font there is.
  return `<dt><code>${escapeHtml(name)}</code> (${place})</dt><dd>${escapeHtml(description)}</dd>\n`;
}
