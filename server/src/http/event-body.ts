// Reads the body of POST /events: whose shape it has, and the events in it. Pure: bytes in, events out.

import { isUtf8 } from 'node:buffer';
import {
  checkEvent,
  type Event,
  failed,
  fromGraphiteTags,
  fromGraphiteText,
  type Outcome,
  parseGraphiteTags,
  parseTime,
  preview,
  timeOfGraphiteWhen,
} from '@anthracite/protocol';
import { RequestError } from './request-error';

/** What a body holds: one event of a Graphite client, one of ours, many, or lines. */
export type EventBody =
  | { readonly shape: 'graphite'; readonly event: Event }
  | { readonly shape: 'event'; readonly event: Event }
  | { readonly shape: 'array'; readonly items: readonly Outcome<Event>[] }
  | { readonly shape: 'lines'; readonly block: Buffer };

type Json = Readonly<Record<string, unknown>>;
const ownFields = ['time', 'type', 'description', 'tags'];
const newline = 10;
/** Lines or items that one request may have: what is said of each of them is held in memory. */
const maxItems = 50_000;

/** Reads a body. Throws a `RequestError` when it is nothing that we take. */
export function parseEventBody(body: Buffer, contentType: string, now: number, zone: string): EventBody {
  // No line begins with a bracket: JSON is known by it even from a client that calls all it sends text.
  const isJson = /^[\s]*[{[]/.test(body.subarray(0, 64).toString('latin1'));
  if (!isJson && /^text\/plain\b/i.test(contentType)) {
    refuseTooManyLines(body);
    return { shape: 'lines', block: body.at(-1) === newline ? body.subarray(0, -1) : body };
  }
  if (!isUtf8(body)) throw RequestError.of('BODY_NOT_UTF8');
  const json = parseJson(body.toString('utf8'));
  if (Array.isArray(json) && json.length > 0) {
    if (json.length > maxItems) throw RequestError.of('TOO_MANY_ITEMS', { limit: maxItems });
    return { shape: 'array', items: json.map((item: unknown) => parseItem(item, now, zone)) };
  }
  if (!isObject(json)) throw RequestError.of('BODY_NOT_EVENT', { value: describe(json) });
  const isGraphite = 'what' in json;
  if (!isGraphite && !('type' in json || 'description' in json)) {
    throw RequestError.of('BODY_NOT_EVENT', { value: describe(json) });
  }
  const event = parseItem(json, now, zone);
  if (!event.ok) {
    if (isGraphite && event.problem.code === 'BAD_FIELD' && parseGraphiteTags(json['tags']) === null) {
      throw RequestError.of('BAD_GRAPHITE_TAGS');
    }
    throw RequestError.ofProblem(event.problem);
  }
  return { shape: isGraphite ? 'graphite' : 'event', event: event.value };
}

function refuseTooManyLines(body: Buffer): void {
  let lines = 0;
  for (let at = body.indexOf(newline); at !== -1; at = body.indexOf(newline, at + 1)) {
    if (++lines > maxItems) throw RequestError.of('TOO_MANY_ITEMS', { limit: maxItems });
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw RequestError.of('BODY_NOT_JSON', { value: preview((error as Error).message) });
  }
}

function isObject(json: unknown): json is Json {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}

function describe(json: unknown): string {
  return preview(JSON.stringify(json));
}

function bad(field: string, value: unknown, expected: string): { ok: false } & Outcome<never> {
  return failed('BAD_FIELD', {
    field: preview(field),
    value: value === undefined ? 'missing' : describe(value),
    expected,
  });
}

function parseItem(item: unknown, now: number, zone: string): Outcome<Event> {
  if (!isObject(item)) return bad('item', item, 'a JSON object');
  return 'what' in item ? parseGraphiteItem(item, now) : parseOwnItem(item, now, zone);
}

function parseGraphiteItem({ what, data, when, tags }: Json, now: number): Outcome<Event> {
  if (typeof what !== 'string') return bad('what', what, 'a string');
  if (data !== undefined && typeof data !== 'string') return bad('data', data, 'a string');
  if (when !== undefined && typeof when !== 'number')
    return bad('when', when, 'a number of seconds since the epoch');
  const words = parseGraphiteTags(tags);
  if (words === null)
    return bad('tags', tags, 'an array of strings, or one string with spaces between the tags');
  const description = fromGraphiteText(what, data ?? '');
  if (!description.ok) return description;
  const time = when === undefined ? now : timeOfGraphiteWhen(when);
  return checkEvent({ time, ...fromGraphiteTags(words), description: description.value });
}

/**
 * Reads the body of PATCH /events/<id>: a JSON object with the fields that change. Throws a `RequestError` when it is
 * none, or what it makes of the event cannot be.
 */
export function parseEventPatch(body: Buffer, event: Event, now: number, zone: string): Event {
  if (!isUtf8(body)) throw RequestError.of('BODY_NOT_UTF8');
  const json = parseJson(body.toString('utf8'));
  if (!isObject(json)) throw RequestError.of('BODY_NOT_EVENT', { value: describe(json) });
  const { time, type, tags, description } = event;
  const patched = parseOwnItem({ time, type, tags, description, ...json }, now, zone);
  if (!patched.ok) throw RequestError.ofProblem(patched.problem);
  return patched.value;
}

function parseOwnItem(item: Json, now: number, zone: string): Outcome<Event> {
  const { time, type, description, tags = [] } = item;
  const unknown = Object.keys(item).find((field) => !ownFields.includes(field));
  if (unknown !== undefined) {
    return failed('UNKNOWN_FIELD', { value: preview(unknown), known: ownFields.join(', ') });
  }
  if (typeof type !== 'string') return bad('type', type, 'a string such as "deploy_website"');
  if (typeof description !== 'string') return bad('description', description, 'a string');
  if (!Array.isArray(tags) || !tags.every((tag) => typeof tag === 'string')) {
    return bad('tags', tags, 'an array of strings such as ["env=prod"]');
  }
  const timeMs = parseOwnTime(time, now, zone);
  return timeMs.ok ? checkEvent({ time: timeMs.value, type, tags, description }) : timeMs;
}

function parseOwnTime(time: unknown, now: number, zone: string): Outcome<number> {
  if (time === undefined) return { ok: true, value: now };
  if (typeof time === 'string') return parseTime(time, now, zone);
  if (typeof time === 'number' && Number.isInteger(time)) return { ok: true, value: time };
  return bad('time', time, 'whole milliseconds since the epoch, or a string such as "2026-11-24T10:15:00Z"');
}
