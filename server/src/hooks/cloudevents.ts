// Maps CloudEvents in all three modes: attributes in headers, in the body, or a batch. CDEvents have a mapping of their own. Pure.

import { toTagWord } from '@anthracite/protocol/change';
import { isCdEvent, mapCdEvent } from './cdevents';
import { type HookHeaders, type HookRequest, type Mapped, misread } from './hook';
import { newEvent, together } from './new-event';
import { firstTextAt, isObject, type Json, scalarText } from './payload';
import { timeOf } from './times';
import { cutBytes, describe } from './words';

const maxItems = 50_000;
const maxDataBytes = 4_096;
const ownAttributes: ReadonlySet<string> = new Set([
  ...['specversion', 'id', 'source', 'type', 'time', 'subject', 'datacontenttype', 'dataschema'],
  ...['data', 'data_base64'],
]);
const titleFields = ['title', 'message', 'summary', 'description', 'text'];

/** Maps a delivery. */
export function mapCloudEvents(request: HookRequest): Mapped {
  const { headers, json, text } = request;
  const type = (headers['content-type'] ?? '').toLowerCase();
  if (type.startsWith('application/cloudevents-batch')) {
    if (!Array.isArray(json)) return misread('the body is not a JSON list');
    if (json.length > maxItems) return misread(`the batch has more than ${maxItems} events`);
    return together(json.map((item, i) => mapOne(isObject(item) ? item : {}, request, `event ${i + 1}: `)));
  }
  if (headers['ce-specversion'] !== undefined || headers['ce-type'] !== undefined) {
    return mapOne({ ...attributesOf(headers), data: json === undefined ? text : json }, request, '');
  }
  return isObject(json)
    ? mapOne(json, request, '')
    : misread('it is neither a CloudEvent nor a batch of them');
}

/** Whether a body in a format that is not JSON holds the event; such formats are refused. */
export function isForeignFormat({ 'content-type': type = '' }: HookHeaders): boolean {
  const media = type.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  return /^application\/cloudevents(-batch)?(\+|$)/.test(media) && !media.endsWith('+json');
}

function mapOne(given: Json, request: HookRequest, place: string): Mapped {
  const data = dataOf(given);
  const event: Json = { ...given, data };
  if (isCdEvent(event)) return mapCdEvent(event, request);
  const { id, source, type, subject } = event;
  for (const [name, value] of Object.entries({ id, source, type })) {
    if (typeof value !== 'string' || value === '') return misread(`${place}the attribute ${name} is missing`);
  }
  const extensions = Object.entries(event).filter(([name]) => !ownAttributes.has(name));
  const about = scalarText(subject);
  const title = typeof data === 'string' ? data : firstTextAt(data, ...titleFields);
  const rest = data !== null && typeof data === 'object' ? cutBytes(JSON.stringify(data), maxDataBytes) : '';
  const [first = '', ...lines] = (title || [scalarText(type), about].filter(Boolean).join(' ')).split('\n');
  return newEvent(request, {
    time: timeOf(event['time']) ?? request.now,
    type: toTagWord(scalarText(type)),
    tags: [
      ['source', scalarText(source)],
      ['subject', about],
      ...extensions.map(([name, value]): [string, string] => [name.slice(0, 20), scalarText(value)]),
    ],
    description: describe(first, [], [...lines, rest].filter(Boolean).join('\n')),
    key: `${scalarText(source)} ${scalarText(id)}`,
  });
}

// Some libraries send text or JSON as base64. Other bytes are not shown.
function dataOf(event: Json): unknown {
  const { data, data_base64: encoded, datacontenttype: type } = event;
  if (typeof encoded !== 'string') return data ?? null;
  const media = typeof type === 'string' ? type.toLowerCase() : '';
  if (!/^text\/|[/+]json\b/.test(media)) return null;
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  if (media.startsWith('text/')) return text;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

function attributesOf(headers: HookHeaders): Json {
  const pairs = Object.entries(headers).flatMap(([name, value]): [string, string][] =>
    name.startsWith('ce-') && value !== undefined ? [[name.slice(3), headerText(value)]] : [],
  );
  const type = headers['content-type'];
  return Object.fromEntries([...pairs, ...(type === undefined ? [] : [['datacontenttype', type] as const])]);
}

/**
 * The text of a header: libraries write it percent-encoded, as UTF-8 or as ISO 8859-1, with or without quotes. Never refused.
 */
export function headerText(value: string): string {
  const bytes = Buffer.from(value, 'latin1');
  const isAscii = /^[\0-\x7f]*$/.test(value);
  const utf8 = bytes.toString('utf8');
  const text =
    isAscii && !/%(?![0-9a-fA-F]{2})/.test(value) ? decoded(value) : utf8.includes('\ufffd') ? value : utf8;
  return /^"[^"]*"$/.test(text) ? text.slice(1, -1) : text;
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
