// Asks the server, by way of Grafana's proxy, which adds the token. The only file that makes requests.

import { type BackendSrv, type FetchError, getBackendSrv, isFetchError } from '@grafana/runtime';
import { catchError, map, type Observable, retry, throwError, timer } from 'rxjs';
import type { Counts, Health, KeyList, Report, TagList, Timeline, TypeList } from './answers';
import { formatParameters, type RequestParameters } from './parameters';

/** What can be asked, and what is answered. */
export interface Answers {
  readonly 'events/timeline': Timeline;
  readonly 'events/counts': Counts;
  readonly report: Report;
  readonly types: TypeList;
  readonly tags: TagList;
  readonly 'tags/keys': KeyList;
  readonly health: Health;
}

// All places of the server are taken, or all that one address may have.
const busyCodes: ReadonlySet<string> = new Set(['TOO_BUSY', 'ADDRESS_TOO_BUSY']);
const busyRetries = 3;
const busyPauseMs = 5_000;

/** Why a request failed, as a sentence for people. */
export class RequestFailure extends Error {
  override readonly name = 'RequestFailure';
  /** The status of HTTP; 0 where there was none. */
  readonly status: number;
  /** The server's own code for the error, where it said one. */
  readonly code: string;
  /** What was answered in its place. */
  readonly answer: unknown;
  /** True when nobody waits for the answer any more. */
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

  /** `url` is that of Grafana's proxy to the server. */
  constructor(url: string, backend: () => Pick<BackendSrv, 'fetch'> = getBackendSrv) {
    this.#url = url;
    this.#backend = backend;
  }

  /** Asks; whoever unsubscribes ends the request. Fails with a `RequestFailure`. */
  get<Path extends keyof Answers>(path: Path, parameters: RequestParameters): Observable<Answers[Path]> {
    const query = formatParameters(parameters);
    // Without an id of its own: of two requests with one id Grafana cancels the first.
    return this.#backend()
      .fetch<Answers[Path]>({
        url: `${this.#url}/${path}${query === '' ? '' : `?${query}`}`,
        method: 'GET',
        showErrorAlert: false,
      })
      .pipe(
        retry({ count: busyRetries, delay: pauseIfBusy }),
        map(({ data }) => data),
        catchError((error: unknown) => throwError(() => toFailure(error))),
      );
  }
}

// Grafana keeps the header Retry-After to itself: the pause is as long as the one that the server asks for, on average.
function pauseIfBusy(error: unknown): Observable<unknown> {
  const isBusy = isFetchError(error) && busyCodes.has(textOf(error.data, 'code'));
  return isBusy ? timer(busyPauseMs * (0.5 + Math.random())) : throwError(() => error);
}

function toFailure(error: unknown): RequestFailure {
  if (!isFetchError(error)) return new RequestFailure(String((error as Error | null)?.message ?? error), {});
  return new RequestFailure(sentenceOf(error), error);
}

function sentenceOf({ status, statusText, data }: FetchError): string {
  const said = textOf(data, 'message') || textOf(data, 'error');
  // Grafana's proxy makes of a 401 this 400, so that nobody is logged out of Grafana.
  if (status === 401 || /authentication to data source failed/i.test(said)) {
    return 'Anthracite refuses the token, or needs one: set one with the role read in the settings of the datasource.';
  }
  if (status === 502 || status === 504 || status === 0) {
    return `Grafana gets no answer from Anthracite${said === '' ? '' : ` (${said})`}: is it running, and is the URL in the settings of the datasource right?`;
  }
  return said === '' ? `The server answers ${status} ${statusText ?? ''}`.trim() : said;
}

function textOf(data: unknown, name: string): string {
  const value = typeof data === 'object' && data !== null ? (data as Record<string, unknown>)[name] : '';
  return typeof value === 'string' ? value : '';
}
