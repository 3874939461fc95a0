// Reads an event from JSON, in our own shape or in Graphite's. Pure: a parsed value in, an event out.

import { checkEvent, type Event } from './event';
import { fromGraphiteTags, fromGraphiteText, parseGraphiteTags, timeOfGraphiteWhen } from './graphite';
import { failed, type Outcome, preview } from './problem';
import { parseTime } from './time-expression';

type Json = Readonly<Record<string, unknown>>;
const ownFields = ['time', 'type', 'description', 'tags'];

/** True for a JSON object. */
export function isJsonObject(json: unknown): json is Json {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}

/**
 * An event from JSON: `{time, type, description, tags}` with `time` in milliseconds or as a text, or Graphite's
 * `{what, data, when, tags}` with `when` in seconds. One without a time happened `now` (milliseconds).
 */
export function parseEventJson(item: unknown, now: number, zone: string): Outcome<Event> {
  if (!isJsonObject(item)) return bad('item', item, 'a JSON object');
  return 'what' in item ? parseGraphiteItem(item, now) : parseOwnEventJson(item, now, zone);
}

function bad(field: string, value: unknown, expected: string): { ok: false } & Outcome<never> {
  return failed('BAD_FIELD', {
    field: preview(field),
    value: value === undefined ? 'missing' : preview(JSON.stringify(value)),
    expected,
  });
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

/** The same in our own shape alone. */
export function parseOwnEventJson(item: Json, now: number, zone: string): Outcome<Event> {
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
