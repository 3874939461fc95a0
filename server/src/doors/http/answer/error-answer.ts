// Answers with an error: turns an exception into a status, a code and a sentence. Independent of routes.

import { STATUS_CODES } from 'node:http';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { htmlPage } from '../../../formats/html';
import { StoreError } from '../../../storage/store-error';
import { errorPage } from '../../../web/error-page';
import type { Frame } from '../../../web/layout';
import { onceMorePage, signInPage } from '../../../web/sign-in-page';
import { wantsPage } from '../request/page-constraint';
import { RequestError, type RequestErrorCode } from '../request/request-error';
import { challenges } from '../security/access-check';
import { formPageOf, mayAskAgain, rememberAsking } from '../security/signing-in';
import { frameOf, type PageContext, sendPage } from './page-answer';

/** Answers with an error: as a page to browsers, as JSON to programs. */
export async function answerError(
  pages: PageContext,
  error: FastifyError | RequestError,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const told = toRequestError(error, request);
  if (told.status >= 500) logFailure(error, told, request);
  const mayRetry = !(error instanceof RequestError) || error.mayRetry;
  if (told.status === 503 && mayRetry && !reply.hasHeader('Retry-After')) reply.header('Retry-After', '1');
  if (told.code === 'METHOD_NOT_ALLOWED') reply.header('Allow', String(told.facts['allowed']));
  reply.code(told.status);
  if (wantsPage(request)) {
    const frame = frameOf(request, pages);
    if (told.status === 401) return answerSignIn(frame, told, request, reply);
    const title = STATUS_CODES[told.status] ?? 'Error';
    // The message for programs refers to the documentation.
    const message =
      told.code === 'NOT_FOUND' && 'value' in told.facts
        ? `No page has the address ${told.facts['value']}.`
        : told.message;
    return sendPage(request, reply, errorPage(frame, title, message));
  }
  if (told.status === 401) reply.header('WWW-Authenticate', challenges);
  if (isForBrowser(request, told)) {
    return reply.type('text/html; charset=utf-8').send(htmlPage('Not Found', `<h1>Not Found</h1>\n`));
  }
  const body = {
    // Clients of Grafana's API show this field.
    ...(request.routeOptions.config?.description?.speaksGrafana && { message: told.message }),
    error: told.message,
    ...(!graphitesOwn.has(told.code) && { code: told.code }),
  };
  return reply.type('application/json').send(JSON.stringify(body));
}

// A refusal for lack of capacity is not a defect of the server: it needs no stack trace.
function logFailure(error: FastifyError, { code, message }: Told, request: FastifyRequest): void {
  if (error instanceof RequestError || code === 'STORE_CLOSED')
    request.log.warn({ code, error: message, address: request.ip }, 'refused a request');
  else request.log.error({ err: error, code }, 'request failed');
}

// Shown in place of a page that needs a token. A submitted form has to be submitted again, on its own page.
function answerSignIn(
  frame: Frame,
  { code, message }: Told,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  if (mayAskAgain(request)) {
    rememberAsking(request, reply, true);
    return sendPage(request, reply, onceMorePage(frame));
  }
  const to = request.method === 'GET' ? request.url : formPageOf(request);
  const isRefused = code === 'TOKEN_UNKNOWN';
  return sendPage(request, reply, signInPage(frame, { to, message: isRefused ? message : null, isRefused }));
}

// As in Graphite: a request for something that does not exist gets a page, unless the client does not accept HTML.
function isForBrowser({ method, headers }: FastifyRequest, { code }: Told): boolean {
  const { accept = '' } = headers;
  const asksForPage =
    (method === 'GET' || method === 'HEAD') && (code === 'NOT_FOUND' || code === 'EVENT_NOT_FOUND');
  return asksForPage && (accept === '' || /text\/html|\*\/\*/.test(accept));
}

// Refusals that Graphite has too: they are sent in Graphite's form, without additional fields.
const graphitesOwn: ReadonlySet<string> = new Set<RequestErrorCode>([
  'BAD_GRAPHITE_TAGS',
  'EVENT_NOT_FOUND',
  'FUNCTION_NOT_FOUND',
  'NO_TAG_SPECIFIED',
]);

interface Told {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  readonly facts: RequestError['facts'];
}

function toRequestError(error: FastifyError | RequestError, request: FastifyRequest): Told {
  if (error instanceof RequestError) return error;
  if (error instanceof StoreError)
    return { status: error.status, code: error.code, message: error.publicMessage, facts: {} };
  if (error.code === 'FST_ERR_CTP_BODY_TOO_LARGE')
    return RequestError.of('BODY_TOO_LARGE', { limit: request.routeOptions.bodyLimit ?? 0 });
  // Refused by Fastify: the message is meant for the caller, and contains no internals.
  if (error.statusCode !== undefined && error.statusCode < 500) {
    const { message } = RequestError.of('BAD_REQUEST', { why: error.message });
    return { status: error.statusCode, code: 'BAD_REQUEST', message, facts: {} };
  }
  return RequestError.of('INTERNAL', { id: String(request.id) });
}
