// Sends HTTP requests to a server: URL, token, time limits, retries, and errors.

import { errorSchema, type Fields, hasShape, type ObjectOf, type ObjectSchema } from '../api';
import { preview, printable } from '../problem';
import { causeOf, rootOf } from './cause';
import { ClientError } from './client-error';
import type { ListQuery } from './http-answers';
import { type HttpAnswer, type HttpRequest, sendRequest, textOf } from './http-request';
import { defaultRetry, type RetryRules, withRetry } from './retry';
import { isToken } from './token';

/** Timeout and retries of a request. */
export interface Patience {
  /** Maximum milliseconds until the response starts. */
  readonly timeoutMs?: number;
  readonly retry?: RetryRules;
}

/** Options of a request for JSON. */
interface JsonOptions extends Patience {
  /** Statuses besides 2xx whose response can have the schema. */
  readonly alsoGood?: readonly number[];
  /** True if the response contains a secret, which must not appear in errors. */
  readonly isSecret?: boolean;
  readonly onAnswer?: (answer: HttpAnswer) => void;
}

/** Options of a client. */
export interface HttpClientOptions extends Patience {
  /** Sent with every request. */
  readonly token?: string;
  /** Authorities in PEM: only certificates that one of them has signed are accepted. Default: those of Node. */
  readonly ca?: string;
}

const defaultTimeoutMs = 30_000;
const maxErrorChars = 4_096;

export class HttpTransport {
  /** The server's URL, without a slash at the end. */
  readonly base: string;
  /** The retries of a request. */
  readonly retry: RetryRules;
  readonly #timeoutMs: number;
  readonly #ca: string | undefined;
  readonly #authorization: Readonly<Record<string, string>>;

  /** `url` is the server's URL, such as `http://127.0.0.1:2006`. Throws a `ClientError` BAD_URL or BAD_TOKEN. */
  constructor(
    url: string,
    { timeoutMs = defaultTimeoutMs, retry = defaultRetry, token, ca }: HttpClientOptions = {},
  ) {
    this.base = normalizeUrl(url);
    this.retry = retry;
    this.#timeoutMs = timeoutMs;
    this.#ca = this.base.startsWith('https:') ? ca : undefined;
    if (token !== undefined && !isToken(token)) throw ClientError.of('BAD_TOKEN', {});
    this.#authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
  }

  /**
   * Requests JSON of a schema. Rejects with a `ClientError`; NOT_ANTHRACITE for a response of another shape.
   */
  async json<F extends Fields>(
    schema: ObjectSchema<F>,
    path: string,
    init: HttpRequest = {},
    { retry = this.retry, alsoGood = [], isSecret, timeoutMs, onAnswer = () => {} }: JsonOptions = {},
  ): Promise<ObjectOf<F>> {
    return withRetry(async () => {
      const response = await this.request(path, init, alsoGood, timeoutMs);
      onAnswer(response);
      const text = await this.#read(response);
      let value: unknown;
      try {
        value = JSON.parse(text);
      } catch {}
      if (hasShape(schema, value)) return value;
      throw response.ok ? this.foreign(isSecret ? {} : text) : this.#refusal(response, text);
    }, retry);
  }

  /** Sends one request. `alsoGood` are statuses besides 2xx whose response the caller reads. */
  async request(
    path: string,
    init: HttpRequest = {},
    alsoGood: readonly number[] = [],
    timeoutMs = this.#timeoutMs,
  ): Promise<HttpAnswer> {
    // The time limit applies to the start of a response: a long list may take longer to read.
    const timer = new AbortController();
    const timeout = setTimeout(() => timer.abort(), timeoutMs);
    try {
      const sent = {
        ...init,
        headers: { accept: 'application/json', ...init.headers, ...this.#authorization },
        signal: init.signal ? AbortSignal.any([timer.signal, init.signal]) : timer.signal,
      };
      const response = await sendRequest(this.base + path, sent, this.#ca);
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

  /** Sends a DELETE. */
  async remove(path: string): Promise<void> {
    const { body } = await withRetry(() => this.request(path, { method: 'DELETE' }), this.retry);
    body.resume();
  }

  /** The bytes of a response, as a stream. */
  async *bytes(response: HttpAnswer): AsyncGenerator<Uint8Array> {
    try {
      yield* response.body as AsyncIterable<Uint8Array>;
    } catch (error) {
      throw ClientError.of('CUT_SHORT', { server: this.base, cause: causeOf(rootOf(error)) });
    }
  }

  async #read({ body }: HttpAnswer): Promise<string> {
    try {
      return await textOf(body);
    } catch (error) {
      throw ClientError.of('CUT_SHORT', { server: this.base, cause: causeOf(rootOf(error)) });
    }
  }

  #refusal(response: HttpAnswer, whole: string): ClientError {
    const text = whole.slice(0, maxErrorChars);
    const refusal = toRefusal(text);
    const isFailing = response.status >= 500 || response.status === 408 || response.status === 429;
    if (refusal === null) {
      const value = `status ${response.status} and ${preview(text)}`;
      // A proxy whose server is unreachable answers with its own page.
      return isFailing
        ? ClientError.of(
            'FAILING',
            { cause: `${this.base} answered with ${value}` },
            { status: response.status },
          )
        : ClientError.of('NOT_ANTHRACITE', { server: this.base, value });
    }
    if (response.status === 401) {
      const why =
        refusal.code === 'TOKEN_NEEDED' ? 'the server requires a token' : 'the server rejected the token';
      return ClientError.of('NO_ACCESS', { server: this.base, why }, { serverCode: refusal.code });
    }
    const retryAfter = response.header('retry-after') ?? '';
    return ClientError.of(
      isFailing ? 'FAILING' : 'REFUSED',
      { cause: printable(refusal.error) },
      {
        serverCode: refusal.code,
        status: response.status,
        retryAfterMs: /^\d{1,6}$/.test(retryAfter) ? Number(retryAfter) * 1000 : null,
      },
    );
  }

  /** The error for a response that is not from Anthracite. */
  foreign(answer: unknown): ClientError {
    const text = typeof answer === 'string' ? answer : JSON.stringify(answer);
    return ClientError.of('NOT_ANTHRACITE', { server: this.base, value: preview(text) });
  }
}

/** True for an http or https URL without user and password. */
export function isPlainUrl(text: string): boolean {
  if (!/^https?:\/\//i.test(text) || !URL.canParse(text)) return false;
  const { username, password } = new URL(text);
  return username === '' && password === '';
}

/** The normal form of a server's URL, without a slash at the end. Throws a `ClientError` BAD_URL. */
export function normalizeUrl(text: string): string {
  const withScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`;
  const bad = ClientError.of('BAD_URL', { value: preview(text), example: 'http://127.0.0.1:2006' });
  if (!URL.canParse(withScheme)) throw bad;
  const url = new URL(withScheme);
  const isPlain = url.search === '' && url.hash === '' && url.username === '' && url.password === '';
  if (!/^https?:$/.test(url.protocol) || !isPlain) throw bad;
  return url.origin + url.pathname.replace(/\/+$/, '');
}

/** Parameters as the query part of a URL; `''` without parameters. */
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
    const value: unknown = JSON.parse(text);
    if (!hasShape(errorSchema, value)) return null;
    return { error: value.error, code: typeof value.code === 'string' ? value.code : null };
  } catch {
    return null;
  }
}
