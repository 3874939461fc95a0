// Defines what a format is: its media type, and how it writes events and the text around them.

import type { GroupedEvent } from '@anthracite/protocol/core';
import type { Revision } from './revision';

/** The properties of a format. */
export interface FormatFacts {
  readonly contentType: string;
  /** File name extension, without a dot. */
  readonly extension: string;
  /** True when all fields of an event can be read back: `anthracite import` accepts it. */
  readonly isLossless: boolean;
  /** True when a browser should save it rather than show it. */
  readonly isFile: boolean;
}

/** The context of a list, for the text around its events. URLs come from the request: escape them. */
export interface ListFrame {
  /**
   * The server's URL without a trailing slash, as the client knows it: `http://127.0.0.1:2006`, or
   * `https://example.com/anthracite`.
   */
  readonly base: string;
  /** The path of that URL, with a trailing slash: `/`, or `/anthracite/` behind a proxy. */
  readonly root: string;
  /** Path and query of this list. */
  readonly self: string;
  /** Path and query of its next page; null on the last page, or when its parameters were posted. */
  readonly next: string | null;
  /** The JSONP function to call, if the format has one. */
  readonly callback: string;
  /** The current time in milliseconds since the epoch. */
  readonly now: number;
}

/** A format for a list of events, as text. */
export interface EventFormat extends FormatFacts {
  /** The text before the first event, between two, and after the last. */
  opening(frame: ListFrame): string;
  readonly separator: string;
  /** `next` is the cursor of the next page; null on the last page. */
  closing(next: string | null, frame: ListFrame): string;
  /** `base` is the server's address, as in the frame. Links need it, because many feed readers ignore `xml:base`. */
  item(event: GroupedEvent, base?: string, revision?: Revision): string;
  /** Set when a database can write the same: the shape of an event in JSON, and the text that `item` has after it. */
  readonly written?: { readonly shape: 'json' | 'graphite'; readonly end: string };
  /** True when it writes groups in its own fields; other formats describe the group in the title. */
  readonly takesGroups?: true;
  /** True when it writes when an event was last changed. */
  readonly takesRevisions?: true;
}
