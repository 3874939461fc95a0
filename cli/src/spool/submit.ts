// Submits the event of a command over HTTP, or spools it.

import {
  type Event,
  formatLine,
  formatSubmittedJson,
  type HttpClient,
  type Submitted,
} from '@anthracite/protocol';
import type { Environment } from '../environment';
import { httpDoor, patienceOf } from './door';
import { type Kept, sendOrSpool } from './send-or-spool';
import type { SpoolOptions } from './spool-place';

/** How an event is sent. */
interface Submission {
  /** The event key; null without one. */
  readonly key?: string | null;
  /** Runs first and may refuse the event. Has no effect while the server is unreachable. */
  readonly check?: (client: HttpClient) => Promise<void>;
}

/** Resolves with the server's result; null if the event was spooled, which a message on standard error reports. */
export function submitOrSpool(
  event: Event,
  options: SpoolOptions,
  environment: Environment,
  { key = null, check = async () => {} }: Submission = {},
): Promise<Submitted | null> {
  const door = httpDoor(options, environment, patienceOf(options.spool));
  const kept: Kept =
    key === null
      ? { suffix: '.line', text: formatLine(event) }
      : { suffix: '.event', text: formatSubmittedJson({ event, key }) };
  const attempt = async (): Promise<Submitted> => {
    await check(door.client);
    return door.client.submit(event, key);
  };
  return sendOrSpool(attempt, kept, door, options, environment);
}

/** The result that `--json` prints. */
export function outcomeOf(sent: Submitted | null): Readonly<Record<string, unknown>> {
  return sent === null ? { spooled: true } : { id: sent.id, new: sent.isNew };
}
