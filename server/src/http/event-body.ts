// Reads the body of POST /events: whose shape it has, and the events in it. Pure: bytes in, events out.

import { isUtf8 } from 'node:buffer';
import {
  type Event,
  failed,
  isJsonObject,
  type Outcome,
  parseEventJson,
  parseGraphiteTags,
  parseOwnEventJson,
  preview,
  scanJson,
} from '@anthracite/protocol';
import type { EventPatch } from '../store/event-store';
import { parseJson, parseJsonBody } from './json-body';
import { mayBeJson, mediaTypeOf, refuseCharset, refuseMediaType } from './media-type';
import { RequestError } from './request-error';

/** What a body holds: one event of a Graphite client, one of ours, many, or lines. */
export type EventBody =
  | { readonly shape: 'graphite'; readonly event: Event }
  | { readonly shape: 'event'; readonly event: Event }
  | { readonly shape: 'array'; readonly items: readonly Outcome<Event>[] }
  /** Null for an empty line. */
  | { readonly shape: 'json-lines'; readonly items: readonly (Outcome<Event> | null)[] }
  | { readonly shape: 'lines'; readonly block: Buffer };

const newline = 10;
/** Lines or items that one request may have: what is said of each of them is held in memory. */
const maxItems = 50_000;
const expectedEvents =
  'a JSON object or array of events, or lines with the header "Content-Type: text/plain"';
const expectedTypes = 'application/json, application/x-ndjson or text/plain';
const jsonLines = /^application\/(x-)?(ndjson|jsonl|jsonlines|json-lines)$/;
const expectedPatch = 'a JSON object with the fields to change, such as {"description": "release 42"}';

/** Reads a body. Throws a `RequestError` when it is nothing that we take. */
export function parseEventBody(body: Buffer, contentType: string, now: number, zone: string): EventBody {
  const type = mediaTypeOf(contentType);
  refuseCharset(contentType, body);
  if (jsonLines.test(type)) return { shape: 'json-lines', items: parseJsonLines(body, now, zone) };
  // No line begins with a bracket: JSON is known by it, whatever its client calls it.
  const isJson = /^(\xef\xbb\xbf)?\s*[{[]/.test(body.subarray(0, 64).toString('latin1'));
  if (!isJson && type === 'text/plain') {
    refuseTooManyLines(body);
    return { shape: 'lines', block: body.at(-1) === newline ? body.subarray(0, -1) : body };
  }
  if (!isJson && !mayBeJson(type)) refuseMediaType(type, expectedTypes);
  // Graphite takes the last of equal keys.
  const json = parseJson(body, expectedEvents, isGraphiteEvent);
  if (Array.isArray(json) && json.length > 0) {
    if (json.length > maxItems) throw RequestError.of('TOO_MANY_ITEMS', { limit: maxItems });
    return { shape: 'array', items: json.map((item: unknown) => parseEventJson(item, now, zone)) };
  }
  if (!isJsonObject(json)) throw RequestError.of('BODY_NOT_EVENT', { value: describe(json) });
  const isGraphite = isGraphiteEvent(json);
  if (!isGraphite && !('type' in json || 'description' in json)) {
    throw RequestError.of('BODY_NOT_EVENT', { value: describe(json) });
  }
  const event = parseEventJson(json, now, zone);
  if (!event.ok) {
    if (isGraphite && event.problem.code === 'BAD_FIELD' && parseGraphiteTags(json['tags']) === null) {
      throw RequestError.of('BAD_GRAPHITE_TAGS');
    }
    throw RequestError.ofProblem(event.problem);
  }
  return { shape: isGraphite ? 'graphite' : 'event', event: event.value };
}

/** An event a line, as /events/ndjson lists them: with an id, which is that of another server or of an event that is known. */
function parseJsonLines(body: Buffer, now: number, zone: string): (Outcome<Event> | null)[] {
  if (!isUtf8(body)) throw RequestError.of('BODY_NOT_UTF8');
  refuseTooManyLines(body);
  return body
    .toString('utf8')
    .replace(/^\ufeff/, '')
    .split('\n')
    .map((line) => (line.trim() === '' ? null : parseJsonLine(line, now, zone)));
}

function parseJsonLine(line: string, now: number, zone: string): Outcome<Event> {
  const found = scanJson(line);
  if (found !== null) return { ok: false, problem: found };
  let json: unknown;
  try {
    json = JSON.parse(line);
  } catch {
    return failed('BAD_FIELD', { field: '"item"', value: preview(line), expected: 'a JSON object' });
  }
  if (!isJsonObject(json)) return parseEventJson(json, now, zone);
  const { id: _known, ...fields } = json;
  return parseEventJson(fields, now, zone);
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
 * Reads the body of PATCH /events/<id>: a JSON object with the fields that change. Throws a `RequestError` when it is
 * none, or no event can have such fields.
 */
export function parseEventPatch(
  body: Buffer,
  contentType: string | undefined,
  now: number,
  zone: string,
): EventPatch {
  const json = parseJsonBody(body, contentType, expectedPatch);
  if (!isJsonObject(json)) throw RequestError.of('BODY_NOT_EVENT', { value: describe(json) });
  const patched = parseOwnEventJson({ ...anyEvent, ...json }, now, zone);
  if (!patched.ok) throw RequestError.ofProblem(patched.problem);
  return Object.fromEntries(Object.entries(patched.value).filter(([field]) => field in json));
}

// Fields that are not given are those of the event, which are good.
const anyEvent: Event = { time: 0, type: 'any', tags: [], description: 'any' };
