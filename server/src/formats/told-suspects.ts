// Defines suspects and followers as formats and pages receive them.

import type { GroupedEvent } from '@anthracite/protocol/core';
import type { Suspicion } from '../suspects/suspicion';
import type { TitledSpan } from './titled-span';

/** A change, with the text of its first event. */
export interface ToldChange {
  /** Its type, or the stem of a change that lasts: `deploy_shop` of `deploy_shop_start`. */
  readonly type: string;
  /** Its first event, with the others grouped into it; for a change that lasts, the mark of its start. */
  readonly event: GroupedEvent;
  /** The id of its span; null when it does not last. */
  readonly spanId: number | null;
  /** The times of its first and last event: milliseconds since the epoch. */
  readonly first: number;
  readonly last: number;
}

/** A change before a span, as it was when the span started. */
export interface Suspect extends ToldChange, Suspicion {
  readonly explanation: string;
}

/** The changes before a span, most suspicious first. */
export interface Suspects {
  readonly span: TitledSpan;
  readonly windowMs: number;
  readonly suspects: readonly Suspect[];
  /** Number of changes in the window, including those that are not listed. */
  readonly total: number;
  /** Start of the searched period: later than the start of the window if the window has too many events. */
  readonly fromMs: number;
  /** Whether some changes are left out. */
  readonly isCut: boolean;
}

/** A span that started during or after a change. */
export interface Follower extends Suspicion {
  readonly span: TitledSpan;
  readonly explanation: string;
}

/** The spans that followed a change, most suspicious first. */
export interface Followers extends ToldChange {
  readonly windowMs: number;
  readonly followers: readonly Follower[];
  /** Number of spans in the window, including those that are not listed. */
  readonly total: number;
  /** Whether some spans are left out. */
  readonly isCut: boolean;
}
