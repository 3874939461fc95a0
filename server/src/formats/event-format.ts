// What a format is: how it is named on the wire, and how it writes events and what stands around them.

import type { GroupedEvent } from '@anthracite/protocol/core';

/** What is known of a format without writing anything. */
export interface FormatFacts {
  readonly contentType: string;
  /** How files of it are called, without a dot. */
  readonly extension: string;
  /** True when all that an event is can be read back: `anthracite import` takes it. */
  readonly isLossless: boolean;
  /** True when a browser should save it rather than show it. */
  readonly isFile: boolean;
}

/** A list as a whole, for what stands around its events. Addresses come from the request: escape them. */
export interface ListFrame {
  /** The server's address, without a slash at its end, as the client knows it: `http://127.0.0.1:2006`. */
  readonly base: string;
  /** Path and query of this list. */
  readonly self: string;
  /** Path and query of its next page; null when there is nothing more. */
  readonly next: string | null;
  /** The function that is called with the list, where the format has one. */
  readonly callback: string;
  /** Milliseconds since the epoch, now. */
  readonly now: number;
}

/** A way to write a list of events as text. */
export interface EventFormat extends FormatFacts {
  /** What stands before the first event, between two, and after the last. */
  opening(frame: ListFrame): string;
  readonly separator: string;
  /** `next` is the cursor of the next page; null when there is nothing more. */
  closing(next: string | null, frame: ListFrame): string;
  item(event: GroupedEvent): string;
  /** True when it writes groups by itself; for others the title says what was folded into an event. */
  readonly takesGroups?: true;
}
