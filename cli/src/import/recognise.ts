// Detects the format of bytes by their start: a format that can be imported, or another one with advice.

import { csvDelimiter } from './csv-reader';
import type { ImportFormat } from './readers';

/** A detected format. */
export type Recognised =
  | { readonly kind: 'format'; readonly format: ImportFormat }
  /** A format that cannot be imported: its name, and what to do. */
  | { readonly kind: 'foreign'; readonly what: string; readonly help: string };

const sqliteMagic = 'SQLite format 3\0';
// Number of characters that are checked after the XML prologue.
const maxFormChars = 4_096;
const other = 'Export the events as json, ndjson, csv or xml';

// Binary formats by their first bytes, as latin1.
const binaries: readonly (readonly [string, string, string])[] = [
  ['PK\x03\x04', 'a ZIP or Office file (.zip, .xlsx, .ods)', 'Unpack it, or save the table as CSV UTF-8'],
  ['\xd0\xcf\x11\xe0', 'an old Office file (.xls, .doc)', 'Save the table as CSV UTF-8'],
  ['\xff\xfe', 'text in UTF-16', 'Save it as UTF-8'],
  ['\xfe\xff', 'text in UTF-16', 'Save it as UTF-8'],
  ['%PDF-', 'a PDF', other],
  ['BZh', 'a bzip2 file', 'Unpack it first'],
  ['\xfd7zXZ\0', 'an xz file', 'Unpack it first'],
  ['\x28\xb5\x2f\xfd', 'a zstd file', 'Unpack it first'],
];

// Text formats by the start of the text, in lower case, after XML's declaration and comments.
const texts: readonly (readonly [RegExp, string])[] = [
  [/^begin:vcalendar/, 'a calendar (iCalendar)'],
  [/^begin:vcard/, 'a contact (vCard)'],
  [/^<feed[\s>]/, 'an Atom feed'],
  [/^<(?:rss|rdf:rdf)[\s>]/, 'an RSS feed'],
  [/^<(?:!doctype html|html)[\s>]/, 'a web page (HTML)'],
  [/^(?:\/\*\*\/)?[$a-z_][\w$.]*\(\s*[{[]/, 'JavaScript (JSONP)'],
  [/^#!/, 'a script'],
];

const prologue = [
  ['<!--', '-->'],
  ['<?', '?>'],
] as const;

/** True for bytes of an SQLite file. */
export function isSqlite(beginning: Buffer): boolean {
  return beginning.toString('latin1', 0, sqliteMagic.length) === sqliteMagic;
}

/** Detects the format of a source from its first few kilobytes. Text of no other format counts as lines. */
export function recognise(beginning: Buffer): Recognised {
  if (isSqlite(beginning)) return { kind: 'format', format: 'sqlite' };
  const latin = beginning.toString('latin1');
  const binary = binaries.find(([magic]) => latin.startsWith(magic));
  if (binary !== undefined) return { kind: 'foreign', what: binary[1], help: binary[2] };
  const text = beginning.toString('utf8').trimStart();
  const bare = withoutPrologue(text).slice(0, maxFormChars).toLowerCase();
  const foreign = texts.find(([form]) => form.test(bare));
  if (foreign !== undefined) return { kind: 'foreign', what: foreign[1], help: other };
  if (text.startsWith('<')) return { kind: 'format', format: 'xml' };
  const firstLine = text.split('\n', 1)[0] ?? '';
  if (text.startsWith('[')) return { kind: 'format', format: 'json' };
  if (text.startsWith('{')) return { kind: 'format', format: isJson(firstLine) ? 'ndjson' : 'json' };
  if (csvDelimiter(beginning) !== null) return { kind: 'format', format: 'csv' };
  // A line may contain a NUL, but it starts with a time (which may be negative) or #; a binary file does not.
  if (beginning.includes(0) && !/^\s*(?:-?\d|#)/.test(latin))
    return { kind: 'foreign', what: 'a binary file', help: other };
  return { kind: 'format', format: 'raw' };
}

// The text after XML declarations and comments, in one pass, because a regular expression could backtrack.
function withoutPrologue(text: string): string {
  let at = 0;
  for (;;) {
    while (/\s/.test(text.charAt(at))) at++;
    const [, end] = prologue.find(([begin]) => text.startsWith(begin, at)) ?? [];
    const endAt = end === undefined ? -1 : text.indexOf(end, at + 2);
    if (end === undefined || endAt === -1) return text.slice(at);
    at = endAt + end.length;
  }
}

function isJson(text: string): boolean {
  try {
    const value = JSON.parse(text) as Readonly<Record<string, unknown>>;
    // A complete list on one line is a JSON document, not NDJSON.
    return !Array.isArray(value['events']) && !('hits' in value);
  } catch {
    return false;
  }
}
