// Passes a request on to the server of a datasource as Grafana's proxy does: with what the plugin's routes add to it.

import type { IncomingHttpHeaders } from 'node:http';

/** What Grafana keeps of a datasource. */
export interface StoredDatasource {
  readonly id: number;
  readonly uid: string;
  readonly name: string;
  readonly type: string;
  readonly url: string;
  readonly jsonData: Readonly<Record<string, unknown>>;
  readonly secureJsonData: Readonly<Record<string, string>>;
}

/** A route of `plugin.json`, as far as this plugin has such. */
export interface PluginRoute {
  readonly path: string;
  readonly method?: string;
  readonly headers?: readonly { readonly name: string; readonly content: string }[];
}

/** A request to the proxy. `path` is what follows the datasource's uid, without a slash in front, with its query. */
export interface ProxiedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** What the browser gets. */
export interface ProxiedAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: Buffer;
}

// Grafana drops cookies and where the page came from; the others are of the connection.
const dropped = /^(?:host|connection|content-length|cookie|origin|referer|accept-encoding|authorization)$/;

/** Passes a request on. A server that cannot be reached is 502, and its 401 becomes 400, as behind Grafana. */
export async function proxy(
  { url, secureJsonData }: StoredDatasource,
  routes: readonly PluginRoute[],
  { method, path, headers, body }: ProxiedRequest,
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
  return {
    status: response.status,
    contentType: response.headers.get('content-type') ?? 'text/plain',
    body: Buffer.from(await response.arrayBuffer()),
  };
}

const conditional = /\{\{\s*if \.SecureJsonData\.(\w+)\s*\}\}(.*?)\{\{\s*end\s*\}\}/g;
const secret = /\{\{\s*\.SecureJsonData\.(\w+)\s*\}\}/g;

/** Fills in a header's template: as much of Go's templates as plugins write. A secret that is not there is `<no value>`. */
export function fillIn(template: string, secrets: Readonly<Record<string, string>>): string {
  const filled = template
    .replace(conditional, (_, name: string, inner: string) => (secrets[name] ? inner : ''))
    .replace(secret, (_, name: string) => secrets[name] ?? '<no value>');
  if (filled.includes('{{')) throw new Error(`the harness cannot read the template ${template}`);
  return filled;
}
