// Asks the HTTP API: submits events, lists them, and tends the ledger of rejected lines.

import type { Event } from '../event';
import { preview, printable } from '../problem';
import { ClientError } from './client-error';
import { causeOf } from './line-client';
import { defaultRetry, type RetryRules, withRetry } from './retry';
import { type CreatedToken, isToken, type TokenEntry } from './token';

/** How a client is set up. */
export interface HttpClientOptions {
  /** Milliseconds until an answer must have begun. */
  readonly timeoutMs?: number;
  readonly retry?: RetryRules;
  /** Presented with every request. */
  readonly token?: string;
}

/** An event that was accepted; `isNew` is false when it was known already. */
export interface Submitted {
  readonly id: number;
  readonly isNew: boolean;
}

/** A rejected line as `GET /rejects` shows it. */
export interface RejectEntry {
  readonly id: number;
  /** When it came, in ISO 8601. */
  readonly received: string;
  readonly door: string;
  readonly peer: string;
  readonly code: string;
  readonly error: string;
  readonly line?: string;
  /** The line when it is no UTF-8. */
  readonly lineBase64?: string;
}

/** A page of the ledger, newest first. */
export interface RejectPage {
  readonly rejects: readonly RejectEntry[];
  readonly total: number;
  readonly forgotten: number;
  readonly truncated: boolean;
  readonly next?: number;
}

/** A page of events, as `GET /events/json` answers it. Times in milliseconds. */
export interface EventPage {
  readonly events: readonly (Event & { readonly id: number })[];
  readonly truncated: boolean;
  readonly next?: string;
}

/** Parameters of a list; those with several values are repeated. */
export type ListQuery = Readonly<Record<string, string | number | readonly string[] | undefined>>;

const defaultTimeoutMs = 30_000;
const maxErrorChars = 4_096;
const jsonBody = { 'content-type': 'application/json' };
const noRetry: RetryRules = { ...defaultRetry, limit: 0 };

export class HttpClient {
  readonly #base: string;
  readonly #timeoutMs: number;
  readonly #retry: RetryRules;
  readonly #authorization: Readonly<Record<string, string>>;

  /** `url` is that of the server, such as `http://127.0.0.1:2006`. Throws a `ClientError` BAD_URL or BAD_TOKEN. */
  constructor(
    url: string,
    { timeoutMs = defaultTimeoutMs, retry = defaultRetry, token }: HttpClientOptions = {},
  ) {
    this.#base = normalizeUrl(url);
    this.#timeoutMs = timeoutMs;
    this.#retry = retry;
    if (token !== undefined && !isToken(token)) throw ClientError.of('BAD_TOKEN', {});
    this.#authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
  }

