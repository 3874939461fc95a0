// Defines queries: which events or spans they select, and where a list continues.

import type { Origin, Scale, Search, Severity } from '@anthracite/protocol/core';
import type { UptimeTarget } from '../report/error-budget';
import type { GroupKeys } from '../report/groups';
import type { PreviousRange } from '../report/previous';
import type { NamedRange } from '../report/report';

/** The words of Graphite's view (type, then tags) that an event must have. See `docs/graphite.md`. */
export interface WordFilter {
  /** Each word is a list of alternative patterns. */
  readonly words: readonly (readonly string[])[];
  /** `lazy`: all words, ignoring words that no event ever had. `union`: any. `intersection`: all. */
  readonly set: 'lazy' | 'union' | 'intersection';
}

/** Selects events. All conditions must hold; a missing part does not restrict. */
export interface EventQuery {
  /** The start of the range in milliseconds since the epoch, included. */
  readonly fromMs: number;
  /** The end of the range in milliseconds since the epoch, not included. */
  readonly untilMs: number;
  /** Patterns: any of these types, without the types after `!`. */
  readonly types?: readonly string[];
  /** Patterns: a tag that matches any of these, a tag for each of these, no tag that matches one of these. */
  readonly any?: readonly string[];
  readonly all?: readonly string[];
  readonly none?: readonly string[];
  /** For each list of patterns: a tag that matches any of them. */
  readonly some?: readonly (readonly string[])[];
  readonly words?: WordFilter;
  /** Text to find; null finds nothing. */
  readonly search?: Search | null;
  /** True to leave out events that are marks. */
  readonly withoutMarks?: boolean;
  readonly order: 'ascending' | 'descending';
}

/** Selects spans: by the events that are their marks, and by fields that only spans have. Empty lists do not restrict. */
export interface SpanQuery extends EventQuery {
  readonly scales?: readonly Scale[];
  /** With `scales`: true for spans of deployments too, whatever their scale. */
  readonly withDeployments?: boolean;
  /** Null for spans without a severity. */
  readonly severities?: readonly (Severity | null)[];
  /** Null for spans of unknown origin. */
  readonly origins?: readonly (Origin | null)[];
  /** Whether spans are open, or have an end. */
  readonly isOpen?: boolean;
}

/** The parts of a span query that the table of spans decides. */
export type SpanRange = Pick<
  SpanQuery,
  'fromMs' | 'untilMs' | 'order' | 'isOpen' | 'scales' | 'withDeployments' | 'severities'
>;

/** A query whose words all count. */
export interface SettledQuery extends EventQuery {
  readonly words?: {
    readonly words: readonly (readonly string[])[];
    readonly set: 'union' | 'intersection';
  };
}

/** A place in an ordered list: the event after which it continues. */
export interface Cursor {
  readonly time: number;
  readonly id: number;
}

/** How events are grouped: events of one type with the same value of a tag, each within the window of the next. */
export interface Grouping {
  /** Key of the tags, e.g. `version`. */
  readonly key: string;
  readonly windowMs: number;
  /** True to group events without the tag by their title. Pages do so. */
  readonly withTitles?: boolean;
}

/** The options of a report. */
export interface ReportOptions {
  /** The parts of the range with their own figures. */
  readonly periods: readonly NamedRange[];
  /** Period after a deployment in which an incident counts against it. */
  readonly failureWindowMs: number;
  /** Start of the data; null for the first event. */
  readonly dataFromMs: number | null;
  /** Whether maintenance windows are left out of uptime. */
  readonly leavesOutMaintenance: boolean;
  /** The period to compare the range with; null for none. */
  readonly previous: PreviousRange | null;
  readonly targets: readonly UptimeTarget[];
  readonly groupKeys: GroupKeys;
}

/** The window of the search for suspects or followers, and the maximum number listed. */
export interface SuspectOptions {
  readonly windowMs: number;
  readonly limit: number;
}

/** Kinds of names: types, tags, and keys of tags. */
export type NameKind = 'types' | 'tags' | 'keys';
