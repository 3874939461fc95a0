// What changed before a span, and which spans followed a change, as formats and pages are given it.

import type { GroupedEvent } from '@anthracite/protocol/core';
import type { Suspicion } from '../suspects/suspicion';
import type { TitledSpan } from './titled-span';

/** A change, with the text of its first event. */
export interface ToldChange {
  /** Its type, or the stem of a change that lasts: `deploy_shop` of `deploy_shop_start`. */
  readonly type: string;
  /** Its first event, with the others folded into it; of a change that lasts the mark of its start. */
  readonly event: GroupedEvent;
  /** The id of the span that it is; null where it does not last. */
  readonly spanId: number | null;
  /** Its first and its last event: milliseconds since the epoch. */
  readonly first: number;
  readonly last: number;
}

/** A change that came before a span, as it was when the span began. */
export interface Suspect extends ToldChange, Suspicion {
  readonly explanation: string;
}

/** What changed before a span began, the most suspicious first. */
export interface Suspects {
  readonly span: TitledSpan;
  readonly windowMs: number;
  readonly suspects: readonly Suspect[];
  /** How many changes there are in the window, also those that are not listed. */
  readonly total: number;
  /** From when on changes were looked at: later than the begin of the window where it has too many events. */
  readonly fromMs: number;
  /** Whether some are left out. */
  readonly isCut: boolean;
}

/** A span that began after a change, or while it was under way. */
export interface Follower extends Suspicion {
  readonly span: TitledSpan;
  readonly explanation: string;
}

/** Which spans followed a change, the most suspicious first. */
export interface Followers extends ToldChange {
  readonly windowMs: number;
  readonly followers: readonly Follower[];
  /** How many spans there are in the window, also those that are not listed. */
  readonly total: number;
  /** Whether some are left out. */
  readonly isCut: boolean;
}
