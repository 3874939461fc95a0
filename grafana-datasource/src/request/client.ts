// Sends requests to the server through Grafana's proxy, which adds the token. The only file that makes requests.

import type {
  CountsAnswer,
  ErrorAnswer,
  FollowerPage,
  HealthAnswer,
  KeyList,
  ReportAnswer,
  SuspectPage,
  TagList,
  TagNames,
  TimelineAnswer,
  TypeList,
  TypeNames,
} from '@anthracite/protocol';
import { type BackendSrv, type FetchError, getBackendSrv, isFetchError } from '@grafana/runtime';
import { catchError, map, type Observable, retry, throwError, timer } from 'rxjs';
import { formatParameters, type RequestParameters } from './parameters';
import { SharedAnswers } from './shared-answers';

/** Paths and their responses. */
export interface Answers {
  readonly 'events/timeline': TimelineAnswer;
  readonly 'events/counts': CountsAnswer;
  readonly report: ReportAnswer;
  readonly types: TypeList | TypeNames;
  readonly tags: TagList | TagNames;
  readonly 'tags/keys': KeyList;
  readonly health: HealthAnswer;
  readonly [suspects: `spans/${number}/suspects`]: SuspectPage;
  readonly [followers: `events/${number}/followers`]: FollowerPage;
}

// The server has reached its request limit, or the limit per address.
const busyCodes: ReadonlySet<string> = new Set(['TOO_BUSY', 'ADDRESS_TOO_BUSY']);
// Proxies accept 8 KiB for the first line of a request.
const maxQueryChars = 4_000;
const formType = 'application/x-www-form-urlencoded';
const busyRetries = 3;
const busyPauseMs = 5_000;

/** A failed request, with a readable message. */
export class RequestFailure extends Error {
  override readonly name = 'RequestFailure';
  /** The HTTP status; 0 without a response. */
  readonly status: number;
  /** The server's error code; empty if there is no code. */
  readonly code: string;
  /** The body of the error response. */
  readonly answer: unknown;
  /** True if the request was cancelled. */
  readonly isCancelled: boolean;

  constructor(message: string, error: Partial<FetchError>) {
    super(message);
    this.status = error.status ?? 0;
    this.answer = error.data;
    this.code = textOf(error.data, 'code');
    this.isCancelled = error.cancelled === true;
  }
}

export class Client {
  readonly #url: string;
  readonly #backend: () => Pick<BackendSrv, 'fetch'>;
  readonly #answers = new SharedAnswers();

  /** `url` is the URL of Grafana's proxy to the server. */
  constructor(url: string, backend: () => Pick<BackendSrv, 'fetch'> = getBackendSrv) {
    this.#url = url;
    this.#backend = backend;
  }

  /** The answer of a request, or of an equal one a moment before; unsubscribing cancels it. Fails with a `RequestFailure`. */
  get<Path extends keyof Answers>(path: Path, parameters: RequestParameters): Observable<Answers[Path]> {
    const query = formatParameters(parameters);
    return this.#answers.of(`${path}?${query}`, () => this.#ask(path, query));
  }

  /** The same, always with a new request: for changes that have just happened. */
  getFresh<Path extends keyof Answers>(path: Path, parameters: RequestParameters): Observable<Answers[Path]> {
    return this.#ask(path, formatParameters(parameters));
  }

  #ask<Path extends keyof Answers>(path: Path, query: string): Observable<Answers[Path]> {
    const url = `${this.#url}/${path}`;
    // A variable can have thousands of values, too many for a URL. The POST is the same query, and changes nothing.
    const request =
      query.length <= maxQueryChars
        ? { url: query === '' ? url : `${url}?${query}`, method: 'GET' }
        : { url, method: 'POST', data: query, headers: { 'Content-Type': formType } };
    // No request id: of two requests with the same id Grafana cancels the first.
    return this.#backend()
      .fetch<Answers[Path]>({ ...request, showErrorAlert: false })
      .pipe(
        retry({ count: busyRetries, delay: pauseIfBusy }),
        map(({ data }) => data),
        catchError((error: unknown) => throwError(() => toFailure(error))),
      );
  }
}

// Grafana does not pass on the header Retry-After. The average pause is the server's value.
function pauseIfBusy(error: unknown): Observable<unknown> {
  const isBusy = isFetchError(error) && busyCodes.has(textOf(error.data, 'code'));
  return isBusy ? timer(busyPauseMs * (0.5 + Math.random())) : throwError(() => error);
}

/** The failure of a request, with a readable message. */
export function toFailure(error: unknown): RequestFailure {
  if (!isFetchError(error)) return new RequestFailure(String((error as Error | null)?.message ?? error), {});
  return new RequestFailure(sentenceOf(error), error);
}

function sentenceOf({ status, statusText, data }: FetchError): string {
  const said = textOf(data, 'message') || textOf(data, 'error');
  // Grafana's proxy turns a 401 of Anthracite into a 400, so that users are not logged out of Grafana.
  if (status === 401) return 'Grafana asks you to sign in again: your session has ended. Reload the page.';
  if (/authentication to data source failed/i.test(said)) {
    return 'Anthracite rejected the token, or needs one. Set a token with the role read in the settings of the datasource.';
  }
  if (status === 502 || status === 504 || status === 0) {
    return `Grafana cannot reach Anthracite${said === '' ? '' : ` (${said})`}. Check that it is running and that the URL of the datasource is right.`;
  }
  return said === '' ? `The server responded with ${status} ${statusText ?? ''}`.trim() : said;
}

function textOf(data: unknown, name: keyof ErrorAnswer | 'message'): string {
  const value =
    typeof data === 'object' && data !== null ? (data as Partial<Record<string, unknown>>)[name] : '';
  return typeof value === 'string' ? value : '';
}
