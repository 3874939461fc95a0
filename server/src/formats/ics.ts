// Events as an iCalendar file (RFC 5545): each an instant in a calendar, that keeps nobody busy.

import { bodyOf, type StoredEvent, titleOf } from '@anthracite/protocol/core';
import { isPlain } from './ascii';
import type { EventFormat, ListFrame } from './event-format';
import { calendarInstant } from './instant';

const maxLineBytes = 75;

/** Text as a property holds it. Controls have no place in a calendar and are shown as U+FFFD. */
function escapeText(text: string): string {
  if (isPlain(text) && !/[;,]/.test(text)) return text;
  return text
    .replace(/\r\n?/g, '\n')
    .replace(/[\0-\x08\x0b-\x1f\x7f]/g, '\ufffd')
    .replace(/[\\;,]/g, '\\$&')
    .replaceAll('\n', '\\n');
}

/** A line and its end, folded where it has more than 75 bytes, never within a character. */
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
      bytes = 1; // the blank that a folded line begins with
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

/** What an entry of a calendar has. Instants are as calendars write them, all else is text of strangers. */
export interface CalendarEntry {
  readonly uid: string;
  readonly stamp: string;
  readonly start: string;
  /** Where it is not later than the start, the entry is an instant. */
  readonly end: string;
  readonly summary: string;
  /** Left out where it is empty. */
  readonly description: string;
  readonly categories: readonly string[];
}

/** Writes an entry. */
export function calendarEvent(entry: CalendarEntry): string {
  const { uid, stamp, start, end, summary, description, categories } = entry;
  const lines = [
    'BEGIN:VEVENT',
    `UID:${uid}@anthracite`,
    `DTSTAMP:${stamp}`,
    `DTSTART:${start}`,
    ...(end > start ? [`DTEND:${end}`] : []),
    `SUMMARY:${escapeText(summary)}`,
    ...(description === '' ? [] : [`DESCRIPTION:${escapeText(description)}`]),
    `CATEGORIES:${categories.map(escapeText).join(',')}`,
    'TRANSP:TRANSPARENT',
    'END:VEVENT',
  ];
  return lines.map(fold).join('');
}

function item({ id, time, type, tags, description }: StoredEvent): string {
  const when = calendarInstant(time);
  return calendarEvent({
    uid: `${id}-${when}`,
    stamp: when,
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
};
