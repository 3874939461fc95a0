// Defines the storage of targets: how far each has been sent, and what could not be delivered. Independent of SQL and
// threads.

import type { Position } from './position';

/** How far the events have been sent to a target. */
export interface TargetProgress {
  /** The position after the last event or change that was sent. */
  readonly position: Position;
  /** The same for spans. */
  readonly spanPosition: Position;
  /** Since when the next message cannot be delivered, in milliseconds since the epoch; null while it was not tried or works. */
  readonly failingSince: number | null;
}

/** A target as it is stored. */
export interface StoredTarget extends TargetProgress {
  readonly name: string;
  /** Number of messages that were not delivered and put aside. */
  readonly undelivered: number;
  /** Number of those that were dropped, because only the newest are kept. */
  readonly forgotten: number;
}

/** The id of a message's subject at the target; null to forget it. */
export interface RemoteId {
  readonly subject: string;
  readonly id: number | null;
}

/** A message that could not be delivered. */
export interface UndeliveredMessage {
  readonly id: number;
  readonly target: string;
  /** When it was put aside, in milliseconds since the epoch. */
  readonly at: number;
  readonly title: string;
  readonly why: string;
}

/** What is committed with the progress of a target. */
export interface TargetStep extends TargetProgress {
  readonly target: string;
  readonly remote?: RemoteId;
  /** A message to put aside; `message` is its JSON. */
  readonly undelivered?: Pick<UndeliveredMessage, 'at' | 'title' | 'why'> & { readonly message: string };
}

/** Stores targets. Rejects with a `StoreError` when it cannot. */
export interface TargetStore {
  all(): Promise<readonly StoredTarget[]>;
  /** Resolves when the progress of a target is committed and synced, with everything that belongs to it. */
  step(step: TargetStep): Promise<void>;
  /** The id of a subject at a target; null if none is known. */
  remoteId(target: string, subject: string): Promise<number | null>;
  /** Undelivered messages, oldest first, after an id. */
  undelivered(afterId: number, limit: number): Promise<readonly UndeliveredMessage[]>;
  /** The target and the JSON of an undelivered message; null if none has the id. */
  message(id: number): Promise<{ readonly target: string; readonly message: string } | null>;
  /** Deletes an undelivered message, because it was delivered. */
  settle(id: number, remote?: RemoteId): Promise<void>;
}
