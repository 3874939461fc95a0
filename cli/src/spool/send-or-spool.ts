// Sends an event, or spools it while the server is unreachable. Also delivers events that were spooled before.

import { ClientError, printable, Spool, type SpoolSuffix } from '@anthracite/protocol';
import type { Environment } from '../environment';
import { deliver, emptyDelivery } from './deliver';
import type { Door } from './door';
import { countWaiting, flushCommand, maxSpooled, type SpoolOptions, spoolFolder } from './spool-place';

/** The content of a spool file: a line without its line end, an event with a key, or a mark whose span is not known yet. */
export interface Kept {
  readonly suffix: SpoolSuffix;
  readonly text: string;
}

/**
 * Runs `attempt`, and resolves with its result. Also delivers earlier spooled events: before a mark, which may depend on them,
 * otherwise after the attempt, and not at all if `isSpoolDelivered`. If the server is unreachable, it spools the content, writes
 * one line about it, and resolves with null. If the server refuses the event, or requires a token, nothing is spooled: a second
 * attempt would also fail.
 */
export async function sendOrSpool<T>(
  attempt: () => Promise<T>,
  { suffix, text }: Kept,
  door: Door,
  options: SpoolOptions,
  environment: Environment,
  isSpoolDelivered = false,
): Promise<T | null> {
  // The start of the span may still be in the spool.
  const isFirst = suffix === '.mark' && !isSpoolDelivered;
  let sent: T;
  try {
    if (isFirst) await deliverSpoolFirst(door, options, environment);
    sent = await attempt();
  } catch (error) {
    const isAway = error instanceof ClientError && error.isRetryable;
    if (!isAway || options.spool === false) throw error;
    await keep({ suffix, text }, error, door, options, environment);
    return null;
  }
  if (options.spool !== false && !isFirst && !isSpoolDelivered)
    await deliverSpool(door, options, environment);
  return sent;
}

async function keep(
  { suffix, text }: Kept,
  error: ClientError,
  door: Door,
  options: SpoolOptions,
  environment: Environment,
): Promise<void> {
  const folder = spoolFolder(options, door.server, environment);
  let dropped: number;
  try {
    dropped = await (await Spool.open(folder, maxSpooled, suffix)).add(text, environment.now());
  } catch (fault) {
    const cause = `${error.message}; the event cannot be spooled either and is lost: ${(fault as Error).message}`;
    throw ClientError.of('FAILING', { cause: printable(cause) });
  }
  const full = dropped === 0 ? '' : `; the spool is full, so its oldest events were dropped: ${dropped}`;
  const command = flushCommand(options, door.client === null ? door.server : null);
  environment.stderr.write(
    `anthracite: ${printable(`${error.message}; kept in ${folder}${full}. To deliver: ${command}`)}\n`,
  );
}

/** Delivers spooled events before a query that depends on them. Rejects with a `ClientError` if the server is unreachable. */
export async function deliverSpoolFirst(
  door: Door,
  options: SpoolOptions,
  environment: Environment,
): Promise<void> {
  if (options.spool === false) return;
  const fault = await deliverWaiting(door, options, environment);
  if (fault instanceof ClientError && fault.isRetryable) throw fault;
  sayFault(fault, door, options, environment);
}

// Errors here do not affect the command: its own event is stored.
async function deliverSpool(door: Door, options: SpoolOptions, environment: Environment): Promise<void> {
  sayFault(await deliverWaiting(door, options, environment), door, options, environment);
}

function sayFault(fault: Error | null, door: Door, options: SpoolOptions, environment: Environment): void {
  if (fault === null) return;
  const folder = spoolFolder(options, door.server, environment);
  environment.stderr.write(
    `anthracite: ${printable(`earlier events still wait in ${folder}: ${fault.message}`)}\n`,
  );
}

// Resolves with the error, or null.
async function deliverWaiting(
  door: Door,
  options: SpoolOptions,
  environment: Environment,
): Promise<Error | null> {
  const folder = spoolFolder(options, door.server, environment);
  const delivery = emptyDelivery();
  let fault: Error | null = null;
  try {
    if (countWaiting(folder) > 0) await deliver(folder, door, delivery);
  } catch (error) {
    fault = error as Error;
  }
  const { stored, duplicate, rejected, reasons } = delivery;
  if (stored + duplicate > 0)
    environment.stderr.write(`delivered earlier events from ${printable(folder)}: ${stored + duplicate}\n`);
  if (rejected > 0)
    environment.stderr.write(
      `anthracite: earlier events were rejected: ${rejected} (${reasons.map(printable).join('; ')})\n`,
    );
  return fault;
}
