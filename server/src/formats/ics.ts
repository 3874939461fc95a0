// Writes events as an iCalendar file (RFC 5545): each is a zero-length entry that does not block time
// (TRANSP:TRANSPARENT).

import { bodyOf, type StoredEvent, titleOf } from '@anthracite/protocol/core';
import { isPlain } from './ascii';
import type { EventFormat, ListFrame } from './event-format';
import { calendarInstant } from './instant';
import type { Revision } from './revision';

const maxLineBytes = 75;

/** Text of a property. Control characters are not allowed in calendars, and become U+FFFD. */
function escapeText(text: string): string {
  if (isPlain(text) && !/[;,]/.test(text)) return text;
  return text
    .replace(/\r\n?/g, '\n')
    .replace(/[\0-\x08\x0b-\x1f\x7f-\x9f]/g, '\ufffd')
    .replace(/[\\;,]/g, '\\$&')
    .replaceAll('\n', '\\n');
}

/** A line and its end, folded if it has more than 75 bytes, never within a character. */
function fold(line: string): string {
  if (line.length <= maxLineBytes && isPlain(line)) return `${line}\r\n`;
  if (Buffer.byteLength(line) <= maxLineBytes) return `${line}\r\n`;
  const pieces: string[] = [];
  let start = 0;
  let bytes = 0;
  let at = 0;
  for (const c of line) {
    const size = bytesOf(c);
    if (bytes + size > maxLineBytes) {
      pieces.push(line.slice(start, at));
      start = at;
      bytes = 1; // the space at the start of a continuation line
    }
    bytes += size;
    at += c.length;
  }
  pieces.push(line.slice(start));
  return `${pieces.join('\r\n ')}\r\n`;
}

function bytesOf(character: string): number {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x80) return 1;
  if (code < 0x800) return 2;
  return code < 0x10000 ? 3 : 4;
}

function opening({ next }: ListFrame): string {
  const head = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Anthracite//Events//EN',
    'X-WR-CALNAME:Anthracite',
  ];
  if (next !== null) head.push(`X-ANTHRACITE-NEXT:${escapeText(next)}`);
  return head.map(fold).join('');
}

/** A calendar entry. Instants are in the calendar's format; all other fields are text from clients. */
export interface CalendarEntry {
  readonly uid: string;
  /** When the entry was last changed. */
  readonly stamp: string;
  /** Number of its changes: readers replace an entry by one with a higher number. */
  readonly sequence: number;
  readonly start: string;
  /** The entry is an instant if this is not later than the start. */
  readonly end: string;
  readonly summary: string;
  /** Omitted when empty. */
  readonly description: string;
  readonly categories: readonly string[];
}

/** Writes an entry. */
export function calendarEvent(entry: CalendarEntry): string {
  const { uid, stamp, sequence, start, end, summary, description, categories } = entry;
  const lines = [
    'BEGIN:VEVENT',
    `UID:${uid}@anthracite`,
    `DTSTAMP:${stamp}`,
    ...(sequence === 0 ? [] : [`SEQUENCE:${sequence}`]),
    `DTSTART:${start}`,
    // Without an end, readers differ: a day, an hour, or no entry at all.
    end > start ? `DTEND:${end}` : 'DURATION:PT0S',
    // A title is one line: a carriage return within it must not become a line break.
    `SUMMARY:${escapeText(summary.replaceAll('\r', ' '))}`,
    ...(description === '' ? [] : [`DESCRIPTION:${escapeText(description)}`]),
    `CATEGORIES:${categories.map(escapeText).join(',')}`,
    'TRANSP:TRANSPARENT',
    'END:VEVENT',
  ];
  return lines.map(fold).join('');
}

function item({ id, time, type, tags, description }: StoredEvent, _base = '', revision?: Revision): string {
  const when = calendarInstant(time);
  return calendarEvent({
    // As the event was first: an entry that is moved stays the same entry.
    uid: `${id}-${calendarInstant(revision?.firstTime ?? time)}`,
    stamp: calendarInstant(revision?.at ?? time),
    sequence: revision?.count ?? 0,
    start: when,
    end: when,
    summary: titleOf(description),
    description: bodyOf(description),
    categories: [type, ...tags],
  });
}

export const icsFormat: EventFormat = {
  contentType: 'text/calendar; charset=utf-8',
  extension: 'ics',
  isLossless: false,
  isFile: true,
  opening,
  separator: '',
  closing: () => 'END:VCALENDAR\r\n',
  item,
  takesRevisions: true,
};
