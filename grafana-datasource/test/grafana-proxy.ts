// Simulates Grafana's server: forwards the plugin's requests to a real Anthracite, by the rules of Grafana's proxy and
// the routes of plugin.json.

import { type ClientRequest, request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import type { BackendSrvRequest, FetchResponse } from '@grafana/runtime';
import { Observable } from 'rxjs';
import { type PluginRoute, routeOf } from '../harness/datasource-proxy';
import plugin from '../src/plugin.json';

/** The path of Grafana's proxy to the datasource. */
export const proxyUrl = '/api/datasources/proxy/uid/anthracite';

/** A proxy and its requests. */
export interface GrafanaProxy {
  readonly fetch: <T>(request: BackendSrvRequest) => Observable<FetchResponse<T>>;
  /** The parts of a response as they arrive. */
  readonly chunked: (request: BackendSrvRequest) => Observable<FetchResponse<Uint8Array | undefined>>;
  /** Breaks the connections of all responses that arrive in parts. */
  readonly cut: () => void;
  /** The requested paths, with their queries. */
  readonly asked: string[];
  /** The paths of requests that were cancelled. */
  readonly cancelled: string[];
  /** Keeps the answers of requests with this path back until `release`. */
  hold(path: string): void;
  release(): void;
  /** From now on, Grafana refuses all requests, because the user is no longer signed in. */
  endSession(): void;
  /** The headers of requests for responses in parts. */
  readonly sentHeaders: Readonly<Record<string, string>>[];
}

interface Answer {
  readonly status: number;
  readonly body: string;
  readonly headers: IncomingHttpHeaders;
}

/** A proxy to a server; `token` is the datasource's, if it has one. */
export function createProxy(serverUrl: string, token = ''): GrafanaProxy {
  const asked: string[] = [];
  const cancelled: string[] = [];
  let held: string | null = null;
  const waiting: (() => void)[] = [];
  let isSignedIn = true;
  const sentHeaders: Readonly<Record<string, string>>[] = [];
  const fetch = <T>({
    url,
    method = 'GET',
    data,
    headers: own,
  }: BackendSrvRequest): Observable<FetchResponse<T>> =>
    new Observable((subscriber) => {
      const path = url.slice(proxyUrl.length + 1);
      asked.push(path);
      if (!isSignedIn) {
        subscriber.error({ status: 401, statusText: 'Unauthorized', data: { message: 'Unauthorized' } });
        return;
      }
      const route = routeOf(plugin.routes as PluginRoute[], method, path);
      // The user is a Viewer.
      if (route?.reqRole) {
        const body = JSON.stringify({ message: 'plugin proxy route access denied' });
        subscriber.error(errorOf({ status: 403, body, headers: {} }, url));
        return;
      }
      let isAnswered = false;
      const headers = {
        ...(own as Record<string, string> | undefined),
        ...(route?.headers && token !== '' && { Authorization: `Bearer ${token}` }),
      };
      const sent = httpRequest(`${serverUrl}/${path}`, { method, headers }, (response) => {
        let body = '';
        response.setEncoding('utf8').on('data', (text: string) => {
          body += text;
        });
        response.on('end', () => {
          const answer = { status: response.statusCode ?? 0, body, headers: response.headers };
          const respond = (): void => {
            isAnswered = true;
            if (answer.status < 300) {
              subscriber.next(responseOf<T>(answer, url));
              subscriber.complete();
            } else subscriber.error(errorOf(answer, url));
          };
          if (held !== null && path.startsWith(held)) waiting.push(respond);
          else respond();
        });
      });
      sent.on('error', () => {
        isAnswered = true;
        subscriber.error(errorOf({ status: 502, body: '', headers: {} }, url));
      });
      sent.end(data as string | undefined);
      return () => {
        if (!isAnswered) cancelled.push(path);
        sent.destroy();
      };
    });
  const streams = new Set<ClientRequest>();
  const chunked = ({ url, headers: own }: BackendSrvRequest): ReturnType<GrafanaProxy['chunked']> =>
    new Observable((subscriber) => {
      // Relative to the address of Grafana's page.
      const path = `/${url}`.slice(proxyUrl.length + 1);
      asked.push(path);
      const route = routeOf(plugin.routes as PluginRoute[], 'GET', path);
      const headers = {
        ...(own as Record<string, string> | undefined),
        ...(route?.headers && token !== '' && { Authorization: `Bearer ${token}` }),
      };
      sentHeaders.push(headers);
      const sent = httpRequest(`${serverUrl}/${path}`, { headers }, (response) => {
        const status = response.statusCode ?? 0;
        const part = (data?: Uint8Array) =>
          ({ status, ok: status < 300, statusText: response.statusMessage, data }) as FetchResponse<
            Uint8Array | undefined
          >;
        response.on('data', (data: Buffer) => subscriber.next(part(new Uint8Array(data))));
        response.on('end', () => {
          subscriber.next(part());
          subscriber.complete();
        });
        response.on('error', (error) => subscriber.error(error));
      });
      streams.add(sent);
      sent.on('error', (error) => subscriber.error(error));
      sent.on('close', () => streams.delete(sent));
      sent.end();
      return () => sent.destroy();
    });
  const cut = (): void => {
    for (const stream of streams) stream.destroy(new Error('the connection was cut'));
  };
  const release = (): void => {
    held = null;
    for (const respond of waiting.splice(0)) respond();
  };
  return {
    fetch,
    chunked,
    cut,
    asked,
    cancelled,
    hold: (path) => {
      held = path;
    },
    release,
    endSession: () => {
      isSignedIn = false;
    },
    sentHeaders,
  };
}

function responseOf<T>({ status, body }: Answer, url: string): FetchResponse<T> {
  return { status, statusText: 'OK', ok: true, data: parse(body) as T, url } as FetchResponse<T>;
}

// Grafana turns a 401 into a 400, so that its own users are not logged out.
function errorOf({ status, body }: Answer, url: string) {
  if (status === 401) {
    return {
      status: 400,
      statusText: 'Bad Request',
      data: { message: 'Authentication to data source failed' },
    };
  }
  return { status, statusText: status === 502 ? 'Bad Gateway' : 'Error', data: parse(body), config: { url } };
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}
