// The errors of the clients, and whether a retry can help.

import { fillSentence } from '../problem';

/** By code: whether the same request may succeed later, and the sentence; see `docs/errors.md`. */
export const clientErrors = {
  BAD_URL: [false, 'invalid server address {value}; expected an address such as {example}'],
  BAD_TOKEN: [false, 'the token is not valid; expected one ASCII word, as anthracite token create prints it'],
  NO_ACCESS: [
    false,
    'no access to {server}: {why}; give the file of a valid token with --token-file or ANTHRACITE_TOKEN_FILE, or the token in ANTHRACITE_TOKEN',
  ],
  UNREACHABLE: [
    true,
    'no answer from {server} ({cause}); is Anthracite running there? Start it with: anthracite serve',
  ],
  UNREACHABLE_SOURCE: [true, 'cannot read events from {server}: {cause}'],
  NOT_GRAFANA: [
    false,
    '{server}/api/annotations does not answer like Grafana: its answer starts with {value}',
  ],
  NOT_GRAPHITE: [
    false,
    '{server}/events/get_data does not answer like Graphite: its answer starts with {value}',
  ],
  TIMED_OUT: [true, '{server} did not answer within {seconds} s'],
  CUT_SHORT: [
    true,
    '{server} closed the connection before it acknowledged everything ({cause}); send everything again',
  ],
  NOT_STORED: [true, '{server} could not store everything: {cause}'],
  REFUSED: [false, '{cause}'],
  NO_EVENT: [
    false,
    'event {value} not found; if it was deleted, restore it with: anthracite restore {value}',
  ],
  FAILING: [true, '{cause}'],
  NOT_ANTHRACITE: [false, '{server} is not an Anthracite server; it answered with {value}'],
} as const satisfies Record<string, readonly [boolean, string]>;

export type ClientErrorCode = keyof typeof clientErrors;

/** Thrown by the clients. The request may or may not have had its effect; it is always safe to repeat it. */
export class ClientError extends Error {
  override readonly name = 'ClientError';
  /** True if the same request may succeed later. */
  readonly isRetryable: boolean;

  private constructor(
    readonly code: ClientErrorCode,
    message: string,
    /** The server's error code, if it sent one. */
    readonly serverCode: string | null,
    /** The server's Retry-After, in milliseconds. */
    readonly retryAfterMs: number | null,
    /** The HTTP status of the answer, if there was one. */
    readonly status: number | null,
  ) {
    super(message);
    this.isRetryable = clientErrors[code][0];
  }

  /** Creates an error from the table. Untrusted facts must go through `preview` or `printable` first. */
  static of(
    code: ClientErrorCode,
    facts: Readonly<Record<string, string | number>>,
    {
      serverCode = null,
      retryAfterMs = null,
      status = null,
    }: { serverCode?: string | null; retryAfterMs?: number | null; status?: number | null } = {},
  ): ClientError {
    return new ClientError(
      code,
      fillSentence(clientErrors[code][1], facts),
      serverCode,
      retryAfterMs,
      status,
    );
  }
}
