// Delivers the events of a spool: lines first, so that the start of a span is stored before its end is delivered.

import {
  ClientError,
  Forwarder,
  type FoundReject,
  type HttpClient,
  type LineReceipt,
  Spool,
  type SpoolSuffix,
} from '@anthracite/protocol';
import { UsageError } from '../exit-codes';
import type { Door } from './door';
import { eventEntry, sendPendingEvent } from './pending-event';
import { markEntry, sendPendingMark } from './pending-mark';
import { maxSpooled } from './spool-place';

const maxReasons = 10;
const badRequest = 400;
const tooLarge = 413;

/** The result of a delivery. */
export interface Delivery {
  stored: number;
  duplicate: number;
  rejected: number;
  /** The first few reasons of rejections. */
  reasons: string[];
  /** The first few warnings about stored events with types or tags that have no effect. */
  warnings: string[];
}

/** A delivery without events. */
export const emptyDelivery = (): Delivery => ({
  stored: 0,
  duplicate: 0,
  rejected: 0,
  reasons: [],
  warnings: [],
});

/**
 * Delivers all events of a spool folder, and counts them in `delivery`. Rejects with a `ClientError` or an error of the file
 * system; the remaining events stay in the folder.
 */
export async function deliver(folder: string, door: Door, delivery: Delivery): Promise<void> {
  const take = ({
    stored = 0,
    duplicate = 0,
    rejected = 0,
    reasons = [],
    warnings = [],
  }: Partial<LineReceipt>): void => {
    delivery.stored += stored;
    delivery.duplicate += duplicate;
    delivery.rejected += rejected;
    delivery.reasons = [...delivery.reasons, ...reasons].slice(0, maxReasons);
    delivery.warnings = [...delivery.warnings, ...warnings].slice(0, maxReasons);
  };
  const spool = await Spool.open(folder, maxSpooled);
  const forwarder = new Forwarder({
    spool,
    send: door.send,
    observer: {
      sent: take,
      failing: () => {},
      dropped: () => {},
      refused: (path, error) => take({ rejected: 1, reasons: [keptReason(error, path)] }),
    },
  });
  await forwarder.flush();
  for (const kind of keptKinds) await deliverEach(folder, kind, door, take);
}

/** A kind of spool file that is sent alone, one event at a time. */
interface KeptKind {
  readonly suffix: SpoolSuffix;
  readonly name: string;
  readonly send: (text: string, client: HttpClient) => Promise<{ readonly isNew: boolean }>;
  /** The rejected line for a refused file. */
  readonly toEntry: (text: string, reason: string) => FoundReject;
}

const keptKinds: readonly KeptKind[] = [
  { suffix: '.event', name: 'events with a key', send: sendPendingEvent, toEntry: eventEntry },
  { suffix: '.mark', name: 'marks of spans', send: sendPendingMark, toEntry: markEntry },
];

async function deliverEach(
  folder: string,
  kind: KeptKind,
  { client }: Door,
  take: (receipt: Partial<LineReceipt>) => void,
): Promise<void> {
  const spool = await Spool.open(folder, maxSpooled, kind.suffix);
  for (const { name, line } of await spool.oldest(maxSpooled, Number.POSITIVE_INFINITY)) {
    if (client === null) throw new UsageError(`${kind.name} need HTTP; omit --tcp`);
    if (!(await spool.claim(name))) continue;
    try {
      take(await deliverOne(line, kind, client));
      await spool.finish(name);
    } catch (error) {
      await spool.release(name);
      if (!(error instanceof ClientError && error.status === tooLarge)) throw error;
      const path = await spool.setAside(name);
      take({ rejected: 1, reasons: [keptReason(error, path)] });
    }
  }
}

const keptReason = ({ message }: ClientError, path: string): string => `${message}; kept in ${path}`;

// An invalid event, such as a mark without a span, becomes a rejected line of the server, where a user can correct it. Any
// other refusal, such as a token without the role or an error of a proxy, is not about the event: it stays in the spool.
async function deliverOne(
  text: string,
  { send, toEntry }: KeptKind,
  client: HttpClient,
): Promise<Partial<LineReceipt>> {
  try {
    const { isNew } = await send(text, client);
    return isNew ? { stored: 1 } : { duplicate: 1 };
  } catch (error) {
    const isRefused =
      error instanceof ClientError &&
      error.code === 'REFUSED' &&
      (error.status === null || error.status === badRequest);
    if (!isRefused && !(error instanceof UsageError)) throw error;
    await client.keepRejects([toEntry(text, error.message)]);
    return { rejected: 1, reasons: [error.message] };
  }
}
