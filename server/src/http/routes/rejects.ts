// The ledger of rejected lines: list, mend and resubmit, delete.

import { isUtf8 } from 'node:buffer';
import {
  type Event,
  formatTime,
  isJsonObject,
  type Outcome,
  parseEventJson,
  parseLineBytes,
  preview,
  printable,
  problemSentences,
  scanJson,
} from '@anthracite/protocol';
import type { FastifyInstance } from 'fastify';
import type { EventStore, LedgerEntry } from '../../store/event-store';
import { parseJsonBody } from '../json-body';
import { RequestError } from '../request-error';
import { readParameters, route } from '../route-options';
import type { RouteContext } from './context';
import { parseId, peerOf } from './events';

const defaultLimit = 100;
const maxLimit = 1_000;
const maxErrorChars = 4_096;
const openingBrace = 0x7b;

/** Adds the routes. */
export function addRejectRoutes(app: FastifyInstance, context: RouteContext): void {
  const { store, intake, clock } = context;

  const listing = route({
    summary: 'The ledger of rejected lines, newest first',
    needs: 'read',
    query: { limit: 'at most so many; 100 when left out', before: 'go on behind a page: its `next`' },
    answers: { 200: 'rejected lines, with reason, peer and time' },
  });
  app.get('/rejects', listing, async (request) => {
    const parameters = readParameters(request, context);
    const limit = parameters.whole('limit', defaultLimit, 1, maxLimit);
    const before = parameters.whole('before', 0, 0, Number.MAX_SAFE_INTEGER);
    const [page, statistics] = await Promise.all([
      store.ledger(limit, before === 0 ? null : before),
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

  // For programs that read events elsewhere, and find some that cannot be taken.
  const keeping = route({
    summary: 'Puts lines that were found elsewhere, and cannot be taken, into the ledger',
    needs: 'write',
    changesState: true,
    answers: { 200: 'how many were kept' },
  });
  app.post('/rejects', keeping, async (request) => {
    const entries = parseEntries(request.body as Buffer | undefined, request.headers['content-type']);
    const origin = { door: 'import', peer: peerOf(request) };
    const now = clock();
    await intake.submit('http', (batch) => {
      for (const { line, ...why } of entries) batch.addReject(Buffer.from(line), why, origin, now);
    });
    return { kept: entries.length };
  });

  const deleting = route({
    summary: 'Takes a line out of the ledger',
    needs: 'edit',
    changesState: true,
    answers: { 204: 'done', 404: 'there is none' },
  });
  app.delete<{ Params: { id: string } }>('/rejects/:id', deleting, async (request, reply) => {
    await forgetReject(store, request.params.id);
    return reply.code(204).send();
  });

  // The body is the mended line; without one the line is tried as it came.
  const resubmitting = route({
    summary: 'Tries a rejected line again: as it came, or mended, when the body has a line',
    needs: 'edit',
    changesState: true,
    answers: { 200: 'the id of the event, and whether it is new', 400: 'what is still wrong' },
  });
  app.post<{ Params: { id: string } }>('/rejects/:id/resubmit', resubmitting, async (request) => {
    const entry = await findReject(store, request.params.id);
    const body = request.body as Buffer | undefined;
    const line = body === undefined || body.length === 0 ? null : withoutLineEnd(body);
    return resubmit(context, entry, line);
  });
}

/** The rejected line that a path names. Rejects with a `RequestError`. */
export async function findReject(store: EventStore, id: string): Promise<LedgerEntry> {
  const entry = await store.ledgerEntry(parseId(id));
  if (entry === null) throw RequestError.of('REJECT_NOT_FOUND', { value: preview(id) });
  return entry;
}

/** Takes the rejected line that a path names out of the ledger. Rejects with a `RequestError`. */
export async function forgetReject(store: EventStore, text: string): Promise<void> {
  const id = parseId(text);
  if (!(await store.forget(id))) throw RequestError.of('REJECT_NOT_FOUND', { value: id });
}

/** Tries a rejected line as it came, or with `line` in its place; it then leaves the ledger. Rejects with a `RequestError`. */
export async function resubmit(
  { store, intake, clock, settings }: RouteContext,
  entry: LedgerEntry,
  line: Uint8Array | null,
): Promise<{ readonly id: number; readonly new: boolean }> {
  const event = parseKept(line ?? entry.line, clock(), settings['time-zone']);
  if (!event.ok) throw RequestError.ofProblem(event.problem);
  const { ids, fresh } = await intake.submit('http', (batch) => batch.addEvent(event.value));
  await store.forget(entry.id);
  return { id: ids[0] ?? 0, new: fresh[0] === 1 };
}

/** What a program puts into the ledger: the line as it was found, and why it cannot be taken. */
interface FoundReject {
  readonly line: string;
  readonly code: string;
  readonly message: string;
}

function parseEntries(body: Buffer | undefined, contentType: string | undefined): FoundReject[] {
  const expected = `an array of at most ${maxLimit} objects {"line", "code", "error"} with a code of docs/errors.md`;
  const entries = parseJsonBody(body ?? Buffer.alloc(0), contentType, expected);
  if (!Array.isArray(entries) || entries.length > maxLimit)
    throw RequestError.of('BAD_REJECTS', { expected });
  return entries.map((entry: unknown) => {
    const { line, code, error } = isJsonObject(entry) ? entry : {};
    const isKnown = typeof code === 'string' && Object.hasOwn(problemSentences, code);
    if (typeof line !== 'string' || !isKnown || typeof error !== 'string' || error.length > maxErrorChars)
      throw RequestError.of('BAD_REJECTS', { expected });
    return { line, code, message: printable(error) };
  });
}

// A line, or what another program found: an event as JSON.
function parseKept(kept: Uint8Array, now: number, zone: string): Outcome<Event> {
  if (kept[0] === openingBrace) {
    const text = Buffer.from(kept).toString('utf8');
    const found = scanJson(text);
    if (found !== null) return { ok: false, problem: found };
    try {
      return parseEventJson(JSON.parse(text), now, zone);
    } catch {
      // No JSON: then it is a bad line.
    }
  }
  return parseLineBytes(kept);
}

function withoutLineEnd(body: Buffer): Buffer {
  const end = body.at(-1) === 10 ? body.length - 1 : body.length;
  return body.subarray(0, body[end - 1] === 13 ? end - 1 : end);
}

function toJson({
  id,
  receivedAt,
  door,
  peer,
  code,
  message,
  line,
}: LedgerEntry): Readonly<Record<string, unknown>> {
  const bytes = Buffer.from(line);
  return {
    id,
    received: formatTime(receivedAt, 'UTC'),
    door,
    peer,
    code,
    error: message,
    // Bytes that are no text cannot stand in JSON; they come as base64 instead.
    ...(isUtf8(bytes) ? { line: bytes.toString('utf8') } : { lineBase64: bytes.toString('base64') }),
  };
}
