// Types of parameters and results of the HTTP client. The schemas of the responses are in api/.

import type { HistoryAnswer, StreamedChange } from '../api';
import type { GroupedEvent } from '../event-group';

/** An accepted event; `isNew` is false for a duplicate. */
export interface Submitted {
  readonly id: number;
  readonly isNew: boolean;
}

/** All changes to an event, oldest first. */
export type History = Pick<HistoryAnswer, 'id' | 'isDeleted' | 'history'>;

/** The event before and after a change: an edit has both, a deletion no `after`, a restoration no `before`. */
export type ChangeSides = Pick<StreamedChange, 'change' | 'who' | 'before' | 'after'>;

/**
 * A message of the stream: a stored event, a change to an event, or only the current position. `reset`: the position `asked` is
 * after the server's last event or change, for example after a backup was restored; the stream continues at `position`.
 */
export type StreamMessage =
  | { readonly kind: 'position'; readonly position: string }
  | { readonly kind: 'reset'; readonly position: string; readonly asked: string }
  | { readonly kind: 'event'; readonly position: string; readonly event: GroupedEvent }
  | { readonly kind: 'change'; readonly position: string; readonly change: StreamedChange };

/** A type or tag in use. Times are in ISO 8601. */
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

/** Query parameters; a parameter with several values is repeated. */
export type ListQuery = Readonly<Record<string, string | number | readonly string[] | undefined>>;
