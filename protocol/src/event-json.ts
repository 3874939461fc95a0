// Reads events from JSON, in Anthracite's format or in Graphite's. Pure: a parsed value in, an event out.

import { checkEvent, type Event } from './event';
import { checkEventKey } from './event-key';
import { fromGraphiteTags, fromGraphiteText, parseGraphiteTags, timeOfGraphiteWhen } from './graphite';
import { failed, type Outcome, preview, succeeded } from './problem';
import { parseTime } from './time-expression';
import { checkTimeNumber, jsonTime, type TimeNumbers } from './time-number';

type Json = Readonly<Record<string, unknown>>;
const ownFields = ['time', 'type', 'description', 'tags'];
const submittedFields = [...ownFields, 'key'];

/** True for a JSON object. */
export function isJsonObject(json: unknown): json is Json {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}

/**
 * An event from JSON: `{time, type, description, tags}` with `time` in milliseconds or as text, or Graphite's
 * `{what, data, when, tags}` with `when` in seconds. The default time is `now` (milliseconds since the epoch).
 */
export function parseEventJson(
  item: unknown,
  now: number,
  zone: string,
  numbers: TimeNumbers = 'recent',
): Outcome<Event> {
  if (!isJsonObject(item)) return bad('item', item, 'a JSON object');
  return 'what' in item ? parseGraphiteItem(item, now) : parseOwnEventJson(item, now, zone, numbers);
}

/**
 * Like `parseEventJson`, for an item of a list. An item with an `id` comes from a list of Anthracite: its `time` is in
 * milliseconds, in any year. The id is ignored, because it belongs to another server or to a duplicate.
 */
export function parseListedEventJson(item: unknown, now: number, zone: string): Outcome<Event> {
  if (!isJsonObject(item)) return parseEventJson(item, now, zone);
  const { id, ...fields } = item;
  return parseEventJson(fields, now, zone, Number.isInteger(id) ? 'all' : 'recent');
}

/** A submitted event: with its event key, or null. */
export interface KeyedEvent {
  readonly event: Event;
  readonly key: string | null;
}

/** Reads a submitted event, which may have a `key` in Anthracite's format. `isListed`: like `parseListedEventJson`. */
export function parseSubmittedJson(
  item: unknown,
  now: number,
  zone: string,
  isListed = false,
): Outcome<KeyedEvent> {
  const parse = isListed ? parseListedEventJson : parseEventJson;
  if (!isJsonObject(item) || 'what' in item) return withKey(parse(item, now, zone), null);
  const { key, ...fields } = item;
  const { id, ...named } = fields;
  const unknown = findUnknown(isListed ? named : fields, submittedFields);
  if (unknown !== null) return unknown;
  if (key === undefined) return withKey(parse(fields, now, zone), null);
  if (typeof key !== 'string') return bad('key', key, 'a string such as "deployment:42", or no field "key"');
  const checked = checkEventKey(key);
  return checked.ok ? withKey(parse(fields, now, zone), checked.value) : checked;
}

/** An event as JSON for `parseSubmittedJson`, with a time in any year. */
export function formatSubmittedJson({ event, key }: KeyedEvent): string {
  const { time, type, tags, description } = event;
  return JSON.stringify({ time: jsonTime(time), type, tags, description, ...(key !== null && { key }) });
}

function withKey(event: Outcome<Event>, key: string | null): Outcome<KeyedEvent> {
  return event.ok ? succeeded({ event: event.value, key }) : event;
}

function findUnknown(item: Json, known: readonly string[]): ({ ok: false } & Outcome<never>) | null {
  const unknown = Object.keys(item).find((field) => !known.includes(field));
  return unknown === undefined
    ? null
    : failed('UNKNOWN_FIELD', { value: preview(unknown), known: known.join(', ') });
}

function bad(field: string, value: unknown, expected: string): { ok: false } & Outcome<never> {
  return failed('BAD_FIELD', {
    field: preview(field),
    value: value === undefined ? 'missing' : preview(JSON.stringify(value)),
    expected,
  });
}

function parseGraphiteItem({ what, data = '', when, tags }: Json, now: number): Outcome<Event> {
  const [title, body] = [textOf(what), textOf(data)];
  if (title === null) return bad('what', what, expectedText);
  if (body === null) return bad('data', data, expectedText);
  if (when !== undefined && typeof when !== 'number')
    return bad('when', when, 'a number of seconds since the epoch');
  const words = parseGraphiteTags(tags);
  if (words === null) return bad('tags', tags, 'an array of strings, or one string');
  const time = when === undefined ? now : timeOfGraphiteWhen(when);
  return checkEvent({ time, ...fromGraphiteTags(words), description: fromGraphiteText(title, body) });
}

const expectedText = 'text, or a JSON value whose integers have at most 15 digits';

// Graphite accepts any value except null. Values other than text are kept as compact JSON, unless parsing lost digits.
function textOf(value: unknown): string | null {
  if (typeof value === 'string') return value;
  if (value === undefined || value === null) return null;
  let isWhole = true;
  const text = JSON.stringify(value, (_key, part: unknown) => {
    if (typeof part === 'number' && !isExact(part)) isWhole = false;
    return part;
  });
  return isWhole ? text : null;
}

function isExact(number: number): boolean {
  return Number.isFinite(number) && (!Number.isInteger(number) || Number.isSafeInteger(number));
}

/** Like `parseEventJson`, but only in Anthracite's format. */
export function parseOwnEventJson(
  item: Json,
  now: number,
  zone: string,
  numbers: TimeNumbers = 'recent',
): Outcome<Event> {
  const { time, type, description, tags = [] } = item;
  const unknown = findUnknown(item, ownFields);
  if (unknown !== null) return unknown;
  if (typeof type !== 'string') return bad('type', type, 'a string such as "deploy_website"');
  if (typeof description !== 'string') return bad('description', description, 'a string');
  if (!Array.isArray(tags) || !tags.every((tag) => typeof tag === 'string')) {
    return bad('tags', tags, 'an array of strings such as ["env=prod"]');
  }
  const timeMs = parseOwnTime(time, now, zone, numbers);
  return timeMs.ok ? checkEvent({ time: timeMs.value, type, tags, description }) : timeMs;
}

function parseOwnTime(time: unknown, now: number, zone: string, numbers: TimeNumbers): Outcome<number> {
  if (time === undefined) return { ok: true, value: now };
  if (typeof time === 'string') return parseTime(time, now, zone);
  if (typeof time === 'number' && Number.isInteger(time)) {
    return numbers === 'all' ? { ok: true, value: time } : checkTimeNumber(time);
  }
  return bad('time', time, 'whole milliseconds since the epoch, or a string such as "2026-11-24T10:15:00Z"');
}
