// The part of the client for targets, to which a server sends events.

import {
  type TargetAttempt,
  type TargetItem,
  targetAttemptSchema,
  targetListSchema,
  type UndeliveredPage,
  undeliveredPageSchema,
} from '../api';
import { type HttpClientOptions, HttpTransport, toSearch } from './http-transport';
import { noRetry } from './retry';

// A target has 15 seconds to answer, and another message may be under way.
const timeoutMs = 60_000;

export class TargetClient {
  readonly #http: HttpTransport;

  /** `url` is the server's URL, as for `HttpClient`. Throws a `ClientError` BAD_URL or BAD_TOKEN. */
  constructor(url: string, options: HttpClientOptions = {}) {
    this.#http = new HttpTransport(url, options);
  }

  /** The targets, and how far the events have been sent to each. */
  async all(): Promise<readonly TargetItem[]> {
    return (await this.#http.json(targetListSchema, '/targets')).targets;
  }

  /** Messages that were not delivered, oldest first, after an id. */
  undelivered(after: number): Promise<UndeliveredPage> {
    return this.#http.json(undeliveredPageSchema, `/targets/undelivered${toSearch({ after })}`);
  }

  /** Sends an undelivered message again, once. */
  resend(id: number): Promise<TargetAttempt> {
    return this.#send(`/targets/undelivered/${id}/resend`);
  }

  /** Sends an example event to a target, once. */
  tryOut(name: string): Promise<TargetAttempt> {
    return this.#send(`/targets/${encodeURIComponent(name)}/test`);
  }

  // Without a retry: the message would be sent twice.
  #send(path: string): Promise<TargetAttempt> {
    return this.#http.json(targetAttemptSchema, path, { method: 'POST' }, { retry: noRetry, timeoutMs });
  }
}
