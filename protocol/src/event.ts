// The event: its fields, its limits, and the check that every door applies. Knows no wire format.

import { failed, type Outcome, preview, succeeded } from './problem';

/** What happened. Two events are the same event when all four fields are equal. */
export interface Event {
  /** When it happened: integer milliseconds since the epoch, UTC. */
  readonly time: number;
  /** What kind of thing: non-empty, no white space, e.g. `deploy_vimeo.com`. */
  readonly type: string;
  /** Ordered `key=value` pairs or bare words, without white space. */
  readonly tags: readonly string[];
  /** Non-empty text. Its first line is the title, the rest the body, as in a git commit. */
  readonly description: string;
}

/** An event that is stored. The id is a positive integer, stable for the life of the event. */
export interface StoredEvent extends Event {
  readonly id: number;
}

/** Bounds of one event, the same at every door. Bytes are bytes of UTF-8. */
export const eventLimits = {
  maxTypeBytes: 255,
  maxTagBytes: 1_024,
  maxTags: 128,
  maxDescriptionBytes: 1_048_576,
  /** 0001-01-01T00:00:00Z, the first instant that Graphite can store. */
  minTimeMs: -62_135_596_800_000,
  /** 9999-12-31T23:59:59.999Z, the last one. Milliseconds taken for seconds lie beyond it. */
  maxTimeMs: 253_402_300_799_999,
} as const;

// What Python's str.split() takes for white space: Graphite splits its tags there, so no tag may hold any of it.
const whiteSpace = /[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/;

/** True when `text` has a character that a type or tag may not have. */
export function hasWhiteSpace(text: string): boolean {
  return whiteSpace.test(text);
}

/** Splits text as Graphite splits a string of tags: at any run of white space. */
export function splitWords(text: string): string[] {
  return text.split(new RegExp(whiteSpace, 'g')).filter((word) => word !== '');
}

/** The first line of a description. */
export function titleOf(description: string): string {
  const end = description.indexOf('\n');
  return end === -1 ? description : description.slice(0, end);
}

/** What follows the first line of a description; `''` when there is nothing. */
export function bodyOf(description: string): string {
  const end = description.indexOf('\n');
  return end === -1 ? '' : description.slice(end + 1);
}

/** Checks the instant. */
export function checkTime(timeMs: number): Outcome<number> {
  if (!Number.isSafeInteger(timeMs) || timeMs < eventLimits.minTimeMs || timeMs > eventLimits.maxTimeMs) {
    return failed('TIMESTAMP_OUT_OF_RANGE', { value: String(timeMs / 1000) });
  }
  return succeeded(timeMs === 0 ? 0 : timeMs); // -0 and 0 are one instant
}

/** Checks type and tags, which are seldom new: callers may remember the answer. */
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

/** Checks a description: non-empty, well-formed, not too long. */
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

/** Checks a whole event, from whatever door it came, and returns it in its one normal form. */
export function checkEvent(event: Event): Outcome<Event> {
  const time = checkTime(event.time);
  if (!time.ok) return time;
  const series = checkSeries(event.type, event.tags);
  if (!series.ok) return series;
  const description = checkDescription(event.description);
  if (!description.ok) return description;
  return succeeded({ time: time.value, type: event.type, tags: event.tags, description: event.description });
}
