// A spooled mark of a detection, an update or an end. Its span is looked up on delivery, among the spans at the time of the mark.

import {
  type FoundReject,
  type HttpClient,
  isJsonObject,
  preview,
  printable,
  type SpanEntry,
} from '@anthracite/protocol';
import { type Marking, markings, markOf } from '../mark-event';
import { type MarkDetails, readMarkTags } from '../mark-options';
import { refusalOf } from '../new-event';
import { chooseSpan, findSpansAt } from '../open-spans';

const maxErrorChars = 4_096;

/** A mark before its span is known. */
export interface PendingMark {
  readonly marking: Marking;
  /** Milliseconds since the epoch. */
  readonly time: number;
  /** The name of the span and the description, as for `chooseSpan`. */
  readonly words: readonly string[];
  readonly options: MarkDetails;
}

/** A stored mark. */
export interface SentMark {
  readonly id: number;
  readonly isNew: boolean;
  readonly span: SpanEntry;
}

/** Submits the mark of the chosen span. Throws a `UsageError` if the mark is not valid. */
export async function sendMark(
  { span, words }: { readonly span: SpanEntry; readonly words: readonly string[] },
  { marking, time, options }: PendingMark,
  client: HttpClient,
): Promise<SentMark> {
  const event = markOf(span, marking, time, words.join(' '), options);
  return { ...(await client.submit(event)), span };
}

/** Sends the mark of a spool file. Rejects with a `ClientError`; REFUSED if its span is not found. */
export async function sendPendingMark(text: string, client: HttpClient): Promise<SentMark> {
  const mark = parseMarkFile(text);
  if (mark === null) throw refusalOf(`the spool has a file that is not a mark: ${preview(text)}`);
  return sendMark(chooseSpan(await findSpansAt(client, mark.time), mark.words), mark, client);
}

/** The rejected line for a mark without a span: an event without a type, which a user can correct. */
export function markEntry(text: string, reason: string): FoundReject {
  const mark = parseMarkFile(text);
  if (mark === null) return { line: text, code: 'BAD_FIELD', error: printable(reason) };
  const description = `${mark.marking}: ${mark.words.join(' ')}`;
  const line = JSON.stringify({ time: mark.time, type: '', tags: readMarkTags(mark.options), description });
  const error = `no span was found for this spooled mark: ${printable(reason)}`;
  return { line, code: 'EMPTY_TYPE', error: error.slice(0, maxErrorChars) };
}

// Another program may have written the file.
function parseMarkFile(text: string): PendingMark | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (!isJsonObject(value)) return null;
  const { marking, time, words, options } = value;
  const isMark =
    markings.some((one) => one === marking) &&
    Number.isSafeInteger(time) &&
    Array.isArray(words) &&
    words.every((word) => typeof word === 'string') &&
    isJsonObject(options) &&
    (options['tag'] === undefined || Array.isArray(options['tag']));
  return isMark ? (value as unknown as PendingMark) : null;
}
