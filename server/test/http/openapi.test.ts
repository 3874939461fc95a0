// The API's own description: every route is in it, with every parameter that it takes.

import { start, type TestServer } from '../start';

interface Document {
  readonly openapi: string;
  readonly paths: Readonly<
    Record<
      string,
      Readonly<Record<string, { summary?: string; parameters?: { name: string; description: string }[] }>>
    >
  >;
}

let server: TestServer;
let document: Document;
beforeAll(async () => {
  server = await start();
  document = (await server.json('/openapi.json')) as Document;
});

test('every route says what it is for', () => {
  expect(document.openapi).toBe('3.1.0');
  for (const { methods, url } of server.app.http.routes) {
    const path = url.replace(/:(\w+)/g, '{$1}');
    for (const method of methods.filter((one) => one !== 'HEAD')) {
      const operation = document.paths[path]?.[method.toLowerCase()];
      // Routes that are there to refuse are not described.
      const refuses = /^\/events\/?$/.test(url) && !['GET', 'POST'].includes(method);
      expect([method, path, (operation?.summary ?? '').length > 3]).toEqual([method, path, !refuses]);
    }
  }
});

test('what a route describes is what it takes: it refuses all else, and names these', async () => {
  const own = Object.keys(document.paths).filter(
    (path) => /^\/(events\/[a-z]+|types|tags|rejects)$/.test(path) && path !== '/events/get_data',
  );
  expect(own.length).toBeGreaterThan(12);
  for (const path of own) {
    const [method = 'get', operation] = Object.entries(document.paths[path] ?? {})[0] ?? [];
    const response = await server.fetch(`${path}?nonsense=1`, { method: method.toUpperCase() });
    const { error } = (await response.json()) as { error: string };
    const names = (operation?.parameters ?? []).map(({ name }) => name);
    expect([path, error]).toEqual([path, expect.stringContaining(`known are ${names.join(', ')}`)]);
    for (const { description } of operation?.parameters ?? []) expect(description).not.toBe('');
  }
});

test('the page shows the same, and loads nothing', async () => {
  const response = await server.fetch('/openapi');
  const page = await response.text();
  expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
  for (const path of Object.keys(document.paths)) expect(page).toContain(path.replace(/[&<>]/g, ''));
  expect(page).toContain('"phrases"'.replace(/"/g, '&quot;'));
});
