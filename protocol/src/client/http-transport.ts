// Speaks HTTP with a server: addresses, the token, time limits, retries, and what its refusals mean. Knows no route.

import { isJsonObject } from '../event-json';
import { preview, printable } from '../problem';
import { causeOf, rootOf } from './cause';
import { ClientError } from './client-error';
import type { ListQuery } from './http-answers';
import { defaultRetry, type RetryRules, withRetry } from './retry';
import { isToken } from './token';

/** How a client is set up. */
export interface HttpClientOptions {
  /** Milliseconds until an answer must have begun. */
  readonly timeoutMs?: number;
  readonly retry?: RetryRules;
  /** Presented with every request. */
  readonly token?: string;
}

/** What an answer is read as: a JSON object. */
export type Answer = Readonly<Record<string, unknown>>;

const defaultTimeoutMs = 30_000;
const maxErrorChars = 4_096;

export class HttpTransport {
  /** The server's address, without a slash at its end. */
  readonly base: string;
  /** When a request is tried again. */
  readonly retry: RetryRules;
  readonly #timeoutMs: number;
  readonly #authorization: Readonly<Record<string, string>>;

  /** `url` is that of the server, such as `http://127.0.0.1:2006`. Throws a `ClientError` BAD_URL or BAD_TOKEN. */
  constructor(
    url: string,
    { timeoutMs = defaultTimeoutMs, retry = defaultRetry, token }: HttpClientOptions = {},
  ) {
    this.base = normalizeUrl(url);
    this.retry = retry;
    this.#timeoutMs = timeoutMs;
    if (token !== undefined && !isToken(token)) throw ClientError.of('BAD_TOKEN', {});
    this.#authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
  }

  /** Asks for a JSON object. `summary` names a field that makes an answer of status 400 a good one. */
  async json(
    path: string,
    init: RequestInit = {},
    {
      retry = this.retry,
      summary,
      timeoutMs,
      onHeaders = () => {},
    }: {
      retry?: RetryRules;
      summary?: string;
      timeoutMs?: number;
      onHeaders?: (headers: Headers) => void;
    } = {},
  ): Promise<Answer> {
    return withRetry(async () => {
      const response = await this.request(path, init, summary === undefined ? [] : [400], timeoutMs);
      onHeaders(response.headers);
      const text = await this.#read(response);
      let value: unknown;
      try {
        value = JSON.parse(text);
      } catch {}
      if (!response.ok && !(isJsonObject(value) && summary !== undefined && summary in value)) {
        throw this.#refusal(response, text);
      }
      if (isJsonObject(value)) return value;
      throw this.foreign(text);
    }, retry);
  }

  /** Asks once. `alsoGood` are statuses beyond 2xx whose answer is the caller's to read. */
  async request(
    path: string,
    init: RequestInit = {},
    alsoGood: readonly number[] = [],
    timeoutMs = this.#timeoutMs,
  ): Promise<Response> {
    // The time limit is for the beginning of an answer: a long list may take as long as it is read.
    const timer = new AbortController();
    const timeout = setTimeout(() => timer.abort(), timeoutMs);
    try {
      const response = await fetch(this.base + path, {
        ...init,
        headers: { accept: 'application/json', ...init.headers, ...this.#authorization },
        signal: init.signal ? AbortSignal.any([timer.signal, init.signal]) : timer.signal,
        redirect: 'manual',
      });
      if (response.ok || alsoGood.includes(response.status)) return response;
      throw this.#refusal(response, await this.#read(response));
    } catch (error) {
      if (error instanceof ClientError) throw error;
      if (timer.signal.aborted) {
        throw ClientError.of('TIMED_OUT', { server: this.base, seconds: timeoutMs / 1000 });
      }
      throw ClientError.of('UNREACHABLE', { server: this.base, cause: causeOf(rootOf(error)) });
    } finally {
      clearTimeout(timeout);
    }
  }

  /** The bytes of an answer, while they arrive. */
  async *bytes(response: Response): AsyncGenerator<Uint8Array> {
    if (response.body === null) return;
    try {
      yield* response.body as unknown as AsyncIterable<Uint8Array>;
    } catch (error) {
      throw ClientError.of('CUT_SHORT', { server: this.base, cause: causeOf(rootOf(error)) });
    }
  }

  async #read(response: Response): Promise<string> {
    try {
      return await response.text();
    } catch (error) {
      throw ClientError.of('CUT_SHORT', { server: this.base, cause: causeOf(rootOf(error)) });
    }
  }

  #refusal(response: Response, whole: string): ClientError {
    const text = whole.slice(0, maxErrorChars);
    const told = toRefusal(text);
    if (told === null) {
      return ClientError.of('NOT_ANTHRACITE', {
        server: this.base,
        value: `status ${response.status} and ${preview(text)}`,
      });
    }
    if (response.status === 401) {
      const why =
        told.code === 'TOKEN_NEEDED' ? 'asks for a token' : 'does not know the token that it was given';
      return ClientError.of('NO_ACCESS', { server: this.base, why }, { serverCode: told.code });
    }
    const isFailing = response.status >= 500 || response.status === 408 || response.status === 429;
    const retryAfter = response.headers.get('retry-after') ?? '';
    return ClientError.of(
      isFailing ? 'FAILING' : 'REFUSED',
      { cause: printable(told.error) },
      {
        serverCode: told.code,
        status: response.status,
        retryAfterMs: /^\d{1,6}$/.test(retryAfter) ? Number(retryAfter) * 1000 : null,
      },
    );
  }

  /** The error for an answer that no Anthracite gives. */
  foreign(answer: unknown): ClientError {
    const text = typeof answer === 'string' ? answer : JSON.stringify(answer);
    return ClientError.of('NOT_ANTHRACITE', { server: this.base, value: preview(text) });
  }
}

/** True for an http(s) URL that holds no user and no password. */
export function isPlainUrl(text: string): boolean {
  if (!/^https?:\/\//i.test(text) || !URL.canParse(text)) return false;
  const { username, password } = new URL(text);
  return username === '' && password === '';
}

function normalizeUrl(text: string): string {
  const withScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`;
  const bad = ClientError.of('BAD_URL', { value: preview(text), example: 'http://127.0.0.1:2006' });
  if (!URL.canParse(withScheme)) throw bad;
  const url = new URL(withScheme);
  const isPlain = url.search === '' && url.hash === '' && url.username === '' && url.password === '';
  if (!/^https?:$/.test(url.protocol) || !isPlain) throw bad;
  return url.origin + url.pathname.replace(/\/+$/, '');
}

/** Parameters as the end of a path; `''` when there are none. */
export function toSearch(query: ListQuery): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one !== undefined) search.append(name, String(one));
    }
  }
  return search.size === 0 ? '' : `?${search}`;
}

function toRefusal(text: string): { error: string; code: string | null } | null {
  try {
    const value = JSON.parse(text) as { error?: unknown; code?: unknown };
    if (typeof value?.error !== 'string') return null;
    return { error: value.error, code: typeof value.code === 'string' ? value.code : null };
  } catch {
    return null;
  }
}
