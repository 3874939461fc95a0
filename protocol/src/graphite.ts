// Converts events to and from Graphite's fields: when, what, data, tags.

import { bodyOf, cutLineEnds, type Event, splitWords, titleOf } from './event';

/** The type of an event that a Graphite client sent without tags. */
export const untaggedType = 'event';

/** An event in the format of `GET /events/get_data`. `when` is in whole seconds since the epoch. */
export interface GraphiteEvent {
  readonly when: number;
  readonly what: string;
  readonly data: string;
  readonly tags: readonly string[];
  readonly id: number;
}

/** The tags in Graphite's format: the type, then the tags. An event that was sent without tags has an empty list. */
export function graphiteTags(type: string, tags: readonly string[]): readonly string[] {
  // If all words are `event`, the type is omitted: [] and ['event'] are shown as they were sent.
  return type === untaggedType && tags.every((tag) => tag === untaggedType) ? tags : [type, ...tags];
}

/** The type and tags of an event that a Graphite client sent with these tags. The inverse of `graphiteTags`. */
export function fromGraphiteTags(words: readonly string[]): { type: string; tags: readonly string[] } {
  const [type = untaggedType, ...rest] = words;
  return { type, tags: words.every((word) => word === untaggedType) ? words : rest };
}

/** Whole seconds, rounded down like in Graphite. */
export function graphiteWhen(timeMs: number): number {
  return Math.floor(timeMs / 1000);
}

/** Milliseconds of Graphite's `when` in seconds, rounded down. */
export function timeOfGraphiteWhen(seconds: number): number {
  return Math.floor(Math.round(seconds * 1e6) / 1e3);
}

/**
 * Joins `what` and `data` to a description. The first line of `what` is the title; further lines come before `data`. Line ends
 * around `what` are removed. For a `what` of one line, `titleOf` and `bodyOf` return `what`
 * (without a carriage return at its end) and `data`.
 */
export function fromGraphiteText(what: string, data: string): string {
  const [title = '', ...lines] = cutLineEnds(what.replaceAll('\r\n', '\n').replace(/^\n+/, '')).split('\n');
  const body = [...lines, ...(data === '' ? [] : [data])].join('\n');
  return body === '' && title !== '' ? title : `${title}\n${body}`;
}

/** A stored event in Graphite's format. */
export function toGraphite(event: Event & { readonly id: number }): GraphiteEvent {
  return {
    when: graphiteWhen(event.time),
    what: titleOf(event.description),
    data: bodyOf(event.description),
    tags: graphiteTags(event.type, event.tags),
    id: event.id,
  };
}

/**
 * The tags in a text. Commas separate them, as when Graphite matches tags, and so does white space, as when it shows them.
 */
export function splitGraphiteTags(text: string): string[] {
  return text.split(',').flatMap(splitWords);
}

/** Reads the tags of a Graphite body: a list of strings, or one string. Null for anything else. */
export function parseGraphiteTags(tags: unknown): string[] | null {
  if (tags === undefined || tags === null) return [];
  if (typeof tags === 'string') return splitGraphiteTags(tags);
  if (!Array.isArray(tags) || !tags.every((tag) => typeof tag === 'string')) return null;
  return tags.flatMap(splitGraphiteTags);
}
