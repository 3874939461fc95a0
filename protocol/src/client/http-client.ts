// Asks the HTTP API: submits events, lists them, and tends the ledger of rejected lines.

import type { Event } from '../event';
import { isJsonObject } from '../event-json';
import { preview, printable } from '../problem';
import { causeOf, rootOf } from './cause';
import { ClientError } from './client-error';
import type {
  EventPage,
  FoundReject,
  LinesSubmitted,
  ListQuery,
  RejectPage,
  Submitted,
} from './http-answers';
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

  /** Submits lines, each with its line end. Those that are no events are rejected one by one, and kept in the ledger. */
  async submitLines(lines: string): Promise<LinesSubmitted> {
    const init = { method: 'POST', body: lines, headers: { 'content-type': 'text/plain' } };
    // The summary of lines that were all rejected comes with status 400.
    const answer = await this.#json('/events', init, { summary: 'stored' });
    if (typeof answer['stored'] !== 'number' || !Array.isArray(answer['problems']))
      throw this.#foreign(answer);
    return answer as unknown as LinesSubmitted;
  }

  /** Puts lines into the ledger of rejects; at most a thousand at once. */
  async keepRejects(rejects: readonly FoundReject[]): Promise<void> {
    const init = { method: 'POST', body: JSON.stringify(rejects), headers: jsonBody };
    await this.#json('/rejects', init);
  }

  /** A page of events. */
  async events(query: ListQuery): Promise<EventPage> {
    const page = await this.#json(`/events/json${toSearch(query)}`);
    if (!Array.isArray(page['events'])) throw this.#foreign(page);
    return page as unknown as EventPage;
  }

  /** All that a list has, as the bytes of a format, while they arrive. */
  async *stream(format: string, query: ListQuery): AsyncGenerator<Uint8Array> {
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
    const answer = await this.#json(
      '/tokens',
      { method: 'POST', body, headers: jsonBody },
      { retry: noRetry },
    );
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

  // `summary` names a field that makes an answer of status 400 a good one.
  async #json(
    path: string,
    init: RequestInit = {},
    { retry = this.#retry, summary }: { retry?: RetryRules; summary?: string } = {},
  ): Promise<Readonly<Record<string, unknown>>> {
    return withRetry(async () => {
      const response = await this.#request(path, init, summary === undefined ? [] : [400]);
      const text = await this.#read(response);
      let value: unknown;
      try {
        value = JSON.parse(text);
      } catch {}
      if (!response.ok && !(isJsonObject(value) && summary !== undefined && summary in value)) {
        throw this.#refusal(response, text);
      }
      if (isJsonObject(value)) return value;
      throw this.#foreign(text);
    }, retry);
  }

  // `alsoGood` are statuses beyond 2xx whose answer is the caller's to read.
  async #request(path: string, init: RequestInit = {}, alsoGood: readonly number[] = []): Promise<Response> {
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
      if (response.ok || alsoGood.includes(response.status)) return response;
      throw this.#refusal(response, await this.#read(response));
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

  #refusal(response: Response, whole: string): ClientError {
    const text = whole.slice(0, maxErrorChars);
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
