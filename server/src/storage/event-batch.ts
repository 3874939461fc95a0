// Defines the content of one commit, and the stored form of rejected lines.

/**
 * The content of one commit: events as columns of equal length (checked, in the order they came), and rejected lines.
 * `series` is type and tags in the form of the line protocol.
 */
export interface EventBatch {
  readonly times: readonly number[];
  readonly series: readonly string[];
  readonly descriptions: readonly string[];
  readonly rejects: readonly RejectedLine[];
  /** The keys of events that have one, by the event's index in the columns. */
  readonly keys?: ReadonlyMap<number, EventKey>;
}

/** Identifies an event independently of its fields: of all events with one key of one source, only the first is stored. */
export interface EventKey {
  /** Who chose the key; `docs/http.md` lists the sources. */
  readonly source: string;
  /** Text that `checkEventKey` accepts. */
  readonly key: string;
}

/** The answer to a batch, one element per event: its id, and 1 if it was new or 0 if it was a duplicate. */
export interface BatchReceipt {
  readonly ids: Float64Array;
  readonly fresh: Uint8Array;
}

/** A line, or an item of a request, that is not a valid event. */
export interface RejectedLine {
  /** When it came: milliseconds since the epoch. */
  readonly receivedAt: number;
  /** Where it came in, e.g. `tcp` or `http`. */
  readonly door: string;
  /** The sender: address and port of the socket. */
  readonly peer: string;
  readonly code: string;
  readonly message: string;
  /** The original line, without its line end, truncated at the receiver's line limit. */
  readonly line: Uint8Array;
}

/** A rejected line as it is stored. */
export interface StoredReject extends RejectedLine {
  readonly id: number;
}

/** A page of rejected lines, newest first. */
export interface StoredRejectPage {
  readonly entries: readonly StoredReject[];
  /** The id below which the next page starts; null on the last page. */
  readonly nextBefore: number | null;
}
