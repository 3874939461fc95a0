// The line protocol: one event per line.
//
//     <unix timestamp> <type>[;<tag>...] <description>

import { isUtf8 } from 'node:buffer';
import { checkDescription, checkSeries, checkTime, type Event } from './event';
import { failed, type Outcome, preview, succeeded } from './problem';

/** The parts of a line. `time` is in milliseconds; `series` is the type and tags, as written. */
export interface ParsedLine {
  readonly time: number;
  readonly series: string;
  readonly description: string;
}

const timestampForm = /^(-?)(\d{1,12})(?:\.(\d{1,9}))?$/;
const digits = /^-?\d+(?:\.\d+)?$/;

/** Milliseconds of a line's timestamp in seconds. Decimals after the third are ignored. */
export function parseTimestamp(text: string): Outcome<number> {
  // The usual case of ten digits, without the cost of a regular expression.
  if (text.length === 10) {
    let seconds = 0;
    for (let i = 0; i < 10; i++) {
      const digit = text.charCodeAt(i) - 48;
      if (digit < 0 || digit > 9) return parseAnyTimestamp(text);
      seconds = seconds * 10 + digit;
    }
    return succeeded(seconds * 1000);
  }
  return parseAnyTimestamp(text);
}

function parseAnyTimestamp(text: string): Outcome<number> {
  const match = timestampForm.exec(text);
  if (!match) {
    return failed(digits.test(text) ? 'TIMESTAMP_OUT_OF_RANGE' : 'BAD_TIMESTAMP', { value: preview(text) });
  }
  const fraction = (match[3] ?? '').padEnd(3, '0').slice(0, 3);
  const ms = Number(match[2]) * 1000 + Number(fraction);
  const time = checkTime(match[1] === '-' ? -ms : ms);
  return time.ok ? time : failed('TIMESTAMP_OUT_OF_RANGE', { value: preview(text) });
}

/** Exact seconds, with three decimals only if needed: `1467844481` or `1467844481.250`. */
export function formatTimestamp(timeMs: number): string {
  const ms = Math.abs(timeMs);
  const fraction = ms % 1000;
  const seconds = `${timeMs < 0 ? '-' : ''}${(ms - fraction) / 1000}`;
  return fraction === 0 ? seconds : `${seconds}.${String(fraction).padStart(3, '0')}`;
}

/**
 * Splits `type[;tag...]`. A `;` within a type or tag is written `\;`. Before a `;`, two backslashes mean one backslash; elsewhere
 * a backslash means itself (`CORP\bob` needs no escape).
 */
export function splitSeries(series: string): string[] {
  if (!series.includes('\\')) return series.split(';');
  const parts: string[] = [];
  let part = '';
  let backslashes = 0;
  for (const c of series) {
    if (c === '\\') {
      backslashes++;
      continue;
    }
    if (c === ';') {
      part += '\\'.repeat(backslashes >> 1);
      if (backslashes % 2 === 1) part += ';';
      else {
        parts.push(part);
        part = '';
      }
    } else part += '\\'.repeat(backslashes) + c;
    backslashes = 0;
  }
  parts.push(part + '\\'.repeat(backslashes));
  return parts;
}

/** Writes type and tags in the format of `splitSeries`. */
export function joinSeries(type: string, tags: readonly string[]): string {
  const parts = [type, ...tags];
  // The lookbehind makes the expressions read each run of backslashes only once.
  return parts
    .map((part, i) => {
      const escaped = part.replace(/(?<!\\)(\\*);/g, '$1$1\\;');
      return i === parts.length - 1 ? escaped : escaped.replace(/(?<!\\)\\+$/, '$&$&');
    })
    .join(';');
}

/** Reads type and tags, and checks them. */
export function parseSeries(series: string): Outcome<{ type: string; tags: string[] }> {
  const [type = '', ...tags] = splitSeries(series);
  const checked = checkSeries(type, tags);
  return checked.ok ? succeeded({ type, tags }) : checked;
}

const numberSign = 35;

/** True for an empty line or a comment. */
export function isSkipped(line: string): boolean {
  return line === '' || line.charCodeAt(0) === numberSign;
}

/** True for the bytes of a comment, or of its start, in any encoding. */
export function isComment(line: Uint8Array): boolean {
  return line[0] === numberSign;
}

/**
 * Splits a line (without its line end) at its first two spaces, and reads timestamp and description. The series is returned as
 * written: it often repeats, so callers cache the result of `parseSeries`.
 */
export function splitLine(line: string): Outcome<ParsedLine> {
  const first = line.indexOf(' ');
  if (first === -1) return failed('MISSING_FIELD', { value: preview(line) });
  const time = parseTimestamp(line.slice(0, first));
  if (!time.ok) return time;
  const second = line.indexOf(' ', first + 1);
  if (second === first + 1) return failed('EMPTY_TYPE', { value: preview(line) });
  if (second === -1)
    return failed(first + 1 === line.length ? 'MISSING_FIELD' : 'EMPTY_DESCRIPTION', {
      value: preview(line),
    });
  const rest = line.slice(second + 1);
  if (rest.trim() === '') return failed('EMPTY_DESCRIPTION', { value: preview(line) });
  const description = unquote(rest);
  if (description === '') return failed('EMPTY_DESCRIPTION', { value: preview(line) });
  const checked = checkDescription(description);
  if (!checked.ok) return checked;
  return succeeded({ time: time.value, series: line.slice(first + 1, second), description });
}

// Decodes a description that is a JSON string. Any other text that starts with a quote stays unchanged.
function unquote(text: string): string {
  if (text.charCodeAt(0) !== 34 || text.length < 2 || text.charCodeAt(text.length - 1) !== 34) return text;
  try {
    return JSON.parse(text) as string; // between two quotes, JSON.parse returns a string or throws
  } catch {
    return text;
  }
}

/**
 * Reads one line, without its line end, as an event.
 * @example parseLine('1467844481 puppet;host=web1 restarted apache')
 */
export function parseLine(line: string): Outcome<Event> {
  const split = splitLine(line);
  if (!split.ok) return split;
  const series = parseSeries(split.value.series);
  if (!series.ok) return series;
  return succeeded({ time: split.value.time, ...series.value, description: split.value.description });
}

/** Reads one line of bytes, without its line end. Bytes that are not valid UTF-8 are a problem; they are not repaired. */
export function parseLineBytes(bytes: Uint8Array): Outcome<Event> {
  if (!isUtf8(bytes)) return failed('NOT_UTF8', { value: preview(Buffer.from(bytes).toString('latin1')) });
  return parseLine(Buffer.from(bytes).toString('utf8'));
}

/**
 * Writes an event as its canonical line, without a line end; the description is always a JSON string. Two events are the same
 * event exactly if their canonical lines are equal.
 * @example formatLine(event) // '1467844481 puppet;host=web1 "restarted apache"'
 */
export function formatLine(event: Event): string {
  return `${formatTimestamp(event.time)} ${joinSeries(event.type, event.tags)} ${JSON.stringify(event.description)}`;
}
