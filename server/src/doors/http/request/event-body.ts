// Reads the body of POST /events: detects its shape, and parses its events. Bytes in, events out.

import { isUtf8 } from 'node:buffer';
import {
  type Event,
  failed,
  isJsonObject,
  type KeyedEvent,
  type Outcome,
  parseGraphiteTags,
  parseOwnEventJson,
  parseSubmittedJson,
  preview,
  scanJson,
} from '@anthracite/protocol';
import type { EventPatch } from '../../../storage/event-change';
import { parseFormEvent } from './event-fields';
import { isFormType, parseAnyFormBody, urlencodedType } from './form-body';
import { parseJson, parseJsonBody } from './json-body';
import { mayBeJson, mediaTypeOf, refuseCharset, refuseMediaType } from './media-type';
import { RequestError } from './request-error';

/** The content of a body: one event in Graphite's shape, one in our shape, several events, or lines. */
export type EventBody =
  | ({ readonly shape: 'graphite' } & KeyedEvent)
  | ({ readonly shape: 'event' } & KeyedEvent)
  /** Null for an empty line. */
  | { readonly shape: 'array' | 'json-lines'; readonly items: readonly (Outcome<KeyedEvent> | null)[] }
  | { readonly shape: 'lines'; readonly block: Buffer; readonly key: string | null };

const newline = 10;
/** Maximum lines or items of one request: the result of each is held in memory. */
const maxItems = 50_000;
const expectedEvents =
  'a JSON object or array of events, or lines with the header "Content-Type: text/plain"';
const expectedTypes = 'application/json, application/x-ndjson, text/plain or a form';
const jsonLines = /^application\/(x-)?(ndjson|jsonl|jsonlines|json-lines)$/;
const expectedPatch = 'a JSON object with the fields to change, such as {"description": "release 42"}';

/** Reads a body. Rejects with a `RequestError` when its content is not supported. */
export async function parseEventBody(
  body: Buffer,
  contentType: string,
  now: number,
  zone: string,
): Promise<EventBody> {
  const type = mediaTypeOf(contentType);
  refuseCharset(contentType, body);
  if (jsonLines.test(type)) return { shape: 'json-lines', items: parseJsonLines(body, now, zone) };
  // A line never starts with a bracket, so JSON is recognized even under a wrong content type.
  const isJson = /^(\xef\xbb\xbf)?\s*[{[]/.test(body.subarray(0, 64).toString('latin1'));
  if (!isJson && type === 'text/plain') {
    refuseTooManyLines(body);
    return { shape: 'lines', block: body.at(-1) === newline ? body.subarray(0, -1) : body, key: null };
  }
  if (!isJson && isEventForm(type, body)) {
    const form = await parseAnyFormBody({ body, headers: { 'content-type': contentType } });
    const { shape, event } = parseFormEvent(form, now, zone);
    if (!event.ok) throw RequestError.ofProblem(event.problem);
    return { shape, event: event.value, key: null };
  }
  if (!isJson && !mayBeJson(type)) refuseMediaType(type, expectedTypes);
  // Graphite takes the last of equal keys.
  const json = parseJson(body, expectedEvents, isGraphiteEvent);
  if (Array.isArray(json) && json.length > 0) {
    if (json.length > maxItems) throw RequestError.of('TOO_MANY_ITEMS', { limit: maxItems });
    return { shape: 'array', items: json.map((item: unknown) => parseSubmittedJson(item, now, zone)) };
  }
  if (!isJsonObject(json)) throw RequestError.of('BODY_NOT_EVENT', { value: describe(json) });
  const isGraphite = isGraphiteEvent(json);
  if (!isGraphite && !('type' in json || 'description' in json)) {
    throw RequestError.of('BODY_NOT_EVENT', { value: describe(json) });
  }
  const read = parseSubmittedJson(json, now, zone);
  if (!read.ok) {
    if (isGraphite && read.problem.code === 'BAD_FIELD' && parseGraphiteTags(json['tags']) === null) {
      throw RequestError.of('BAD_GRAPHITE_TAGS');
    }
    throw RequestError.ofProblem(read.problem);
  }
  return { shape: isGraphite ? 'graphite' : 'event', ...read.value };
}

// curl labels every body as a form: for a body without such fields, the error describes the supported bodies.
function isEventForm(type: string, body: Buffer): boolean {
  if (!isFormType(type)) return false;
  return (
    type !== urlencodedType || /(?:^|&)(?:what|data|when|tags|event_[a-z]+)=/.test(body.toString('latin1'))
  );
}

/** One event per line, as /events/ndjson lists them: each with the id of an event of another server, or of a stored event. */
function parseJsonLines(body: Buffer, now: number, zone: string): (Outcome<KeyedEvent> | null)[] {
  if (!isUtf8(body)) throw RequestError.of('BODY_NOT_UTF8');
  refuseTooManyLines(body);
  return body
    .toString('utf8')
    .replace(/^\ufeff/, '')
    .split('\n')
    .map((line) => (line.trim() === '' ? null : parseJsonLine(line, now, zone)));
}

function parseJsonLine(line: string, now: number, zone: string): Outcome<KeyedEvent> {
  const found = scanJson(line);
  if (found !== null) return { ok: false, problem: found };
  let json: unknown;
  try {
    json = JSON.parse(line);
  } catch {
    return failed('BAD_FIELD', { field: '"item"', value: preview(line), expected: 'a JSON object' });
  }
  return parseSubmittedJson(json, now, zone, true);
}

function isGraphiteEvent(json: unknown): boolean {
  return isJsonObject(json) && 'what' in json;
}

function refuseTooManyLines(body: Buffer): void {
  let lines = 0;
  for (let at = body.indexOf(newline); at !== -1; at = body.indexOf(newline, at + 1)) {
    if (++lines > maxItems) throw RequestError.of('TOO_MANY_ITEMS', { limit: maxItems });
  }
}

function describe(json: unknown): string {
  return preview(JSON.stringify(json));
}

/**
 * Reads the body of PATCH /events/<id>: a JSON object with the fields to change. Throws a `RequestError` when it is not
 * one, or when no event can have such fields.
 */
export function parseEventPatch(
  body: Buffer,
  contentType: string | undefined,
  now: number,
  zone: string,
): EventPatch {
  const json = parseJsonBody(body, contentType, expectedPatch);
  if (!isJsonObject(json)) throw RequestError.of('BODY_NOT_EVENT', { value: describe(json) });
  const patched = parseOwnEventJson({ ...anyEvent, ...json }, now, zone, 'time' in json ? 'recent' : 'all');
  if (!patched.ok) throw RequestError.ofProblem(patched.problem);
  return Object.fromEntries(Object.entries(patched.value).filter(([field]) => field in json));
}

// Valid placeholders for fields that are not given; the event's own values are kept.
const anyEvent: Event = { time: 0, type: 'any', tags: [], description: 'any' };
