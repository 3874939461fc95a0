// Reads datagrams of DogStatsD: events are kept, metrics and service checks are passed over. Pure.

import { toTagWord } from '@anthracite/protocol/change';
import { checkEvent, type Event } from '@anthracite/protocol/core';
import { timeOf } from './times';
import { describe, pairOfTag, pairTags } from './words';

/** The content of a datagram. */
export interface Datagram {
  readonly events: readonly Event[];
  /** Number of metrics and service checks. */
  readonly passedOver: number;
  /** What is wrong with messages that are not valid. */
  readonly faults: readonly string[];
}

interface Message {
  readonly title: string;
  readonly text: string;
  /** The rest of the line: fields, each after a bar. */
  readonly fields: string;
  /** Bytes of the message. */
  readonly length: number;
}

// Clients put a few into one datagram. Each message costs time in proportion to the datagram.
const maxEvents = 200;
const lineFeed = 10;
const headForm = /^_e\{(\d{1,9}),(\d{1,9})\}:/;
const borderForm = /^(?:$|\n|\|(?:#|[a-z]+:))/;
// An identifier that clients add for the agent.
const internalTag = /^dd\.internal\./;

/** Reads a datagram. Events without a time happened at `now`. */
export function readDatagram(bytes: Buffer, now: number): Datagram {
  const events: Event[] = [];
  const faults: string[] = [];
  let passedOver = 0;
  for (let at = 0; at < bytes.length; ) {
    if (bytes[at] === lineFeed) {
      at++;
      continue;
    }
    if (events.length + faults.length === maxEvents) {
      faults.push(`the datagram has more than ${maxEvents} events`);
      break;
    }
    const rest = bytes.subarray(at);
    const message = headForm.test(rest.subarray(0, 32).toString('latin1')) ? readMessage(rest) : null;
    if (message === null) {
      if (rest.subarray(0, 3).toString('latin1') === '_e{') {
        faults.push('the lengths of an event are neither its bytes nor its characters');
      } else passedOver++;
      const end = rest.indexOf(lineFeed);
      at += end === -1 ? rest.length : end;
      continue;
    }
    at += message.length;
    const event = toEvent(message, now);
    if (typeof event === 'string') faults.push(event);
    else events.push(event);
  }
  return { events, passedOver, faults };
}

// The lengths are bytes for most clients, UTF-16 units for some; a bar or an end must be at both borders.
function readMessage(bytes: Buffer): Message | null {
  const [head = '', titleLength = '', textLength = ''] =
    headForm.exec(bytes.subarray(0, 32).toString('latin1')) ?? [];
  const body = bytes.subarray(head.length);
  const lengths = [Number(titleLength), Number(textLength)] as const;
  const units = body.toString('utf8');
  const ways: readonly ((from: number, to?: number) => string)[] = [
    (from, to) => body.subarray(from, to).toString('utf8'),
    (from, to) => units.slice(from, to),
    (from, to) => Array.from(units).slice(from, to).join(''),
  ];
  for (const slice of ways) {
    const parts = cut(lengths, slice);
    if (parts === null) continue;
    const [title, text, rest] = parts;
    const [fields = ''] = rest.split('\n', 1);
    const used = Buffer.byteLength(`${title}|${text}${fields}`);
    return { title, text, fields, length: head.length + used };
  }
  return null;
}

function cut(
  [titleLength, textLength]: readonly [number, number],
  slice: (from: number, to?: number) => string,
): readonly [string, string, string] | null {
  const end = titleLength + 1 + textLength;
  const [title, bar, text, rest] = [
    slice(0, titleLength),
    slice(titleLength, titleLength + 1),
    slice(titleLength + 1, end),
    slice(end),
  ];
  const isWhole = !title.includes('\ufffd') && !text.includes('\ufffd');
  return bar === '|' && isWhole && borderForm.test(rest) ? [title, text, rest] : null;
}

function toEvent({ title, text, fields }: Message, now: number): Event | string {
  const values = new Map<string, string>();
  let tags: string[] = [];
  for (const field of fields.split('|')) {
    if (field.startsWith('#')) tags = field.slice(1).split(',');
    else if (/^[a-z]+:/.test(field))
      values.set(field.slice(0, field.indexOf(':')), field.slice(field.indexOf(':') + 1));
  }
  const name = title.replaceAll('\\n', ' ').replaceAll('\n', ' ');
  const body = text.replaceAll('\\n', '\n');
  const checked = checkEvent({
    time: timeOf(values.get('d')) ?? now,
    type: toTagWord(values.get('s') ?? '') || 'event',
    tags: pairTags([
      ['host', values.get('h') ?? ''],
      ...tags.filter((tag) => !internalTag.test(tag)).map(pairOfTag),
      ['alert_type', values.get('t') ?? ''],
      ['tool', 'dogstatsd'],
    ]),
    description: describe(name, [], body === name ? '' : body),
  });
  return checked.ok ? checked.value : checked.problem.message;
}
