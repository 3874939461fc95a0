// Lists rejected lines, resubmits them, corrected or unchanged, and deletes them.

import { isUtf8 } from 'node:buffer';
import {
  type Accepted,
  formatTime,
  isJsonObject,
  type KeyedEvent,
  type Outcome,
  parseLineBytes,
  parseSubmittedJson,
  preview,
  printable,
  problemSentences,
  scanJson,
  succeeded,
  warningsOf,
} from '@anthracite/protocol';
import {
  acceptedSchema,
  foundRejectSchema,
  type Kept,
  keptSchema,
  list,
  type RejectEntry,
  type RejectPage,
  rejectPageSchema,
} from '@anthracite/protocol/api';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { EventStore } from '../../../answers/event-store';
import type { StoredReject } from '../../../storage/event-batch';
import { keyOf } from '../request/event-key';
import { parseJsonBody } from '../request/json-body';
import { wholeNumber } from '../request/parameter-kinds';
import { RequestError } from '../request/request-error';
import { json, readParameters, route } from '../request/route-options';
import { peerOf } from '../security/peer';
import type { RouteContext } from './context';
import { parseId } from './events';

const maxEntries = 1_000;
const parameters = {
  limit: wholeNumber('maximum number of lines', { max: maxEntries, default: 100 }),
  before: wholeNumber('to get the next page: the value `next` of the previous page', {
    min: 0,
    max: Number.MAX_SAFE_INTEGER,
    default: 0,
  }),
};
const maxErrorChars = 4_096;
const openingBrace = 0x7b;

/** Adds the routes. */
export function addRejectRoutes(app: FastifyInstance, context: RouteContext): void {
  const { store, intake, clock } = context;

  const listing = route({
    id: 'listRejects',
    summary: 'Lists rejected lines, newest first',
    needs: 'read',
    query: parameters,
    answers: { 200: json(rejectPageSchema, 'the rejected lines, each with its reason, sender and time') },
  });
  app.get('/rejects', listing, async (request): Promise<RejectPage> => {
    const { limit, before } = readParameters(request, context, parameters);
    const [page, statistics] = await Promise.all([
      store.rejects(limit, before === 0 ? null : before),
      store.statistics(),
    ]);
    return {
      rejects: page.entries.map(toJson),
      total: statistics.rejects,
      forgotten: statistics.rejectsForgotten,
      truncated: page.nextBefore !== null,
      ...(page.nextBefore !== null && { next: page.nextBefore }),
    };
  });

  // For programs that read events elsewhere, and find some that are not valid.
  const keeping = route({
    id: 'keepRejects',
    summary: 'Adds lines that are not valid events to the rejected lines',
    needs: 'write',
    changesState: true,
    body: { 'application/json': list(foundRejectSchema) },
    answers: { 200: json(keptSchema, 'the number of added lines') },
  });
  app.post('/rejects', keeping, async (request): Promise<Kept> => {
    const entries = parseEntries(request.body as Buffer | undefined, request.headers['content-type']);
    const origin = { door: 'import', peer: peerOf(request) };
    const now = clock();
    await intake.submit('http', (batch) => {
      for (const { line, ...why } of entries) batch.addReject(Buffer.from(line), why, origin, now);
    });
    return { kept: entries.length };
  });

  const deleting = route({
    id: 'deleteReject',
    summary: 'Deletes a rejected line',
    needs: 'edit',
    changesState: true,
    answers: { 204: 'the rejected line was deleted', 404: 'rejected line not found' },
  });
  app.delete<{ Params: { id: string } }>('/rejects/:id', deleting, async (request, reply) => {
    await forgetReject(store, request.params.id);
    return reply.code(204).send();
  });

  // The body is the corrected line; without a body the line is tried unchanged.
  const resubmitting = route({
    id: 'resubmitReject',
    summary:
      'Submits a rejected line again: the corrected line in the body or, without a body, the same line',
    needs: 'edit',
    changesState: true,
    body: { 'text/plain': null },
    answers: {
      200: json(acceptedSchema, 'the id of the event, and whether it is new'),
      400: 'the line is still not a valid event',
    },
  });
  app.post<{ Params: { id: string } }>('/rejects/:id/resubmit', resubmitting, async (request) => {
    const entry = await findReject(store, request.params.id);
    const body = request.body as Buffer | undefined;
    const line = body === undefined || body.length === 0 ? null : withoutLineEnd(body);
    return resubmit(context, request, entry, line);
  });
}

