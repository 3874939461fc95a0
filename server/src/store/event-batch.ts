// What is committed in one go, and what the ledger keeps of it.

/**
 * What is committed in one go: events as columns of equal length (checked, in the order they came),
 * and the lines that were rejected among them. `series` is type and tags as the line format writes them.
 */
export interface EventBatch {
  readonly times: readonly number[];
  readonly series: readonly string[];
  readonly descriptions: readonly string[];
  readonly rejects: readonly RejectedLine[];
}

/** The answer to a batch, one element an event: its id, and 1 if it was new or 0 if it was known. */
export interface BatchReceipt {
  readonly ids: Float64Array;
  readonly fresh: Uint8Array;
}

/** A line, or an item of a request, that could not be taken as an event. */
export interface RejectedLine {
  /** When it came: milliseconds since the epoch. */
  readonly receivedAt: number;
  /** Where it came in, e.g. `tcp` or `http`. */
  readonly door: string;
  /** Who sent it: address and port as the socket knows them. */
  readonly peer: string;
  readonly code: string;
  readonly message: string;
  /** The line as it came, without its line end; cut at the receiver's line limit. */
  readonly line: Uint8Array;
}

/** A rejected line as the ledger keeps it. */
export interface LedgerEntry extends RejectedLine {
  readonly id: number;
}

/** A page of the ledger, newest first. */
export interface LedgerPage {
  readonly entries: readonly LedgerEntry[];
  /** The id below which the next page begins; null when there is nothing more. */
  readonly nextBefore: number | null;
}
