// What Grafana's page gives to plugins: requests to its server, and the values of variables. Knows no plugin.

import type { ScopedVars, TypedVariableModel } from '@grafana/data';
import type { BackendSrv, BackendSrvRequest, FetchResponse, TemplateSrv } from '@grafana/runtime';
import { Observable } from 'rxjs';

/** A variable of the dashboard, with what is chosen. */
export interface HostVariable {
  readonly name: string;
  readonly value: string | readonly string[];
}

type Format = string | ((value: unknown, variable: unknown) => string);

const variablePattern = /\$(\w+)|\[\[(\w+)(?::(\w+))?\]\]|\$\{(\w+)(?::(\w+))?\}/g;

/** The answers of Grafana's page to `getTemplateSrv()`. */
export function createTemplateSrv(variables: readonly HostVariable[]): TemplateSrv {
  const chosen = (name: string, scopedVars: ScopedVars = {}): unknown =>
    scopedVars[name]?.value ?? variables.find((one) => one.name === name)?.value;
  return {
    getVariables: () =>
      variables.map(({ name }) => ({ name, type: 'query' }) as unknown as TypedVariableModel),
    containsTemplate: (text = '') => new RegExp(variablePattern.source).test(text),
    updateTimeRange: () => {},
    replace: (text = '', scopedVars?: ScopedVars, format?: Format) =>
      text.replace(variablePattern, (whole, plain, bracket, bracketFormat, brace, braceFormat) => {
        const name = plain ?? bracket ?? brace;
        const value = chosen(name, scopedVars);
        return value === undefined ? whole : formatValue(value, braceFormat ?? bracketFormat ?? format, name);
      }),
  };
}

function formatValue(value: unknown, format: Format | undefined, name: string): string {
  if (typeof format === 'function') return format(value, { name, multi: Array.isArray(value) });
  if (!Array.isArray(value)) return String(value);
  if (format === 'csv') return value.join(',');
  if (format === 'pipe') return value.join('|');
  return value.length === 1 ? String(value[0]) : `{${value.join(',')}}`; // Grafana's default
}

/** The answers of Grafana's page to `getBackendSrv()`: an unsubscribed request is aborted, a failed one throws. */
export function createBackendSrv(): BackendSrv {
  const fetchOne = <T>(request: BackendSrvRequest): Observable<FetchResponse<T>> =>
    new Observable((subscriber) => {
      const abort = new AbortController();
      send<T>(request, abort.signal).then(
        (answer) => {
          subscriber.next(answer);
          subscriber.complete();
        },
        (error) => subscriber.error(error),
      );
      return () => abort.abort();
    });
  const whole = <T>(request: BackendSrvRequest): Promise<T> =>
    new Promise((resolve, reject) => {
      fetchOne<T>(request).subscribe({ next: ({ data }) => resolve(data), error: reject });
    });
  return {
    fetch: fetchOne,
    chunked,
    get: (url: string, params?: object) => whole({ url, ...(params && { params }) }),
    request: whole,
  } as unknown as BackendSrv;
}

/** The parts of a response as they arrive, with its headers. */
function chunked(request: BackendSrvRequest): Observable<FetchResponse<Uint8Array | undefined>> {
  const { url, params = {}, method = 'GET', headers = {} } = request;
  return new Observable((subscriber) => {
    const abort = new AbortController();
    const read = async (): Promise<void> => {
      const response = await fetch(withQuery(url, params), { method, headers, signal: abort.signal });
      const { status, statusText, ok, redirected, type } = response;
      const reader = response.body?.getReader();
      for (let done = false; reader && !done; ) {
        const part = await reader.read();
        done = part.done;
        subscriber.next({
          data: part.value,
          status,
          statusText,
          ok,
          headers: response.headers,
          redirected,
          type,
          url: response.url,
          config: request,
        });
      }
    };
    read().then(
      () => subscriber.complete(),
      (error) => subscriber.error(error),
    );
    return () => abort.abort();
  });
}

async function send<T>(request: BackendSrvRequest, signal: AbortSignal): Promise<FetchResponse<T>> {
  const { url, params = {}, method = 'GET', headers = {}, data, responseType } = request;
  const response = await fetch(withQuery(url.replace(/^\/?/, '/'), params), {
    method,
    headers,
    signal,
    ...(data !== undefined && { body: JSON.stringify(data) }),
  }).catch((error: Error) => {
    throw { status: 0, statusText: error.message, data: { message: error.message }, config: request };
  });
  const { status, statusText, ok, redirected, type } = response;
  const text = await response.text();
  const body = responseType === 'text' ? text : parsed(text);
  if (!ok) {
    const told =
      typeof body === 'string' ? { message: body || statusText, error: statusText, response: body } : body;
    throw { status, statusText, data: told, config: request };
  }
  return {
    data: body as T,
    status,
    statusText,
    ok,
    headers: response.headers,
    redirected,
    type,
    url: response.url,
    config: request,
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** The parameters as Grafana writes them: those of an array one by one, none for null and undefined. */
function withQuery(url: string, params: Readonly<Record<string, unknown>>): string {
  const pairs = Object.entries(params).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value])
      .filter((one) => one !== undefined && one !== null)
      .map((one) => `${encodeURIComponent(name)}=${encodeURIComponent(String(one))}`),
  );
  if (pairs.length === 0) return url;
  return `${url}${url.includes('?') ? '&' : '?'}${pairs.join('&')}`;
}