/** The rejected line that a path names. Rejects with a `RequestError`. */
export async function findReject(store: EventStore, id: string): Promise<StoredReject> {
  const entry = await store.reject(parseId(id));
  if (entry === null) throw RequestError.of('REJECT_NOT_FOUND', { value: preview(id) });
  return entry;
}

/** Deletes the rejected line that a path names. Rejects with a `RequestError`. */
export async function forgetReject(store: EventStore, text: string): Promise<void> {
  const id = parseId(text);
  if (!(await store.forget(id))) throw RequestError.of('REJECT_NOT_FOUND', { value: id });
}

/** Submits a rejected line again, unchanged or as `line`, and deletes it if it is stored. Rejects with a `RequestError`. */
export async function resubmit(
  { store, intake, clock, settings }: RouteContext,
  request: FastifyRequest,
  entry: StoredReject,
  line: Uint8Array | null,
): Promise<Accepted> {
  const kept = parseKept(line ?? entry.line, clock(), settings['time-zone']);
  if (!kept.ok) throw RequestError.ofProblem(kept.problem);
  const { event, key } = kept.value;
  const { ids, fresh } = await intake.submit('http', (batch) => batch.addEvent(event, keyOf(request, key)));
  await store.forget(entry.id);
  const warnings = warningsOf(event.type, event.tags);
  return { id: ids[0] ?? 0, new: fresh[0] === 1, ...(warnings.length > 0 && { warnings }) };
}

/** A line from another program: the original text, and why it is not valid. */
interface FoundReject {
  readonly line: string;
  readonly code: string;
  readonly message: string;
}

function parseEntries(body: Buffer | undefined, contentType: string | undefined): FoundReject[] {
  const expected = `an array of at most ${maxEntries} objects {"line", "code", "error"} with a code of docs/errors.md`;
  const entries = parseJsonBody(body ?? Buffer.alloc(0), contentType, expected);
  if (!Array.isArray(entries)) throw RequestError.of('BAD_REJECTS', { why: 'it is not an array', expected });
  if (entries.length > maxEntries) {
    throw RequestError.of('BAD_REJECTS', { why: `the array has ${entries.length} objects`, expected });
  }
  return entries.map((entry: unknown, index) => {
    const { line, code, error } = isJsonObject(entry) ? entry : {};
    const isKnown = typeof code === 'string' && Object.hasOwn(problemSentences, code);
    if (typeof line !== 'string' || !isKnown || typeof error !== 'string' || error.length > maxErrorChars)
      throw RequestError.of('BAD_REJECTS', { why: `object ${index + 1} is not as expected`, expected });
    return { line, code, message: printable(error) };
  });
}

// A line, or an event as JSON from another program.
function parseKept(kept: Uint8Array, now: number, zone: string): Outcome<KeyedEvent> {
  if (kept[0] === openingBrace) {
    const text = Buffer.from(kept).toString('utf8');
    const found = scanJson(text);
    if (found !== null) return { ok: false, problem: found };
    try {
      return parseSubmittedJson(JSON.parse(text), now, zone);
    } catch {
      // Not JSON, so it is a rejected line.
    }
  }
  const line = parseLineBytes(kept);
  return line.ok ? succeeded({ event: line.value, key: null }) : line;
}

function withoutLineEnd(body: Buffer): Buffer {
  const end = body.at(-1) === 10 ? body.length - 1 : body.length;
  return body.subarray(0, body[end - 1] === 13 ? end - 1 : end);
}

function toJson({ id, receivedAt, door, peer, code, message, line }: StoredReject): RejectEntry {
  const bytes = Buffer.from(line);
  return {
    id,
    received: formatTime(receivedAt, 'UTC'),
    door,
    peer,
    code,
    error: message,
    // Bytes that are not UTF-8 cannot be in JSON; they are sent as base64 instead.
    ...(isUtf8(bytes) ? { line: bytes.toString('utf8') } : { lineBase64: bytes.toString('base64') }),
  };
}
