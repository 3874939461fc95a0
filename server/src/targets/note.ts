// Writes a message for people: a title, a text, a colour. The shapes for chats and mail use it. Pure.

import {
  bodyOf,
  isFailureType,
  parseScale,
  type Scale,
  type Severity,
  spellDuration,
  titleOf,
} from '@anthracite/protocol/core';
import type { EventMessage, SpanMessage } from './message';

/** A message for people. All texts are plain, and not escaped yet. */
export interface Note {
  /** One line. */
  readonly title: string;
  /** More lines, or `''`. */
  readonly text: string;
  /** Names and values that describe the event. */
  readonly facts: readonly (readonly [string, string])[];
  /** The page of the event or span; null if the server does not know its own address. */
  readonly link: string | null;
  /** `#rrggbb`. */
  readonly color: string;
  /** When it happened, in milliseconds since the epoch. */
  readonly time: number;
}

const maxTitleChars = 200;
const maxTextChars = 3_000;
const incidentColors = ['#8c1022', '#b8460b', '#8a6100', '#5d6067'];
const gainColors = ['#0b4a8f', '#0d6181', '#0f6b62', '#5d6067'];
const resolvedColor = '#2f7d3b';
const failedColor = '#86198f';
const plainColor = '#5d6067';

const prefixes: Readonly<Record<(EventMessage | SpanMessage)['type'], string>> = {
  'event.stored': '',
  'event.changed': 'Changed: ',
  'event.deleted': 'Deleted: ',
  'event.restored': 'Restored: ',
  'span.opened': 'Started: ',
  'span.changed': 'Still open: ',
  'span.resolved': 'Ended: ',
};

/** Writes a note. `base` is the public address of the server, or `''`. */
export function toNote(message: EventMessage | SpanMessage, base: string): Note {
  const prefix = prefixes[message.type];
  if ('span' in message) {
    const { span } = message;
    const { id, type, title, scale, severity, begin, end, tags } = span;
    const lasted = end === null ? '' : ` (after ${spellDuration(end - begin)})`;
    return {
      title: shorten(`${prefix}${title}${lasted}`, maxTitleChars),
      text: '',
      facts: factsOf(type, tags),
      link: base === '' ? null : `${base}/spans/${id}`,
      color: end === null ? colorOf(scale, severity, type) : resolvedColor,
      time: message.at,
    };
  }
  const { id, type, tags, description, time } = message.event;
  const { scale, severity } = parseScale(type, tags);
  return {
    title: shorten(`${prefix}${titleOf(description)}`, maxTitleChars),
    text: shorten(bodyOf(description).trim(), maxTextChars),
    facts: factsOf(type, tags),
    link: base === '' || id === 0 ? null : `${base}/events/${id}`,
    color: colorOf(scale, severity, type),
    time,
  };
}

function factsOf(type: string, tags: readonly string[]): Note['facts'] {
  return [['type', type], ...(tags.length === 0 ? [] : [['tags', shorten(tags.join(' '), 1_000)] as const])];
}

function colorOf(scale: Scale, severity: Severity | null, type: string): string {
  if (scale === 'incident') return incidentColors[(severity ?? 2) - 1] as string;
  if (scale === 'gain') return gainColors[(severity ?? 2) - 1] as string;
  return isFailureType(type) ? failedColor : plainColor;
}

function shorten(text: string, maxChars: number): string {
  if (text.length <= maxChars) return text;
  return `${text
    .slice(0, maxChars - 3)
    .toWellFormed()
    .replace(/\ufffd$/, '')}...`;
}
