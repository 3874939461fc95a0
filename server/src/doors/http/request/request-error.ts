// Defines all refusals of HTTP requests. Independent of routes.

import { fillSentence, type Problem } from '@anthracite/protocol';

/** Code -> status and sentence; see `docs/errors.md`. Problems of events keep their own codes, with status 400. */
export const requestErrors = {
  BODY_NOT_UTF8: [
    400,
    'the body is not valid UTF-8; send UTF-8, other encodings are not detected or converted',
  ],
  BODY_NOT_JSON: [400, 'the body is not JSON ({value}); expected {expected}'],
  BODY_NOT_EVENT: [
    400,
    'the body is {value}; expected a JSON object with "what" (Graphite) or "type" and "description", an array of such objects, or lines as text/plain',
  ],
  KEY_NEEDS_ONE_EVENT: [
    400,
    'the header Idempotency-Key identifies one event, but the body has {count} events; send one event, or give each event a field "key"',
  ],
  KEYS_DIFFER: [
    400,
    'the header Idempotency-Key is {value} and the field "key" is {key}; send only one of them, or the same value in both',
  ],
  NOT_ONE_KEY: [400, 'the request has {value} Idempotency-Key headers; send only one'],
  KEY_NOT_UTF8: [
    400,
    'the header Idempotency-Key is {value}, which is not valid UTF-8; send UTF-8, or a field "key" in the JSON',
  ],
  BAD_ANNOTATION: [400, 'the annotation is not valid: {why}'],
  ANNOTATION_NOT_FOUND: [404, 'Annotation not found'],
  BAD_ANNOTATION_ID: [400, 'annotationId is invalid'],
  BODY_NOT_FORM: [
    400,
    'the content type is {value}, but the body is not a valid form of this type; send the form again',
  ],
  FORM_NOT_EVENT: [
    400,
    'the form has the fields {value}; expected what, tags, when and data (Graphite), or event_timestamp, event_desc, event_type and event_tags; send other events as JSON or lines',
  ],
  UNSUPPORTED_ENCODING: [
    415,
    'the encoding {value} of the body is not supported; expected {known}, or no encoding',
  ],
  UNSUPPORTED_MEDIA_TYPE: [415, 'the content type {value} is not supported here; expected {expected}'],
  UNSUPPORTED_CHARSET: [415, 'the charset {value} is not supported; send UTF-8'],
  BODY_NOT_DECODED: [
    400,
    'the header Content-Encoding is {encoding}, but the body is not valid {encoding}, or is incomplete',
  ],
  BODY_TOO_LARGE: [413, 'the body is larger than {limit} bytes; send it in parts'],
  TOO_MANY_ITEMS: [413, 'the body has more than {limit} lines or items; send it in parts'],
  BAD_REJECTS: [400, 'the body is not valid: {why}; expected {expected}'],
  BODY_NOT_REPORT: [
    400,
    "the body is not a Puppet report: it starts with {value}; expected YAML as Puppet's report processor http sends it, or JSON",
  ],
  REPORTS_FULL: [
    503,
    'too many reports arrive at once or wait to be read; this report was not accepted. Spread the runs of the nodes, or raise max-waiting-report-bytes',
  ],
  REPORT_NOT_KEPT: [503, 'the report could not be written to disk in time; it may be lost'],
  SIGNATURE_WRONG: [
    401,
    'the signature of the body, or the secret, is missing or wrong; use the same secret for sender and server, and do not change the body on the way',
  ],
  HOOK_NOT_FOUND: [404, 'no hook {value}; hooks are configured under hooks in the configuration file'],
  HOOK_KIND_NOT_FOUND: [
    404,
    'no hook of kind {value} is configured; add one under hooks in the configuration file',
  ],
  HOOK_BODY_UNREADABLE: [400, 'the delivery cannot be read: {why}'],
  HOOKS_FULL: [503, 'too many large deliveries arrive at once; send this one again'],
  BAD_GRAPHITE_TAGS: [400, '"tags" must be an array or space-separated string'],
  BAD_CALLBACK: [
    400,
    'the callback {value} is not allowed; expected a JavaScript name such as cb or my.callback',
  ],
  BAD_PARAMETER: [400, 'the parameter {name} is {value}; expected {expected}'],
  UNKNOWN_PARAMETER: [400, 'unknown parameter {name}; allowed: {known}'],
  MISSING_QUERY: [400, "Missing required parameter 'query'"],
  EMPTY_QUERY: [400, "Required parameter 'query' is empty"],
  NO_TAG_SPECIFIED: [400, 'no tag specified'],
  BAD_RENDER: [400, 'Invalid parameters ({why})'],
  EVENT_NOT_FOUND: [404, 'Event matching query does not exist'],
  SPAN_NOT_FOUND: [
    404,
    'no span with the id {value}; use the id of an event that marks a start, a detection or an end',
  ],
  NEVER_THERE: [404, 'event {value} has never existed'],
  EVENT_PURGED: [410, 'event {value} was purged; nothing is left of it'],
  EVENT_CHANGED: [
    412,
    'event {value} was changed since you read it; its ETag is now {etag}. Read it again, then repeat your change.',
  ],
  BAD_IF_MATCH: [
    400,
    'the header If-Match is {value}; expected the ETag of the event in double quotes, or *',
  ],
  TOO_MANY_TO_DELETE: [
    400,
    'more than {limit} events match, the maximum for one deletion. Choose a shorter range with from and until.',
  ],
  SAME_EVENT: [
    409,
    'this change would make the event a duplicate of event {value}; delete one of them instead',
  ],
  COUNT_NEEDED: [
    400,
    'the parameter count is missing; send the request with dry_run=1 to get the number of matching events, then send it again with this number as count',
  ],
  COUNT_DIFFERS: [409, '{value} events match, but {expected} were expected; nothing was deleted'],
  FILTER_NEEDED: [400, 'the request does not say which events to delete; give at least one of {known}'],
  FUNCTION_NOT_FOUND: [404, 'Function not found: {value}'],
  TARGET_NOT_FOUND: [404, 'no target {value}; targets are configured under send in the configuration file'],
  UNDELIVERED_NOT_FOUND: [
    404,
    'no undelivered message {value}; it was sent again, or dropped because only the newest are kept',
  ],
  REJECT_NOT_FOUND: [
    404,
    'no rejected line {value}; it was corrected, deleted, or dropped because only the newest are kept',
  ],
  NOT_FOUND: [404, 'nothing is at {value}; the routes are listed in docs/http.md'],
  METHOD_NOT_ALLOWED: [405, '{method} is not allowed here; allowed: {allowed}'],
  TOKEN_NEEDED: [
    401,
    'this request needs a token; send one as "Authorization: Bearer <token>", or as the password of basic authentication',
  ],
  TOKEN_UNKNOWN: [401, 'unknown token; it is mistyped, revoked, or from another server'],
  ROLE_NEEDED: [403, 'the token {name} has only {roles}; this request needs {needed}'],
  USER_ROLE_NEEDED: [
    403,
    'the user {name}, whom the proxy names, has only {roles} (setting user-roles); this request needs {needed}. Send a token with this role.',
  ],
  JSONP_OFF: [403, 'JSONP is disabled when reading needs a token; use JSON instead'],
  FIRST_TOKEN_ELSEWHERE: [
    403,
    'the first token must be created on the machine of the server, without a proxy in between: anthracite token create <name> --role admin --server http://127.0.0.1:<port>; or set one at start with ANTHRACITE_TOKENS',
  ],
  FIRST_TOKEN_NOT_ADMIN: [400, 'the first token must have the role admin, so that it can create the others'],
  TOKEN_NAME_TAKEN: [409, 'a token {value} already exists; revoke it first, or choose another name'],
  TOKEN_NOT_FOUND: [404, 'token {value} not found'],
  TOKEN_GIVEN: [
    409,
    'the token {value} was set by ANTHRACITE_TOKENS or tokens-file; remove it there and restart the server',
  ],
  LAST_ADMIN_TOKEN: [
    409,
    'the token {value} is the last one with the role admin; create another admin token first',
  ],
  FOREIGN_HOST: [
    421,
    'the host name {value} is not allowed; use an IP address, localhost or the name of the machine, or add the name to the setting allowed-hosts',
  ],
  NOT_ONE_HOST: [400, 'the request has {value} Host headers; send exactly one'],
  FOREIGN_ORIGIN: [
    403,
    'a page of {origin} may not change anything at {host}; behind a proxy, set public-url, or make the proxy pass the Host header on (nginx: proxy_set_header Host $http_host;)',
  ],
  PROXY_WITHOUT_TOKEN: [
    403,
    'changes through a proxy need a token, and no token exists yet; create one on the server with anthracite token create <name> --role admin, or set write-access to open',
  ],
  TOO_BUSY: [
    503,
    'the server has {limit} {requests} open, its maximum; try again in {seconds} s. The operator can raise max-http-connections',
  ],
  ADDRESS_TOO_BUSY: [
    503,
    'this address has {limit} {requests} open, the maximum for one address; close some, or try again in {seconds} s. The operator can raise max-http-connections-per-address; behind a reverse proxy, this is necessary',
  ],
  QUEUE_FULL: [503, 'too many events wait to be written to disk; send the request again in a second'],
  MESSAGE_NOT_TAKEN: [
    429,
    'too many messages arrive at once or wait to be read, or the disk does not respond; this message may be lost. Spread the runs of the nodes, or raise max-waiting-report-bytes',
  ],
  CLIENT_GONE: [400, 'the client closed the connection before its answer was ready'],
  BAD_REQUEST: [400, 'the request is not valid: {why}'],
  BAD_PATH: [
    400,
    'the path {value} cannot be decoded; write % as %25, and other characters as their UTF-8 bytes',
  ],
  NOT_HTTP: [400, 'the request is not valid HTTP ({why})'],
  BAD_EXPECTATION: [417, 'the header Expect is {value}; expected 100-continue, or no header Expect'],
  HEAD_TOO_LARGE: [
    431,
    'the path and headers of the request are larger than {limit} bytes; post the parameters as a form, or use a pattern such as host=web*',
  ],
  CHUNK_EXTENSIONS_TOO_LARGE: [
    413,
    'the extensions of the chunks are too large; send chunks without extensions',
  ],
  REQUEST_TIMEOUT: [
    408,
    'the request did not arrive in full within {limit} ms; the setting http-request-ms is the limit',
  ],
  INTERNAL: [500, "internal error; the server's log has the details under request {id}"],
} as const satisfies Record<string, readonly [number, string]>;

