// What the HTTP API is asked with and what it answers, as its client has it.

import type { Event } from '../event';
import type { GroupedEvent } from '../event-group';
import type { Span } from '../span/span';

/** An event that was accepted; `isNew` is false when it was known already. */
export interface Submitted {
  readonly id: number;
  readonly isNew: boolean;
}

/** What became of lines that were submitted together. */
export interface LinesSubmitted {
  readonly stored: number;
  readonly duplicate: number;
  readonly rejected: number;
  /** What was wrong, by line, counted from 1; the first thousand. */
  readonly problems: readonly { readonly line: number; readonly code: string; readonly error: string }[];
}

/** A line that somebody else found to be none, for the ledger. */
export interface FoundReject {
  readonly line: string;
  readonly code: string;
  readonly error: string;
}

/** A rejected line as `GET /rejects` shows it. */
export interface RejectEntry {
  readonly id: number;
  /** When it came, in ISO 8601. */
  readonly received: string;
  readonly door: string;
  readonly peer: string;
  readonly code: string;
  readonly error: string;
  readonly line?: string;
  /** The line when it is no UTF-8. */
  readonly lineBase64?: string;
}

/** A page of the ledger, newest first. */
export interface RejectPage {
  readonly rejects: readonly RejectEntry[];
  readonly total: number;
  readonly forgotten: number;
  readonly truncated: boolean;
  readonly next?: number;
}

/** A page of events, as `GET /events/json` answers it. Times in milliseconds. */
export interface EventPage {
  readonly events: readonly GroupedEvent[];
  readonly truncated: boolean;
  readonly next?: string;
}

/** A span as `GET /spans` shows it. One that is open lasts until now. */
export interface SpanEntry extends Omit<Span, 'markCount'> {
  readonly title: string;
  readonly isOpen: boolean;
  readonly durationMs: number;
  readonly moreMarks: number;
}

/** A page of spans, in order of their begin. */
export interface SpanPage {
  readonly spans: readonly SpanEntry[];
  readonly truncated: boolean;
  readonly next?: string;
}

/** A change as suspects and followers show it: its first event, with the others folded into it. */
export interface ChangeEntry {
  readonly type: string;
  readonly event: GroupedEvent;
}

/** How suspicious a change is, and why. */
export interface SuspicionEntry {
  readonly rank: number;
  readonly lagMs: number;
  readonly score: number;
  readonly explanation: string;
}

/** What changed before a span, the most suspicious first. */
export interface SuspectPage {
  readonly span: SpanEntry;
  readonly windowMs: number;
  readonly suspects: readonly (ChangeEntry & SuspicionEntry)[];
  readonly total: number;
}

/** Which spans followed a change, the most suspicious first. */
export interface FollowerPage extends ChangeEntry {
  readonly windowMs: number;
  readonly followers: readonly (SuspicionEntry & { readonly span: SpanEntry })[];
  readonly total: number;
}

/** Fields of an event that change. */
export type EventPatch = Partial<Event>;

/** An edit has both sides, a deletion no `after`, a restoration no `before`. */
export interface ChangeSides {
  /** Counts up with every change of any event. */
  readonly change: number;
  /** Name of the token that it was made with. */
  readonly who: string | null;
  readonly before: Event | null;
  readonly after: Event | null;
}

/** What became of an event, the first change first. */
export interface History {
  readonly id: number;
  readonly isDeleted: boolean;
  /** `at` in ISO 8601. */
  readonly history: readonly (ChangeSides & { readonly at: string })[];
}

/** A change as the stream tells it. `at` in milliseconds. */
export interface StreamedChange extends ChangeSides {
  readonly id: number;
  readonly at: number;
}

/**
 * What the stream brings: an event that was stored, or a change of one; or only how far it has come. `reset`: the position
 * `asked` is beyond the server's last event or change, such as after a restore, and the stream goes on from there.
 */
export type StreamMessage =
  | { readonly kind: 'position'; readonly position: string }
  | { readonly kind: 'reset'; readonly position: string; readonly asked: string }
  | { readonly kind: 'event'; readonly position: string; readonly event: GroupedEvent }
  | { readonly kind: 'change'; readonly position: string; readonly change: StreamedChange };

/** What a deletion by filters found, and did. */
export interface BulkDeletion {
  readonly deleted: number;
  readonly count: number;
}

/** A type or tag that is in use. Times in ISO 8601. */
export interface UsageEntry {
  readonly name: string;
  readonly count: number;
  readonly first: string;
  readonly last: string;
}

/** Types or tags. */
export interface UsagePage {
  readonly usages: readonly UsageEntry[];
  readonly truncated: boolean;
}

/** Parameters of a list; those with several values are repeated. */
export type ListQuery = Readonly<Record<string, string | number | readonly string[] | undefined>>;
