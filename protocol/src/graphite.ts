// Graphite's view of an event, both ways: when, what, data, tags. Knows no HTTP.

import { bodyOf, type Event, splitWords, titleOf } from './event';
import { failed, type Outcome, preview, succeeded } from './problem';

/** The type of an event that a Graphite client sent without tags. */
export const untaggedType = 'event';

/** An event as `GET /events/get_data` shows it. `when` is in whole seconds. */
export interface GraphiteEvent {
  readonly when: number;
  readonly what: string;
  readonly data: string;
  readonly tags: readonly string[];
  readonly id: number;
}

/** The tags that Graphite shows: the type, then the tags. An event that came without tags shows none. */
export function graphiteTags(type: string, tags: readonly string[]): readonly string[] {
  // Where all words are `event` the type is not counted in: [] and ['event'] were sent as they are shown.
  return type === untaggedType && tags.every((tag) => tag === untaggedType) ? tags : [type, ...tags];
}

/** The type and tags of an event that a Graphite client sent with these tags. The inverse of `graphiteTags`. */
export function fromGraphiteTags(words: readonly string[]): { type: string; tags: readonly string[] } {
  const [type = untaggedType, ...rest] = words;
  return { type, tags: words.every((word) => word === untaggedType) ? words : rest };
}

/** Whole seconds, cut as Graphite cuts them: towards the past. */
export function graphiteWhen(timeMs: number): number {
  return Math.floor(timeMs / 1000);
}

/** Milliseconds of Graphite's `when` in seconds; what lies beyond the millisecond is cut off. */
export function timeOfGraphiteWhen(seconds: number): number {
  return Math.floor(Math.round(seconds * 1e6) / 1e3);
}

/** Puts `what` and `data` together as a description, so that `titleOf` and `bodyOf` give them back. */
export function fromGraphiteText(what: string, data: string): Outcome<string> {
  if (what.includes('\n')) return failed('TITLE_WITH_LINE_BREAK', { value: preview(what) });
  return succeeded(data === '' && what !== '' ? what : `${what}\n${data}`);
}

/** A stored event in Graphite's shape. */
export function toGraphite(event: Event & { readonly id: number }): GraphiteEvent {
  return {
    when: graphiteWhen(event.time),
    what: titleOf(event.description),
    data: bodyOf(event.description),
    tags: graphiteTags(event.type, event.tags),
    id: event.id,
  };
}

/** Reads the tags of a Graphite body: a list of strings or one string, split at white space as Graphite splits them. */
export function parseGraphiteTags(tags: unknown): string[] | null {
  if (tags === undefined || tags === null) return [];
  if (typeof tags === 'string') return splitWords(tags);
  if (!Array.isArray(tags) || !tags.every((tag) => typeof tag === 'string')) return null;
  return splitWords(tags.join(' '));
}
