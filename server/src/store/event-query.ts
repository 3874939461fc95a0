// What is asked for: which events, which spans, and where a list goes on.

import type { Origin, Scale, Search, Severity } from '@anthracite/protocol/core';

/** Which words of Graphite's view (type, then tags) an event must have. See `docs/graphite.md`. */
export interface WordFilter {
  readonly words: readonly string[];
  /** `lazy`: all of them, but words that no event ever had do not count. `union`: any. `intersection`: all. */
  readonly set: 'lazy' | 'union' | 'intersection';
}

/** Which events are asked for. All parts must hold; a part that is left out does not restrict. */
export interface EventQuery {
  /** Milliseconds, inclusive. */
  readonly fromMs: number;
  /** Milliseconds, inclusive. */
  readonly untilMs: number;
  /** Patterns: any of these types, and none of those that are written behind `!`. */
  readonly types?: readonly string[];
  /** Patterns: a tag that matches any of these, a tag for each of these, no tag that matches one of these. */
  readonly any?: readonly string[];
  readonly all?: readonly string[];
  readonly none?: readonly string[];
  readonly words?: WordFilter;
  /** Text to be found; null finds nothing. */
  readonly search?: Search | null;
  /** True to leave out events that mark a span. */
  readonly withoutMarks?: boolean;
  readonly order: 'ascending' | 'descending';
}

/** Which spans are asked for: as events, by what their marks have, and by what only spans have. Empty lists do not restrict. */
export interface SpanQuery extends EventQuery {
  readonly scales?: readonly Scale[];
  /** Null for those without one. */
  readonly severities?: readonly (Severity | null)[];
  /** Null for those of which it is not known. */
  readonly origins?: readonly (Origin | null)[];
  /** Whether they are open, or over. */
  readonly isOpen?: boolean;
}

/** A place in an ordered list: the event after which it goes on. */
export interface Cursor {
  readonly time: number;
  readonly id: number;
}

/** What is folded: events of one type with the same value of a tag's key, none further from the next than the window. */
export interface Grouping {
  /** Key of the tags, e.g. `version`. */
  readonly key: string;
  readonly windowMs: number;
}

/** How far before a span, or after a change, is looked, and how many are listed. */
export interface SuspectOptions {
  readonly windowMs: number;
  readonly limit: number;
}

/** What has names: types, tags, and the keys of tags. */
export type NameKind = 'types' | 'tags' | 'keys';
