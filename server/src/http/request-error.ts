// What an HTTP request can be refused with. Knows no route.

import { fillSentence, type Problem } from '@anthracite/protocol';

/** Code -> status and sentence; see `docs/errors.md`. Problems of events keep their own codes, with status 400. */
export const requestErrors = {
  BODY_NOT_UTF8: [400, 'the body is not valid UTF-8; send UTF-8, it is never guessed or repaired'],
  BODY_NOT_JSON: [400, 'the body is not JSON ({value}); expected {expected}'],
  BODY_NOT_EVENT: [
    400,
    'the body is {value}; expected a JSON object with "what" (Graphite) or "type" and "description", an array of such objects, or lines as text/plain',
  ],
  UNSUPPORTED_ENCODING: [415, 'the encoding {value} of the body is not supported; expected {known}, or none'],
  UNSUPPORTED_MEDIA_TYPE: [415, 'the content type {value} is not supported here; expected {expected}'],
  UNSUPPORTED_CHARSET: [415, 'the charset {value} is not supported; send UTF-8'],
  BODY_NOT_DECODED: [400, 'the body is not {encoding}, or not whole, as its header Content-Encoding says'],
  BODY_TOO_LARGE: [413, 'the body is larger than {limit} bytes; send it in parts'],
  TOO_MANY_ITEMS: [413, 'the body has more than {limit} lines or items; send it in parts'],
  BAD_REJECTS: [400, 'the body is not {expected}'],
  BODY_NOT_REPORT: [
    400,
    "the body is no report of Puppet: it begins {value}; expected YAML as Puppet's report processor http sends it, or JSON",
  ],
  REPORTS_FULL: [507, 'more reports wait to be read than memory is set aside for; this one is not taken'],
  BAD_GRAPHITE_TAGS: [400, '"tags" must be an array or space-separated string'],
  BAD_CALLBACK: [
    400,
    'the callback {value} is not allowed; expected a JavaScript name such as cb or my.callback',
  ],
  BAD_PARAMETER: [400, 'the parameter {name} is {value}; expected {expected}'],
  UNKNOWN_PARAMETER: [400, 'the parameter {name} is unknown here; known are {known}'],
  MISSING_QUERY: [400, "Missing required parameter 'query'"],
  EMPTY_QUERY: [400, "Required parameter 'query' is empty"],
  NO_TAG_SPECIFIED: [400, 'no tag specified'],
  BAD_RENDER: [400, 'Invalid parameters ({why})'],
  EVENT_NOT_FOUND: [404, 'Event matching query does not exist'],
  SPAN_NOT_FOUND: [
    404,
    'there is no span with the id {value}; it is that of an event that marks a start, a detection or an end',
  ],
  NEVER_THERE: [404, 'there is and was no event {value}'],
  EVENT_CHANGED: [
    412,
    'event {value} was changed since you read it: its ETag is now {etag}. Read it again, then repeat your change.',
  ],
  BAD_IF_MATCH: [
    400,
    'the header If-Match is {value}; expected the ETag of the event in double quotes, or *',
  ],
  TOO_MANY_TO_DELETE: [
    400,
    'more than {limit} events match, and no more are deleted at once. Ask for a shorter range with from and until.',
  ],
  SAME_EVENT: [409, 'the event {value} is already the same; delete this one instead'],
  COUNT_NEEDED: [
    400,
    'say what would go before it goes: ask with dry_run=1, look at what is counted, and ask again with count=<that number>',
  ],
  COUNT_DIFFERS: [409, '{value} events match now, and {expected} were expected; nothing was deleted'],
  FILTER_NEEDED: [400, 'name the events to delete by at least one of {known}'],
  FUNCTION_NOT_FOUND: [404, 'Function not found: {value}'],
  REJECT_NOT_FOUND: [
    404,
    'there is no rejected line {value}; it was mended, deleted, or forgotten by the bounded ledger',
  ],
  NOT_FOUND: [404, 'there is nothing at {value}; the routes are listed in docs/http.md'],
  METHOD_NOT_ALLOWED: [405, '{method} is not allowed here; allowed: {allowed}'],
  TOKEN_NEEDED: [
    401,
    'this needs a token; send one as "Authorization: Bearer <token>", or as the password of basic authentication',
  ],
  TOKEN_UNKNOWN: [401, 'the token is unknown here; it is mistyped, was revoked, or is of another server'],
  ROLE_NEEDED: [403, 'the token {name} may only {roles}, and this needs {needs}'],
  JSONP_OFF: [403, 'JSONP is off where reading needs a token; ask for JSON instead'],
  FIRST_TOKEN_ELSEWHERE: [
    403,
    'the first token is made on the machine that the server runs on, without a proxy between: anthracite token create <name> --role admin --server http://127.0.0.1:<port>; or give one at start with ANTHRACITE_TOKENS',
  ],
  FIRST_TOKEN_NOT_ADMIN: [400, 'the first token must have the role admin, so that it can make the others'],
  TOKEN_NAME_TAKEN: [409, 'there is a token {value} already; revoke it first, or choose another name'],
  TOKEN_NOT_FOUND: [404, 'there is no token {value}'],
  TOKEN_GIVEN: [
    409,
    'the token {value} was given by ANTHRACITE_TOKENS or tokens-file; take it out there and start the server again',
  ],
  LAST_ADMIN_TOKEN: [409, 'the token {value} is the last with the role admin; make another such token first'],
  FOREIGN_HOST: [
    421,
    'the host name {value} is not allowed; use an IP address, localhost or the name of the machine, or add the name to the setting allowed-hosts',
  ],
  NOT_ONE_HOST: [400, 'the request has {value} Host headers; send one'],
  FOREIGN_ORIGIN: [
    403,
    'a page of {origin} may not change anything at {host}; behind a proxy, let it pass the Host header on (nginx: proxy_set_header Host $http_host;)',
  ],
  PROXY_WITHOUT_TOKEN: [
    403,
    'changing anything through a proxy needs a token, and there is none yet; make one on the server with anthracite token create <name> --role admin, or allow it with the setting write-access: open',
  ],
  TOO_BUSY: [
    503,
    'all {limit} places for {what} are taken; try again in {seconds} s. An operator can raise max-http-connections',
  ],
  ADDRESS_TOO_BUSY: [
    503,
    'this address has {limit} {what} open, the maximum for one address; close some, or try again in {seconds} s. An operator can raise max-http-connections-per-address, and must behind a reverse proxy',
  ],
  QUEUE_FULL: [503, 'more events wait for the disk than memory is set aside for; send it again in a second'],
  MESSAGES_FULL: [
    429,
    'more messages of Chef wait to be read than memory is set aside for; this one is not taken',
  ],
  CLIENT_GONE: [400, 'the client closed the connection before its answer was ready'],
  BAD_REQUEST: [400, '{why}'],
  BAD_PATH: [
    400,
    'the path {value} cannot be decoded; write % as %25, and other characters as their UTF-8 bytes',
  ],
  NOT_HTTP: [400, 'the request is not HTTP that can be read ({why})'],
  BAD_EXPECTATION: [417, 'the expectation {value} cannot be met; expected 100-continue or none'],
  HEAD_TOO_LARGE: [
    431,
    'path and headers of the request are larger than {limit} bytes; name fewer values, or a pattern such as host=web*',
  ],
  CHUNK_EXTENSIONS_TOO_LARGE: [413, 'the extensions of the chunks are too large; send chunks without'],
  REQUEST_TIMEOUT: [
    408,
    'the request did not arrive in full within {limit} ms; the limit is the setting http-request-ms',
  ],
  INTERNAL: [500, 'something went wrong in the server; its log has the details under request {id}'],
} as const satisfies Record<string, readonly [number, string]>;

export type RequestErrorCode = keyof typeof requestErrors;

/** Thrown at the edge for a mistake of the caller; the error handler answers it as `{error, code}`. */
export class RequestError extends Error {
  override readonly name = 'RequestError';
  readonly status: number;

  private constructor(
    status: number,
    readonly code: string,
    message: string,
  ) {
    super(message);
    this.status = status;
  }

  /** A refusal from the table. Facts of strangers go through `preview` first. */
  static of(code: RequestErrorCode, facts: Readonly<Record<string, string | number>> = {}): RequestError {
    const [status, sentence] = requestErrors[code];
    return new RequestError(status, code, fillSentence(sentence, facts));
  }

  /** A refusal for a problem with an event, a line or a time. */
  static ofProblem({ code, message }: Problem): RequestError {
    return new RequestError(400, code, message);
  }
}
