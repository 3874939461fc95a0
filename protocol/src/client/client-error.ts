// What can keep a client from its answer, and whether it helps to try again.

import { fillSentence } from '../problem';

/** Code -> sentence, and whether the same request may well succeed in a moment; see `docs/errors.md`. */
export const clientErrors = {
  BAD_URL: [false, 'the server address {value} is not understood; expected one such as {example}'],
  BAD_TOKEN: [false, 'the token is no token; expected one word of ASCII, as token create prints it'],
  NO_ACCESS: [
    false,
    '{server} {why}; name the file of one with --token-file or ANTHRACITE_TOKEN_FILE, or put one in ANTHRACITE_TOKEN',
  ],
  UNREACHABLE: [
    true,
    'no answer from {server} ({cause}); is Anthracite running there? Start it with: anthracite serve',
  ],
  UNREACHABLE_SOURCE: [true, 'events cannot be read from {server}: {cause}'],
  NOT_GRAPHITE: [false, 'what answers at {server}/events/get_data is not Graphite: it begins {value}'],
  TIMED_OUT: [true, '{server} did not answer within {seconds} s'],
  CUT_SHORT: [
    true,
    '{server} ended the connection before everything was acknowledged ({cause}); send it again',
  ],
  NOT_STORED: [true, '{server} could not store everything: {cause}'],
  REFUSED: [false, '{cause}'],
  NO_EVENT: [
    false,
    'there is no event {value}; it was deleted, or never there: anthracite history {value} tells, anthracite restore {value} puts it back',
  ],
  FAILING: [true, '{cause}'],
  NOT_ANTHRACITE: [false, 'what answers at {server} is not Anthracite: {value}'],
} as const satisfies Record<string, readonly [boolean, string]>;

export type ClientErrorCode = keyof typeof clientErrors;

/** Thrown by the clients. What was asked may or may not have been done: asking again is always safe. */
export class ClientError extends Error {
  override readonly name = 'ClientError';
  /** True when the same request may succeed later. */
  readonly isRetryable: boolean;

  private constructor(
    readonly code: ClientErrorCode,
    message: string,
    /** The server's own code, where it gave one. */
    readonly serverCode: string | null,
    /** How long the server asked us to wait, in milliseconds. */
    readonly retryAfterMs: number | null,
    /** The status of the server's answer, where it gave one. */
    readonly status: number | null,
  ) {
    super(message);
    this.isRetryable = clientErrors[code][0];
  }

  /** An error from the table. Facts of strangers go through `preview` or `printable` first. */
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
