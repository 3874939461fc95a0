// The OpenAPI document describes every route with every parameter that it accepts.

import type { JsonSchema } from '@anthracite/protocol/api';
import type { OpenApiDocument, Operation } from '../../src/doors/http/answer/openapi-document';
import { start, type TestServer } from '../start';

let server: TestServer;
let document: OpenApiDocument;
beforeAll(async () => {
  server = await start();
  document = (await server.json('/openapi.json')) as OpenApiDocument;
});

const operations = (): Operation[] => Object.values(document.paths).flatMap((some) => Object.values(some));
const parameter = (path: string, name: string): JsonSchema | undefined =>
  document.paths[path]?.['get']?.parameters?.find((one) => one.name === name)?.schema;

test('gives every route a description', () => {
  expect(document.openapi).toBe('3.1.0');
  for (const { methods, url } of server.app.http.routes) {
    const path = url.replace(/(.)\/$/, '$1').replace(/:(\w+)/g, '{$1}');
    for (const method of methods.filter((one) => one !== 'HEAD')) {
      const operation = document.paths[path]?.[method.toLowerCase()];
      // Routes that only refuse are not described.
      const refuses = /^\/events\/?$/.test(url) && !['GET', 'POST'].includes(method);
      expect([method, path, (operation?.summary ?? '').length > 3]).toEqual([method, path, !refuses]);
    }
  }
});

test('gives every operation a unique name in camelCase', () => {
  const ids = operations().map(({ operationId }) => operationId);
  for (const id of ids) expect(id).toMatch(/^[a-z]+(?:[A-Z][a-z]*)*$/);
  expect(new Set(ids).size).toBe(ids.length);
});

test('gives every parameter and every field a meaning', () => {
  const parameters = Object.entries(document.paths).flatMap(([path, some]) =>
    Object.values(some).flatMap((operation) =>
      (operation.parameters ?? [])
        .filter((one) => one.in !== 'path' && (one.description ?? '').length < 3)
        .map(({ name }) => `${path} ${name}`),
    ),
  );
  const fields = Object.entries(document.components.schemas).flatMap(([name, { properties = {} }]) =>
    Object.entries(properties)
      .filter(([, { description = '' }]) => description.length < 3)
      .map(([field]) => `${name}.${field}`),
  );
  expect([...parameters, ...fields]).toEqual([]);
});

test('gives parameters their types, values, bounds and defaults', () => {
  expect(parameter('/events/json', 'order')).toEqual({
    type: 'string',
    enum: ['ascending', 'descending'],
    default: 'ascending',
  });
  expect(parameter('/events/atom', 'order')?.default).toBe('descending');
  expect(parameter('/spans', 'limit')).toEqual({
    type: 'integer',
    minimum: 1,
    maximum: 10_000,
    default: 1_000,
  });
  expect(parameter('/spans', 'severity')).toEqual({
    type: 'array',
    items: { type: 'string', enum: ['1', '2', '3', '4', 'none'] },
  });
  expect(parameter('/types', 'counts')).toEqual({ type: 'string', enum: ['0', '1'], default: '1' });
  expect(parameter('/report', 'period')?.default).toBe('month');
  expect(parameter('/events/{id}', 'id')).toEqual({ type: 'integer' });
});

test('refuses values out of bounds and other words, and applies the default', async () => {
  for (const [path, operation] of Object.entries(document.paths).map(
    ([path, { get }]) => [path, get] as const,
  )) {
    if (!/^\/(events\/(json|counts|timeline)|spans|report|types|tags|rejects)$/.test(path)) continue;
    for (const { name, schema, in: place } of operation?.parameters ?? []) {
      const values = [
        schema.maximum === undefined ? [] : [schema.maximum + 1],
        schema.enum ? ['nonsense'] : [],
      ];
      for (const value of values.flat()) {
        const response = await server.fetch(`${path}?${name}=${value}`, {
          headers: { accept: 'application/json' },
        });
        expect([place, path, name, value, response.status]).toEqual([place, path, name, value, 400]);
      }
      if (schema.default === undefined) continue;
      const [bare, said] = await Promise.all(
        ['', `?${name}=${schema.default}`].map((query) =>
          server.fetch(`${path}${query}`, { headers: { accept: 'application/json' } }),
        ),
      );
      expect([path, name, said?.status]).toEqual([path, name, bare?.status]);
    }
  }
});

test('defines every schema that it refers to', () => {
  const names = [...JSON.stringify(document).matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(
    ([, name]) => name,
  );
  expect(names.length).toBeGreaterThan(50);
  for (const name of names) expect(Object.keys(document.components.schemas)).toContain(name);
});

// The routes of Graphite and of the original Anthracite ignore unknown parameters, as those did.
const graphitesOrForms = ['/events/get_data', '/events/add', '/events/table'];

test('accepts exactly the described parameters and names them when it refuses others', async () => {
  const own = Object.keys(document.paths).filter(
    (path) => /^\/(events\/[a-z]+|types|tags|rejects)$/.test(path) && !graphitesOrForms.includes(path),
  );
  expect(own.length).toBeGreaterThan(12);
  for (const path of own) {
    const [method = 'get', operation] = Object.entries(document.paths[path] ?? {})[0] ?? [];
    const response = await server.fetch(`${path}?nonsense=1`, { method: method.toUpperCase() });
    const { error } = (await response.json()) as { error: string };
    const described = (operation?.parameters ?? []).filter((one) => one.in === 'query');
    const names = described.map(({ name }) => name);
    expect([path, error]).toEqual([path, expect.stringContaining(`allowed: ${names.join(', ')}`)]);
    for (const { description } of described) expect(description).not.toBe('');
  }
});

test('shows the same on the page, which loads nothing', async () => {
  const response = await server.fetch('/openapi');
  const page = (await response.text()).replaceAll('<wbr>', '');
  expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
  for (const path of Object.keys(document.paths)) expect(page).toContain(path.replace(/[&<>]/g, ''));
  expect(page).toContain('"phrases"'.replace(/"/g, '&quot;'));
  expect(page).toContain('default `ascending`');
});
