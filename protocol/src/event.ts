// The event: its fields, its limits, and the check that every door applies.

import { failed, type Outcome, preview, succeeded } from './problem';

/** An event. Two events are the same event if all four fields are equal. */
export interface Event {
  /** When it happened: whole milliseconds since the epoch, UTC. */
  readonly time: number;
  /** The kind of event: not empty, no white space, such as `deploy_vimeo.com`. */
  readonly type: string;
  /** `key=value` pairs or single words, in order, without white space. */
  readonly tags: readonly string[];
  /** Text, not empty. The first line is the title, the rest the body, as in a Git commit. */
  readonly description: string;
}

/** A stored event. The id is a positive integer that never changes. */
export interface StoredEvent extends Event {
  readonly id: number;
}

/** Limits of an event, the same at every door. Bytes are bytes of UTF-8. */
export const eventLimits = {
  maxTypeBytes: 255,
  maxTagBytes: 1_024,
  maxTags: 128,
  maxDescriptionBytes: 1_048_576,
  /** 0001-01-01T00:00:00Z, the first instant that Graphite can store. */
  minTimeMs: -62_135_596_800_000,
  /** 9999-12-31T23:59:59.999Z, the last one. Milliseconds that are read as seconds are after it. */
  maxTimeMs: 253_402_300_799_999,
} as const;

// The white space of Python's str.split(): Graphite splits tags there, so tags must not contain it.
const whiteSpace = /[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/;

/** True if `text` has white space, which types and tags must not contain. */
export function hasWhiteSpace(text: string): boolean {
  return whiteSpace.test(text);
}

/** Splits text like Graphite splits a string of tags: at any run of white space. */
export function splitWords(text: string): string[] {
  return text.split(new RegExp(whiteSpace, 'g')).filter((word) => word !== '');
}

/** The text without the line ends at its end, in linear time: `/\n+$/` would start again at each of many line ends. */
export function cutLineEnds(text: string): string {
  let end = text.length;
  while (text.charCodeAt(end - 1) === 10) end--;
  return text.slice(0, end);
}

/** The first line of a description, without its line end: a line feed, or a carriage return and a line feed. */
export function titleOf(description: string): string {
  const end = description.indexOf('\n');
  if (end === -1) return description;
  return description.slice(0, description[end - 1] === '\r' ? end - 1 : end);
}

/** The text after the first line of a description; `''` if it has one line. */
export function bodyOf(description: string): string {
  const end = description.indexOf('\n');
  return end === -1 ? '' : description.slice(end + 1);
}

/** Checks that a time is within the limits. */
export function checkTime(timeMs: number): Outcome<number> {
  if (!Number.isSafeInteger(timeMs) || timeMs < eventLimits.minTimeMs || timeMs > eventLimits.maxTimeMs) {
    return failed('TIMESTAMP_OUT_OF_RANGE', { value: String(timeMs / 1000) });
  }
  return succeeded(timeMs === 0 ? 0 : timeMs); // -0 and 0 are one instant
}

/** Checks type and tags. They repeat often, so callers may cache the result. */
export function checkSeries(type: string, tags: readonly string[]): Outcome<null> {
  if (type === '') return failed('EMPTY_TYPE', { value: preview([type, ...tags].join(';')) });
  if (hasWhiteSpace(type)) return failed('WHITE_SPACE_IN_TYPE', { value: preview(type) });
  if (!type.isWellFormed()) return failed('LONE_SURROGATE', { value: preview(type) });
  if (Buffer.byteLength(type) > eventLimits.maxTypeBytes) {
    return failed('TYPE_TOO_LONG', { value: preview(type), limit: eventLimits.maxTypeBytes });
  }
  if (tags.length > eventLimits.maxTags) {
    return failed('TOO_MANY_TAGS', { value: tags.length, limit: eventLimits.maxTags });
  }
  for (const tag of tags) {
    if (tag === '') return failed('EMPTY_TAG', { value: preview([type, ...tags].join(';')) });
    if (hasWhiteSpace(tag)) return failed('WHITE_SPACE_IN_TAG', { value: preview(tag) });
    if (!tag.isWellFormed()) return failed('LONE_SURROGATE', { value: preview(tag) });
    if (Buffer.byteLength(tag) > eventLimits.maxTagBytes) {
      return failed('TAG_TOO_LONG', { value: preview(tag), limit: eventLimits.maxTagBytes });
    }
  }
  return succeeded(null);
}

/** Checks a description: not empty, well-formed, not too long. */
export function checkDescription(description: string): Outcome<string> {
  if (description === '') return failed('EMPTY_DESCRIPTION', { value: preview(description) });
  // A UTF-16 unit is at most three bytes of UTF-8, so most descriptions need no count.
  if (description.length * 3 > eventLimits.maxDescriptionBytes) {
    const bytes = Buffer.byteLength(description);
    if (bytes > eventLimits.maxDescriptionBytes) {
      return failed('DESCRIPTION_TOO_LONG', { value: bytes, limit: eventLimits.maxDescriptionBytes });
    }
  }
  if (!description.isWellFormed()) return failed('LONE_SURROGATE', { value: preview(description) });
  return succeeded(description);
}

/** Checks all fields of an event, and returns it in its normal form. */
export function checkEvent(event: Event): Outcome<Event> {
  const time = checkTime(event.time);
  if (!time.ok) return time;
  const series = checkSeries(event.type, event.tags);
  if (!series.ok) return series;
  const description = checkDescription(event.description);
  if (!description.ok) return description;
  return succeeded({ time: time.value, type: event.type, tags: event.tags, description: event.description });
}