  /** Submits an event. Its time is the client's to set: only so is trying again the same event. */
  async submit({ time, type, tags, description }: Event): Promise<Submitted> {
    const body = JSON.stringify({ time, type, tags, description });
    const answer = await this.#json('/events', {
      method: 'POST',
      body,
      headers: jsonBody,
    });
    return this.#toSubmitted(answer);
  }

  /** A page of events. */
  async events(query: ListQuery): Promise<EventPage> {
    const page = await this.#json(`/events/json${toSearch(query)}`);
    if (!Array.isArray(page['events'])) throw this.#foreign(page);
    return page as unknown as EventPage;
  }

  /** All that a list has, as the bytes of a format, while they arrive. */
  async *stream(format: 'json' | 'raw', query: ListQuery): AsyncGenerator<Uint8Array> {
    const path = `/events/${format}${toSearch({ limit: 'all', ...query })}`;
    const response = await withRetry(() => this.#request(path), this.#retry);
    if (response.body === null) return;
    try {
      yield* response.body as unknown as AsyncIterable<Uint8Array>;
    } catch (error) {
      throw ClientError.of('CUT_SHORT', { server: this.#base, cause: causeOf(rootOf(error)) });
    }
  }

  /** A page of the ledger, of entries whose id is below `before`. */
  async rejects(limit: number, before?: number): Promise<RejectPage> {
    const page = await this.#json(`/rejects${toSearch({ limit, before })}`);
    if (!Array.isArray(page['rejects'])) throw this.#foreign(page);
    return page as unknown as RejectPage;
  }

  /** Tries a rejected line again, mended when `line` is given. */
  async resubmit(id: number, line?: string): Promise<Submitted> {
    const mended = line === undefined ? {} : { body: line, headers: { 'content-type': 'text/plain' } };
    return this.#toSubmitted(await this.#json(`/rejects/${id}/resubmit`, { method: 'POST', ...mended }));
  }

  /** Takes a line out of the ledger. */
  async deleteReject(id: number): Promise<void> {
    await withRetry(() => this.#request(`/rejects/${id}`, { method: 'DELETE' }), this.#retry);
  }

  /** Makes a token with some of the roles read, write and admin. */
  async createToken(name: string, roles: readonly string[]): Promise<CreatedToken> {
    const body = JSON.stringify({ name, roles });
    // It is not tried again: a second time would only find the name taken.
    const answer = await this.#json('/tokens', { method: 'POST', body, headers: jsonBody }, noRetry);
    const { token, first } = answer;
    if (typeof token !== 'string' || typeof first !== 'boolean') throw this.#foreign({ name });
    return { token, isFirst: first };
  }

  /** The tokens that are good. */
  async tokens(): Promise<readonly TokenEntry[]> {
    const answer = await this.#json('/tokens');
    if (!Array.isArray(answer['tokens'])) throw this.#foreign(answer);
    return answer['tokens'] as readonly TokenEntry[];
  }

  /** Ends a token. */
  async revokeToken(name: string): Promise<void> {
    const path = `/tokens/${encodeURIComponent(name)}`;
    await withRetry(() => this.#request(path, { method: 'DELETE' }), this.#retry);
  }

  async #json(
    path: string,
    init: RequestInit = {},
    retry: RetryRules = this.#retry,
  ): Promise<Readonly<Record<string, unknown>>> {
    return withRetry(async () => {
      const response = await this.#request(path, init);
      const text = await this.#read(response);
      try {
        const value: unknown = JSON.parse(text);
        if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
      } catch {}
      throw this.#foreign(text);
    }, retry);
  }

  async #request(path: string, init: RequestInit = {}): Promise<Response> {
    // The time limit is for the beginning of an answer: a long list may take as long as it is read.
    const timer = new AbortController();
    const timeout = setTimeout(() => timer.abort(), this.#timeoutMs);
    try {
      const response = await fetch(this.#base + path, {
        ...init,
        headers: { ...init.headers, ...this.#authorization, accept: 'application/json' },
        signal: timer.signal,
        redirect: 'manual',
      });
      if (!response.ok) throw await this.#refusal(response);
      return response;
    } catch (error) {
      if (error instanceof ClientError) throw error;
      if (timer.signal.aborted) {
        throw ClientError.of('TIMED_OUT', { server: this.#base, seconds: this.#timeoutMs / 1000 });
      }
      throw ClientError.of('UNREACHABLE', { server: this.#base, cause: causeOf(rootOf(error)) });
    } finally {
      clearTimeout(timeout);
    }
  }

  async #read(response: Response): Promise<string> {
    try {
      return await response.text();
    } catch (error) {
      throw ClientError.of('CUT_SHORT', { server: this.#base, cause: causeOf(rootOf(error)) });
    }
  }

  async #refusal(response: Response): Promise<ClientError> {
    const text = (await this.#read(response)).slice(0, maxErrorChars);
    const told = toRefusal(text);
    if (told === null) {
      return ClientError.of('NOT_ANTHRACITE', {
        server: this.#base,
        value: `status ${response.status} and ${preview(text)}`,
      });
    }
    if (response.status === 401) {
      const why =
        told.code === 'TOKEN_NEEDED' ? 'asks for a token' : 'does not know the token that it was given';
      return ClientError.of('NO_ACCESS', { server: this.#base, why }, { serverCode: told.code });
    }
    const isFailing = response.status >= 500 || response.status === 408 || response.status === 429;
    const retryAfter = response.headers.get('retry-after') ?? '';
    return ClientError.of(
      isFailing ? 'FAILING' : 'REFUSED',
      { cause: printable(told.error) },
      {
        serverCode: told.code,
        retryAfterMs: /^\d{1,6}$/.test(retryAfter) ? Number(retryAfter) * 1000 : null,
      },
    );
  }

  #toSubmitted(answer: Readonly<Record<string, unknown>>): Submitted {
    const { id, new: isNew } = answer;
    if (typeof id !== 'number' || typeof isNew !== 'boolean') throw this.#foreign(answer);
    return { id, isNew };
  }

  #foreign(answer: unknown): ClientError {
    const text = typeof answer === 'string' ? answer : JSON.stringify(answer);
    return ClientError.of('NOT_ANTHRACITE', { server: this.#base, value: preview(text) });
  }
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

function toSearch(query: ListQuery): string {
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

// fetch() wraps what went wrong, and several addresses of one name make a list of errors.
function rootOf(error: unknown): NodeJS.ErrnoException {
  let root = error as Error & { readonly errors?: readonly Error[] };
  for (let depth = 0; depth < 5; depth++) {
    const next = root.errors?.[0] ?? root.cause;
    if (typeof next !== 'object' || next === null) break;
    root = next as Error;
  }
  return root;
}
