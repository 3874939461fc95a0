// Holds every response of a server to its schema in the OpenAPI document, without unknown fields.

import type { JsonSchema } from '@anthracite/protocol/api';
import Ajv2020 from 'ajv/dist/2020';
import type { OpenApiDocument, Operation } from '../../src/doors/http/answer/openapi-document';
import { readHooks } from '../../src/hooks/hook-config';
import { exampleMessage } from '../../src/targets/message';
import { readTargets } from '../../src/targets/target-config';
import { start, type TestServer } from '../start';

interface Asked {
  readonly path: string;
  readonly method?: string;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const json = { 'content-type': 'application/json', accept: 'application/json' };
const at = Date.parse('2026-11-20T10:00:00Z');
const events = [
  { time: at, type: 'deploy_shop', tags: ['env=prod', 'version=7', 'host=web1'], description: 'release 7' },
  {
    time: at + 1,
    type: 'deploy_shop',
    tags: ['env=prod', 'version=7', 'host=web2'],
    description: 'release 7',
  },
  {
    time: at + 60_000,
    type: 'incident_sev2_start',
    tags: ['env=prod', 'impact=30', 'origin=self'],
    description: 'down',
  },
  { time: at + 90_000, type: 'incident_sev2_detected', tags: ['env=prod'], description: 'seen' },
  { time: at + 200_000, type: 'incident_sev2_end', tags: ['env=prod'], description: 'up' },
  { time: at + 300_000, type: 'gain_sev4_start', tags: [], description: 'faster' },
];
const range = 'from=2026-11-01&until=2026-11-25';
const post = (path: string, body: unknown): Asked => ({
  path,
  method: 'POST',
  body: JSON.stringify(body),
  headers: json,
});
const asJson = (path: string): Asked => ({ path, headers: json });

const pagerduty = { routing_key: 'the-routing-key-of-a-test' };

// In order: later requests depend on earlier ones. Each operation of the document that answers in JSON is among them.
const asked: readonly Asked[] = [
  asJson('/health'),
  asJson('/readyz'),
  asJson('/openapi.json'),
  post('/events', events),
  post('/events', [
    { type: 'a b', description: 'x' },
    { type: 'incident_sev9', description: 'x' },
  ]),
  post('/events', { type: 'incident_sev9', description: 'x' }),
  post('/events', { type: 'incident_sev9', description: 'x' }),
  {
    path: '/events',
    method: 'POST',
    body: 'no line\n1763632800 x y\n',
    headers: { 'content-type': 'text/plain' },
  },
  { path: '/events', method: 'POST', body: 'no line\n', headers: { 'content-type': 'text/plain' } },
  post('/events', { type: 'x' }),
  asJson(`/events/json?${range}&limit=2`),
  asJson(`/events/json?${range}&group=version`),
  asJson('/events/json?order=sideways'),
  { path: '/events/json', method: 'POST', body: 'limit=2' },
  asJson('/events/1'),
  asJson(`/events/timeline?${range}&group=version`),
  { path: '/events/timeline', method: 'POST', body: range },
  asJson(`/events/counts?${range}&by=type&limit=1`),
  { path: '/events/counts', method: 'POST', body: range },
  asJson(`/spans?${range}`),
  { path: '/spans', method: 'POST', body: range },
  asJson('/spans/3'),
  asJson('/spans/3/suspects'),
  asJson('/events/1/followers'),
  asJson(`/report?${range}`),
  { path: '/report', method: 'POST', body: range },
  asJson('/types'),
  asJson('/types?counts=0'),
  asJson('/tags'),
  asJson('/tags?counts=0'),
  asJson('/tags/keys'),
  { path: '/events/1', method: 'PATCH', body: '{"description": "release 8"}', headers: json },
  { path: '/events/1', method: 'DELETE' },
  asJson('/events/1/history'),
  asJson('/retention?rules=*=1y'),
  { path: '/events/1/restore', method: 'POST', headers: json },
  { path: '/events/2/purge', method: 'POST', headers: json },
  asJson('/events/2/history'),
  { path: '/events/delete?type=x&dry_run=1', method: 'POST' },
  asJson('/rejects'),
  post('/rejects', [{ line: 'no line', code: 'MISSING_FIELD', error: 'it has too few' }]),
  {
    path: '/rejects/1/resubmit',
    method: 'POST',
    body: '1763632800 x corrected',
    headers: { accept: 'application/json' },
  },
  post('/tokens', { name: 'root', roles: ['admin', 'read', 'write'] }),
  asJson('/tokens'),
  asJson('/events/get_data'),
  { path: '/events/get_data', method: 'POST', body: '' },
  asJson('/render?target=events(%22x%22)&from=-1h'),
  { path: '/render', method: 'POST', body: 'target=events(%22x%22)' },
  asJson('/functions'),
  asJson('/functions/summarize'),
  asJson('/metrics/find?query=x'),
  { path: '/metrics/find', method: 'POST', body: 'query=x' },
  asJson('/metrics/expand'),
  { path: '/metrics/expand', method: 'POST', body: '' },
  asJson('/metrics/index.json'),
  asJson('/tags/autoComplete/tags'),
  asJson('/tags/autoComplete/values?tag=x'),
  post('/api/annotations', { time: at, timeEnd: at + 1_000, text: 'x', tags: ['work'], panelId: 4 }),
  post('/api/annotations', { text: '' }),
  post('/api/annotations/graphite', { what: 'x' }),
  asJson('/api/annotations'),
  asJson('/api/annotations/tags'),
  asJson('/api/annotations/1'),
  asJson('/api/annotations/999'),
  { path: '/api/annotations/1', method: 'PATCH', body: '{"text": "y"}', headers: json },
  { path: '/api/annotations/1', method: 'PUT', body: '{"text": "z"}', headers: json },
  { path: '/api/annotations/999', method: 'DELETE' },
  post('/hooks/kubernetes', { reason: 'x' }),
  { path: '/hooks/kubernetes', method: 'PUT', body: '{"reason": "x"}', headers: json },
  post('/hooks/kubernetes', { reason: 5 }),
  post('/v2/enqueue', { ...pagerduty, event_action: 'resolve', dedup_key: 'k' }),
  post('/v2/change/enqueue', { ...pagerduty, payload: { summary: 'x' } }),
  post('/v2/enqueue', {}),
  post('/api/v1/events', { title: 'x' }),
  post('/api/v2/events', { data: { attributes: { title: 'x', category: 'change' } } }),
  post('/1/markers/shop', { message: 'x' }),
  asJson('/hooks'),
  asJson('/targets'),
  { path: '/targets/away/test', method: 'POST' },
  asJson('/targets/undelivered'),
  { path: '/targets/undelivered/1/resend', method: 'POST' },
  post('/chef/data-collector', { message_type: 'run_start' }),
  {
    path: '/puppet/reports',
    method: 'POST',
    body: '--- !ruby/object:Puppet::Transaction::Report\nhost: web1\n',
  },
];

let server: TestServer;
let document: OpenApiDocument;
beforeAll(async () => {
  const read = readHooks({ kubernetes: {}, datadog: {}, honeycomb: {}, pagerduty: { 'secret-file': 'x' } });
  const secrets = [pagerduty.routing_key];
  const hooks = !read.ok
    ? []
    : read.hooks.map((hook) => ({ ...hook, secrets: hook.kind === 'pagerduty' ? secrets : [] }));
  const sent = readTargets([{ name: 'away', url: 'http://127.0.0.1:9/' }]);
  const targets = !sent.ok ? [] : sent.targets.map((target) => ({ ...target, secrets: [], token: null }));
  server = await start({}, Date.now, {}, undefined, { hooks, targets });
  const message = JSON.stringify(exampleMessage('away', at));
  const undelivered = { at, title: 'x', why: 'y', message };
  const position = await server.app.store.position();
  const progress = { position, spanPosition: position, failingSince: null };
  await server.app.store.targets.step({ target: 'away', ...progress, undelivered });
  document = (await server.json('/openapi.json')) as OpenApiDocument;
});

test('answers each request for JSON with exactly the fields of the schema', async () => {
  const schemas = new Ajv2020({ strict: false, validateFormats: false, allErrors: true });
  schemas.addSchema(closed(document as unknown as JsonSchema) as object, 'api');
  let authorization: Record<string, string> = {};
  const seen = new Set<string>();
  for (const { path, method = 'GET', body, headers = {} } of asked) {
    const { at: place, operation } = operationOf(path, method);
    const response = await server.fetch(path, {
      method,
      headers: { ...formOf(method, body), ...headers, ...authorization },
      ...(body !== undefined && { body }),
    });
    const text = await response.text();
    const status = operation.responses[response.status] === undefined ? 'default' : `${response.status}`;
    const isJson = response.headers.get('content-type')?.startsWith('application/json') ?? false;
    if (!isJson) continue;
    const answer: unknown = JSON.parse(text);
    const reference = [...place, 'responses', status, 'content', 'application/json', 'schema'];
    const check = schemas.compile({ $ref: `api#/${reference.map(escaped).join('/')}` });
    const isAsSaid = check(answer);
    const shown = text.slice(0, 500);
    expect([method, path, shown, isAsSaid, check.errors]).toEqual([method, path, shown, true, null]);
    if (response.ok) seen.add(operation.operationId);
    const { token } = answer as { readonly token?: string };
    if (token !== undefined) authorization = { authorization: `Bearer ${token}` };
  }
  expect([...seen].sort()).toEqual(operationsInJson().sort());
});

function operationOf(path: string, method: string) {
  const asked = path.split('?', 1)[0] ?? '';
  const template = Object.keys(document.paths)
    .sort((one, other) => one.split('{').length - other.split('{').length)
    .find((one) =>
      new RegExp(
        `^${one
          .replace(/[.]/g, '\\.')
          .replace(/\{\w+\}/g, '[^/]+')
          .replace('/*', '/.+')}$`,
      ).test(asked),
    );
  const operation = document.paths[template ?? '']?.[method.toLowerCase()];
  if (operation === undefined) throw new Error(`the document has no ${method} ${path}`);
  return { at: ['paths', template ?? '', method.toLowerCase()], operation };
}

function operationsInJson(): string[] {
  return Object.values(document.paths)
    .flatMap((operations): Operation[] => Object.values(operations))
    .filter(({ responses }) =>
      ['200', '201', '202'].some((status) => responses[status]?.content?.['application/json'] !== undefined),
    )
    .map(({ operationId }) => operationId);
}

const formOf = (method: string, body: string | undefined): Record<string, string> =>
  method === 'POST' && body !== undefined ? { 'content-type': 'application/x-www-form-urlencoded' } : {};
const escaped = (part: string): string => encodeURIComponent(part.replace(/~/g, '~0').replace(/\//g, '~1'));

// Clients must ignore unknown fields, but the server must not send any.
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== 'object' || schema === null) return schema;
  const parts = Object.fromEntries(Object.entries(schema).map(([name, part]) => [name, closed(part)]));
  const isClosed =
    'properties' in schema && 'type' in schema && Object.keys(schema.properties as object).length > 0;
  return isClosed ? { ...parts, additionalProperties: false } : parts;
}
