// Follows the server's stream of events through Grafana's proxy, across reconnections.

import { createMessageReader, type ServerMessage } from '@anthracite/protocol/browser';
import { type BackendSrv, getBackendSrv } from '@grafana/runtime';
import { defer, Observable, repeat, retry, tap, throwError, timeout, timer } from 'rxjs';
import { RequestFailure, toFailure } from './client';
import { formatParameters, type RequestParameters } from './parameters';

const pauseMs = 2_000;
// By default a server sends four heartbeats in this time.
const silenceMs = 60_000;

export class EventStream {
  readonly #url: string;
  readonly #backend: () => Pick<BackendSrv, 'chunked'>;

  /** `url` is the URL of Grafana's proxy to the server. */
  constructor(url: string, backend: () => Pick<BackendSrv, 'chunked'> = getBackendSrv) {
    // Relative to Grafana's own address, which can have a path.
    this.#url = url.replace(/^\//, '');
    this.#backend = backend;
  }

  /**
   * The messages as they arrive, several at once. A lost connection is restored after the last message. Fails with a
   * `RequestFailure` if the first connection fails, or if the server refuses the query. Unsubscribing ends the stream.
   */
  follow(parameters: RequestParameters): Observable<readonly ServerMessage[]> {
    return defer(() => {
      let lastId = '';
      const isFinal = (error: unknown): boolean =>
        lastId === '' || (error instanceof RequestFailure && error.status >= 400 && error.status < 500);
      return defer(() => this.#open(parameters, lastId)).pipe(
        tap((messages) => {
          for (const { id } of messages) lastId = id || lastId;
        }),
        timeout({ each: silenceMs }),
        repeat({ delay: pauseMs }),
        retry({ delay: (error) => (isFinal(error) ? throwError(() => error) : timer(pauseMs)) }),
      );
    });
  }

  #open(parameters: RequestParameters, lastId: string): Observable<readonly ServerMessage[]> {
    const query = formatParameters(parameters);
    const request = {
      url: `${this.#url}/events/stream${query === '' ? '' : `?${query}`}`,
      method: 'GET',
      headers: { Accept: 'text/event-stream', ...(lastId !== '' && { 'Last-Event-ID': lastId }) },
      showErrorAlert: false,
    };
    return new Observable((subscriber) => {
      const read = createMessageReader();
      const decoder = new TextDecoder();
      let refusal: { status: number; statusText: string; text: string } | null = null;
      return this.#backend()
        .chunked(request)
        .subscribe({
          next: ({ ok, status, statusText, data }) => {
            const text = decoder.decode(data, { stream: true });
            if (!ok) {
              refusal = { status, statusText, text: (refusal?.text ?? '') + text };
              return;
            }
            const messages = read(text);
            if (messages.length > 0) subscriber.next(messages);
          },
          error: (error: unknown) => subscriber.error(toFailure(error)),
          complete: () => {
            if (refusal === null) subscriber.complete();
            else subscriber.error(toFailure({ ...refusal, data: answerOf(refusal.text), config: request }));
          },
        });
    });
  }
}

function answerOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return { message: text };
  }
}
