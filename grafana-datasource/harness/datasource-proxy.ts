// Forwards a request to the server of a datasource like Grafana's proxy: with the additions of the plugin's routes.

import type { IncomingHttpHeaders } from 'node:http';

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
}

/** A route of `plugin.json`, as far as this plugin uses such. */
export interface PluginRoute {
  readonly path: string;
  readonly method?: string;
  readonly headers?: readonly { readonly name: string; readonly content: string }[];
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

/** Forwards a request. A server that cannot be reached is 502, and its 401 becomes 400, as in Grafana. */
export async function proxy(
  { url, secureJsonData }: StoredDatasource,
  routes: readonly PluginRoute[],
  { method, path, headers, body, signal }: ProxiedRequest,
): Promise<ProxiedAnswer> {
  const kept = Object.entries(headers).filter(([name]) => !dropped.test(name)) as [string, string][];
  const sent = new Headers([...kept, ['user-agent', 'Grafana/13.2.2']]);
  const route = routes.find((one) => path.startsWith(one.path) && (one.method ?? method) === method);
  for (const { name, content } of route?.headers ?? []) {
    const value = fillIn(content, secureJsonData);
    if (value !== '') sent.set(name, value);
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
