// A spooled event with a key. Lines have no key, so it is stored as JSON.

import {
  type FoundReject,
  failed,
  type HttpClient,
  type KeyedEvent,
  type Outcome,
  parseSubmittedJson,
  preview,
  printable,
  type Submitted,
} from '@anthracite/protocol';
import { refusalOf } from '../new-event';

/** Sends the event of a spool file. Rejects with a `ClientError`; REFUSED if the file is not an event. */
export async function sendPendingEvent(text: string, client: HttpClient): Promise<Submitted> {
  const kept = parseEventFile(text);
  if (!kept.ok) throw refusalOf(kept.problem.message);
  return client.submit(kept.value.event, kept.value.key);
}

/** The rejected line for a refused event. */
export function eventEntry(text: string, reason: string): FoundReject {
  return { line: text.trimEnd(), code: 'BAD_FIELD', error: printable(reason) };
}

// Another program may have written the file.
function parseEventFile(text: string): Outcome<KeyedEvent> {
  try {
    return parseSubmittedJson(JSON.parse(text), Number.NaN, 'UTC');
  } catch {
    return failed('BAD_FIELD', { field: '"item"', value: preview(text), expected: 'a JSON object' });
  }
}
