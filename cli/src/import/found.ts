// Items that readers find in a source: events, and items that are not events, with the reason.

import {
  checkEvent,
  type Event,
  failed,
  fromGraphiteTags,
  hasWhiteSpace,
  isJsonObject,
  type Outcome,
  type Problem,
  parseEventJson,
  parseGraphiteTags,
  parseListedEventJson,
  parseTime,
  preview,
  printable,
  scanJson,
} from '@anthracite/protocol';

/** One item of a source. `truncated`: the source says that it is incomplete. */
export type Found =
  | { readonly kind: 'event'; readonly event: Event }
  | { readonly kind: 'problem'; readonly problem: Problem; readonly text: string }
  | { readonly kind: 'truncated' };

/** Thrown when the rest of a source cannot be read. Items before the error are valid. */
export class ImportError extends Error {
  override readonly name = 'ImportError';

  /** Escapes control characters of the message, because it may quote the source. */
  constructor(message: string) {
    super(printable(message));
  }
}

/** An event, or a problem with the text of its item. */
export function foundOf(outcome: Outcome<Event>, text: () => string): Found {
  return outcome.ok
    ? { kind: 'event', event: outcome.value }
    : { kind: 'problem', problem: outcome.problem, text: text() };
}

type Fields = Readonly<Record<string, unknown>>;

/**
 * Reads an item of a JSON source: an event of Anthracite or Graphite, or a document of the original Anthracite
 * (`date` or `time`, `desc`, `tags`), alone or as a hit of Elasticsearch.
 */
function foundInJson(item: unknown, itemText: string): Found {
  const text = (): string => itemText;
  if (!isJsonObject(item)) return foundOf(parseEventJson(item, Number.NaN, 'UTC'), text);
  if (item['truncated'] === true && !('type' in item)) return { kind: 'truncated' };
  const source = isJsonObject(item['_source']) ? item['_source'] : item;
  if ('desc' in source) return foundOf(fromOriginal(source), text);
  return foundOf('what' in source ? fromGraphite(source) : fromOwn(source), text);
}

/** Reads the text of an item of a JSON source. */
export function foundInJsonText(text: string): Found {
  const refused = scanJson(text);
  if (refused !== null) return { kind: 'problem', problem: refused, text };
  let item: unknown;
  try {
    item = JSON.parse(text);
  } catch {
    const bad = failed('BAD_FIELD', { field: '"item"', value: preview(text), expected: 'a JSON object' });
    return foundOf(bad, () => text);
  }
  return foundInJson(item, text);
}

/** Reads the fields of an event from a file that Anthracite wrote: `time` is in milliseconds, in any year. */
export function foundInFields(fields: Fields): Found {
  return foundOf(parseEventJson(fields, Number.NaN, 'UTC', 'all'), () => JSON.stringify(fields));
}

/** Reads an item of a list that Anthracite wrote; see `parseListedEventJson`. */
export function foundInItem(item: Fields): Found {
  return foundOf(fromOwn(item), () => JSON.stringify(item));
}

function badField(field: string, value: unknown, expected: string): Outcome<never> {
  const shown = value === undefined ? 'missing' : preview(JSON.stringify(value));
  return failed('BAD_FIELD', { field: preview(field), value: shown, expected });
}

// An imported event without a time must not get the current time.
const missingTime = (field: string): Outcome<never> => badField(field, undefined, 'the time of the event');

function fromOwn(item: Fields): Outcome<Event> {
  return item['time'] === undefined ? missingTime('time') : parseListedEventJson(item, Number.NaN, 'UTC');
}

function fromGraphite({ id: _theirs, ...item }: Fields): Outcome<Event> {
  return item['when'] === undefined ? missingTime('when') : parseEventJson(item, Number.NaN, 'UTC');
}

const maxTagChars = 200;
const originalFields = ['date', 'time', 'desc', 'tags', 'type', 'id'];

/**
 * The original Anthracite stored `date` in ISO 8601, in UTC without a zone, or `time` in seconds, and no type. The first tag
 * becomes the type, as with Graphite's events. Spaces in tags become `_`. Added attributes become tags `name=value`, or lines
 * of the description if they are long.
 */
function fromOriginal(fields: Fields): Outcome<Event> {
  const { date, time = date, desc, type, tags } = fields;
  const isText = typeof time === 'string' || typeof time === 'number';
  if (!isText) return missingTime('date');
  const timeMs = parseTime(String(time), Number.NaN, 'UTC');
  if (!timeMs.ok) return timeMs;
  if (typeof desc !== 'string') return badField('desc', desc, 'a string');
  const words = Array.isArray(tags) ? tags.map((tag) => toWord(String(tag))) : parseGraphiteTags(tags);
  if (words === null) return badField('tags', tags, 'an array of strings');
  const { more, lines } = readAttributes(fields);
  const known = words.filter((word) => word !== '');
  const series = typeof type === 'string' ? { type: toWord(type), tags: known } : fromGraphiteTags(known);
  return checkEvent({
    time: timeMs.value,
    type: series.type,
    tags: [...series.tags, ...more],
    description: [desc, ...lines].join('\n'),
  });
}

function readAttributes(fields: Fields): { more: string[]; lines: string[] } {
  const more: string[] = [];
  const lines: string[] = [];
  for (const [name, value] of Object.entries(fields)) {
    if (originalFields.includes(name)) continue;
    for (const one of Array.isArray(value) ? value : [value]) {
      const text = typeof one === 'string' ? one : JSON.stringify(one);
      if (text.length > maxTagChars || text.includes('\n')) lines.push(`${name}: ${text}`);
      else more.push(toWord(`${name}=${text}`));
    }
  }
  return { more, lines };
}

function toWord(text: string): string {
  return hasWhiteSpace(text) ? text.trim().replace(/\s/g, '_') : text;
}
