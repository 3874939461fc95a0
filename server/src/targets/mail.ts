// Writes messages as mail. Pure.

import type { EventMessage, SpanMessage } from './message';
import { toNote } from './note';

/** A mail without sender and recipients. */
export interface Mail {
  readonly subject: string;
  readonly text: string;
  /** Equal for each attempt. */
  readonly messageId: string;
  /** When it happened, in milliseconds since the epoch. */
  readonly time: number;
}

/** The mail of a message. */
export function toMail(message: EventMessage | SpanMessage, base: string): Mail {
  const { title, text, facts, link, time } = toNote(message, base);
  const lines = [
    title,
    ...(text === '' ? [] : ['', text]),
    '',
    `time: ${new Date(time).toISOString()}`,
    ...facts.map(([name, value]) => `${name}: ${value}`),
    ...(link === null ? [] : ['', link]),
  ];
  return {
    // A header is one line.
    subject: title.replace(/[\p{Cc}\u2028\u2029]+/gu, ' '),
    text: `${lines.join('\n')}\n`,
    messageId: `<${message.id}@anthracite>`,
    time,
  };
}
