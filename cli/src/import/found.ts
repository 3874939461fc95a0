// What the readers find in a source: events, and what is none and why. Knows no format.

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
  parseTime,
  preview,
  printable,
  scanJson,
} from '@anthracite/protocol';

/** One thing that a reader found. `cut` is the word of a list that it is not whole. */
export type Found =
  | { readonly kind: 'event'; readonly event: Event }
  | { readonly kind: 'problem'; readonly problem: Problem; readonly text: string }
  | { readonly kind: 'cut' };

/** Thrown when a source cannot be read on: what was found before it is good. */
export class ImportError extends Error {
  override readonly name = 'ImportError';

  /** The message may quote what was read: it is made harmless. */
  constructor(message: string) {
    super(printable(message));
  }
}

/** An event, or a problem with the text that it was found in. */
export function foundOf(outcome: Outcome<Event>, text: () => string): Found {
  return outcome.ok
    ? { kind: 'event', event: outcome.value }
    : { kind: 'problem', problem: outcome.problem, text: text() };
}

type Fields = Readonly<Record<string, unknown>>;

/**
 * Reads an item of a JSON source: an event of ours or of Graphite, or a document of the original Anthracite
 * (`date` or `time`, `desc`, `tags`), bare or as a hit of Elasticsearch.
 */
function foundInJson(item: unknown, itemText: string): Found {
  const text = (): string => itemText;
  if (!isJsonObject(item)) return foundOf(parseEventJson(item, Number.NaN, 'UTC'), text);
  if (item['truncated'] === true && !('type' in item)) return { kind: 'cut' };
  const source = isJsonObject(item['_source']) ? item['_source'] : item;
  if ('desc' in source) return foundOf(fromOriginal(source), text);
  const { id: _ours, ...fields } = source;
  return foundOf('what' in fields ? fromGraphite(fields) : fromOwn(fields), text);
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

/** Reads the fields of an event as a file has them: `time` in milliseconds. */
export function foundInFields(fields: Fields): Found {
  return foundOf(fromOwn(fields), () => JSON.stringify(fields));
}

// The time of an event that is read is never now.
const missingTime = (field: string): Outcome<never> =>
  failed('BAD_FIELD', { field: preview(field), value: 'missing', expected: 'when it happened' });

function fromOwn(fields: Fields): Outcome<Event> {
  if (fields['time'] === undefined) return missingTime('time');
  return parseEventJson(fields, Number.NaN, 'UTC');
}

// Graphite lets a title have several lines; here they are the first lines of the description.
function fromGraphite({ when, what, data = '', tags }: Fields): Outcome<Event> {
  if (when === undefined) return missingTime('when');
  if (typeof what === 'string' && typeof data === 'string' && what.includes('\n')) {
    const [title, ...rest] = what.split('\n');
    const body = data === '' ? rest : [...rest, data];
    return parseEventJson({ when, what: title, data: body.join('\n'), tags }, Number.NaN, 'UTC');
  }
  return parseEventJson({ when, what, data, tags }, Number.NaN, 'UTC');
}

const maxTagChars = 200;
const originalFields = ['date', 'time', 'desc', 'tags', 'type', 'id'];

/**
 * The original kept `date` in ISO 8601, in UTC and without a zone, or `time` in seconds, and no type. The first tag
 * becomes the type, as with Graphite's events. Its tags might have blanks; they become `_`. Attributes that somebody added
 * become tags `name=value`, and lines of the description where they are long.
 */
function fromOriginal(fields: Fields): Outcome<Event> {
  const { date, time = date, desc, type, tags } = fields;
  const isText = typeof time === 'string' || typeof time === 'number';
  if (!isText) return missingTime('date');
  const timeMs = parseTime(String(time), Number.NaN, 'UTC');
  if (!timeMs.ok) return timeMs;
  if (typeof desc !== 'string')
    return failed('BAD_FIELD', {
      field: '"desc"',
      value: preview(JSON.stringify(desc) ?? 'missing'),
      expected: 'a string',
    });
  const words = Array.isArray(tags) ? tags.map((tag) => toWord(String(tag))) : parseGraphiteTags(tags);
  if (words === null)
    return failed('BAD_FIELD', {
      field: '"tags"',
      value: preview(JSON.stringify(tags)),
      expected: 'an array of strings',
    });
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