type Facts = Readonly<Record<string, string | number>>;

export type RequestErrorCode = keyof typeof requestErrors;

/** Thrown by request handlers for a mistake of the caller; the error handler answers it as `{error, code}`. */
export class RequestError extends Error {
  override readonly name = 'RequestError';
  readonly status: number;
  /** False when the client must not be asked to retry. */
  mayRetry = true;

  private constructor(
    status: number,
    readonly code: string,
    message: string,
    /** The facts of the sentence, for callers that write another sentence. */
    readonly facts: Facts,
  ) {
    super(message);
    this.status = status;
  }

  /** A refusal from the table. Facts from clients must go through `preview` first. */
  static of(code: RequestErrorCode, facts: Facts = {}): RequestError {
    const [status, sentence] = requestErrors[code];
    return new RequestError(status, code, fillSentence(sentence, facts), facts);
  }

  /** The same refusal, answered without `Retry-After`. */
  withoutRetry(): this {
    this.mayRetry = false;
    return this;
  }

  /** A refusal for a problem with an event, a line or a time. */
  static ofProblem({ code, message }: Problem): RequestError {
    return new RequestError(400, code, message, {});
  }

  /** A refusal for a problem with the value of a parameter. Its facts are the `name`, and the sentence without it as `why`. */
  static ofParameter(name: string, { code, message }: Problem): RequestError {
    return new RequestError(400, code, `${name}: ${message}`, { name, why: message });
  }
}
