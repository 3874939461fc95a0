// Forwards a request to the server of a datasource like Grafana's proxy: with the additions and the locks of the plugin's routes.

import type { IncomingHttpHeaders } from 'node:http';
import { posix } from 'node:path';

/** The stored data of a datasource in Grafana. */
export interface StoredDatasource {
  readonly id: number;
  readonly uid: string;
  readonly name: string;
  readonly type: string;
  readonly url: string;
  readonly jsonData: Readonly<Record<string, unknown>>;
  readonly secureJsonData: Readonly<Record<string, string>>;
  /** True for a provisioned datasource. */
  readonly readOnly?: boolean;
  /** The user of basic authentication; its password is the secret `basicAuthPassword`. */
  readonly basicAuthUser?: string;
}

/** The roles of Grafana's users, from the least on. */
const roles = ['Viewer', 'Editor', 'Admin'] as const;
export type Role = (typeof roles)[number];

/** A route of `plugin.json`, as far as this plugin uses such. */
export interface PluginRoute {
  readonly path: string;
  readonly method?: string;
  /** Users with a lesser role are refused. */
  readonly reqRole?: Role;
  readonly headers?: readonly { readonly name: string; readonly content: string }[];
}

/** The user, and the version of Grafana. */
export interface ProxyOptions {
  readonly role?: Role;
  /** True for older versions, in which a route with an empty path matches nothing. */
  readonly ignoresEmptyPaths?: boolean;
}

/** A request to the proxy. `path` is the part after the datasource's uid, without a leading slash, with its query. */
export interface ProxiedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** Aborted when the browser has closed the connection. */
  readonly signal?: AbortSignal;
}

/** The response to the browser. The body of a live stream comes in parts. */
export interface ProxiedAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: Buffer | AsyncIterable<Uint8Array>;
}

// Grafana removes cookies and the origin of the page; the other headers belong to the connection.
const dropped = /^(?:host|connection|content-length|cookie|origin|referer|accept-encoding|authorization)$/;

/** The first route that matches a request: by its method, and by the beginning of its cleaned path. */
export function routeOf(
  routes: readonly PluginRoute[],
  method: string,
  path: string,
  { ignoresEmptyPaths = false }: ProxyOptions = {},
): PluginRoute | undefined {
  const [asked = ''] = path.split('?');
  const cleaned = cleanPath(asked);
  return routes.find(
    (one) =>
      (one.method ?? method) === method &&
      (one.path === '' ? !ignoresEmptyPaths : cleaned.startsWith(cleanPath(one.path))),
  );
}

function cleanPath(path: string): string {
  return posix.normalize(`/${path}`).replace(/\/$/, '').slice(1);
}

/**
 * Forwards a request. A server that cannot be reached is 502, and its 401 becomes 400, as in Grafana; a request that a route does not
 * allow is 403.
 */
export async function proxy(
  { url, secureJsonData, basicAuthUser }: StoredDatasource,
  routes: readonly PluginRoute[],
  { method, path, headers, body, signal }: ProxiedRequest,
  options: ProxyOptions = {},
): Promise<ProxiedAnswer> {
  const route = routeOf(routes, method, path, options);
  if (route?.reqRole && roles.indexOf(options.role ?? 'Viewer') < roles.indexOf(route.reqRole)) {
    const refusal = { message: 'plugin proxy route access denied' };
    return { status: 403, contentType: 'application/json', body: Buffer.from(JSON.stringify(refusal)) };
  }
  const kept = Object.entries(headers).filter(([name]) => !dropped.test(name)) as [string, string][];
  const sent = new Headers([...kept, ['user-agent', 'Grafana/13.2.2'], ['x-forwarded-for', '127.0.0.1']]);
  // A template that gives nothing sends an empty header.
  for (const { name, content } of route?.headers ?? []) sent.set(name, fillIn(content, secureJsonData));
  if (basicAuthUser !== undefined && !sent.get('authorization')) {
    const user = `${basicAuthUser}:${secureJsonData['basicAuthPassword'] ?? ''}`;
    sent.set('authorization', `Basic ${Buffer.from(user).toString('base64')}`);
  }
  const hasBody = method !== 'GET' && method !== 'HEAD';
  let response: Response;
  try {
    response = await fetch(`${url.replace(/\/$/, '')}/${path}`, {
      method,
      headers: sent,
      redirect: 'manual',
      signal,
      ...(hasBody && { body: new Uint8Array(body) }),
    });
  } catch {
    return { status: 502, contentType: 'text/plain', body: Buffer.alloc(0) };
  }
  if (response.status === 401) {
    return {
      status: 400,
      contentType: 'text/plain',
      body: Buffer.from('Authentication to data source failed'),
    };
  }
  const contentType = response.headers.get('content-type') ?? 'text/plain';
  const isStream = contentType.startsWith('text/event-stream') && response.body !== null;
  return {
    status: response.status,
    contentType,
    body: isStream
      ? (response.body as unknown as AsyncIterable<Uint8Array>)
      : Buffer.from(await response.arrayBuffer()),
  };
}

const conditional = /\{\{\s*if \.SecureJsonData\.(\w+)\s*\}\}(.*?)\{\{\s*end\s*\}\}/g;
const secret = /\{\{\s*\.SecureJsonData\.(\w+)\s*\}\}/g;

/** Fills in a header's template: the part of Go's templates that plugins use. A missing secret is `<no value>`. */
export function fillIn(template: string, secrets: Readonly<Record<string, string>>): string {
  const filled = template
    .replace(conditional, (_, name: string, inner: string) => (secrets[name] ? inner : ''))
    .replace(secret, (_, name: string) => secrets[name] ?? '<no value>');
  if (filled.includes('{{')) throw new Error(`the harness cannot read the template ${template}`);
  return filled;
}
