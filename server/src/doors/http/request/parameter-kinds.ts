// Defines the kinds of parameters: how each reads its value, and its JSON Schema. The tables of routes are used both
// for reading and for the API's description, so the two always agree.

import { type Outcome, parseAtTime, parseTime, preview } from '@anthracite/protocol';
import type { JsonSchema } from '@anthracite/protocol/api';
import { parseDuration } from './interval';
import { RequestError } from './request-error';

/** Limits on the values of one name. */
export interface ParameterLimits {
  readonly maxValues?: number;
  readonly maxChars?: number;
}

/** The values given under one name, and the context needed to read them. */
export interface Reading {
  readonly name: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly zone: string;
  /** All values, in order. Throws a `RequestError` for too many. */
  all(limits?: ParameterLimits): readonly string[];
  /** The last value, which is the one Graphite uses, or undefined. */
  last(maxChars?: number): string | undefined;
  /** Creates the refusal of a value. */
  bad(value: string, expected: string): RequestError;
}

/** The description of a parameter. */
export interface DescribedParameter {
  /** Its meaning; its default and bounds are in the schema. */
  readonly doc: string;
  readonly schema: JsonSchema;
}

/** A parameter: its meaning, and how it is read. */
export interface Parameter<T> extends DescribedParameter {
  /** The value, or the default when none was given. Throws a `RequestError`. */
  read(reading: Reading): T;
}

/** Parameters by name. */
export type ParameterTable = Readonly<Record<string, Parameter<unknown>>>;

/** The values of a table's parameters. */
export type ParameterValues<Table extends ParameterTable> = {
  readonly [Name in keyof Table]: Table[Name] extends Parameter<infer T> ? T : never;
};

interface Bounds<D> {
  readonly min?: number;
  readonly max: number;
  readonly default: D;
}

/** Maximum values without `*`, and maximum patterns with it, of one parameter; maximum characters of one, and maximum lists. */
export const patternLimits = { values: 10_000, signs: 256, chars: 4_096, lists: 64 } as const;
const callbackForm = /^[A-Za-z_$][\w$.]{0,127}$/;

const withDefault = (schema: JsonSchema, value: unknown): JsonSchema =>
  value === null ? schema : { ...schema, default: value };

/** A whole number within bounds; the default minimum is 1. */
export function wholeNumber<D extends number | null>(
  doc: string,
  { min = 1, max, default: fallback }: Bounds<D>,
): Parameter<number | D> {
  return {
    doc,
    schema: withDefault({ type: 'integer', minimum: min, maximum: max }, fallback),
    read: (reading) => {
      const value = reading.last();
      return value === undefined ? fallback : readWhole(reading, value, min, max);
    },
  };
}

/** A whole number or `all`, which is read as Infinity. */
export function wholeNumberOrAll(
  doc: string,
  { min = 1, max, default: fallback }: Bounds<number>,
): Parameter<number> {
  const number = { type: 'integer', minimum: min, maximum: max };
  return {
    doc,
    schema: { anyOf: [number, { type: 'string', const: 'all' }], default: fallback },
    read: (reading) => {
      const value = reading.last();
      if (value === undefined) return fallback;
      return value === 'all' ? Number.POSITIVE_INFINITY : readWhole(reading, value, min, max);
    },
  };
}

function readWhole({ bad }: Reading, value: string, min: number, max: number): number {
  const number = /^\d{1,16}$/.test(value) ? Number(value) : Number.NaN;
  if (!(number >= min && number <= max)) throw bad(value, `a whole number from ${min} to ${max}`);
  return number;
}

/** One of several words. */
export function choice<const C extends string, D extends C | null>(
  doc: string,
  words: readonly C[],
  fallback: D,
): Parameter<C | D> {
  return {
    doc,
    schema: withDefault({ type: 'string', enum: words }, fallback),
    read: (reading) => {
      const value = reading.last();
      return value === undefined ? fallback : chosen(reading, value, words);
    },
  };
}

/** Any of several words, each once; empty when none is given. */
export function choices<const C extends string>(doc: string, words: readonly C[]): Parameter<readonly C[]> {
  return {
    doc,
    schema: { type: 'array', items: { type: 'string', enum: words } },
    read: (reading) => Array.from(new Set(reading.all()), (value) => chosen(reading, value, words)),
  };
}

function chosen<C extends string>({ bad }: Reading, value: string, words: readonly C[]): C {
  const word = words.find((one) => one === value);
  if (word === undefined) throw bad(value, `one of ${words.join(', ')}`);
  return word;
}

/** `1` or `0`. */
export function flag(doc: string, fallback = false): Parameter<boolean> {
  const one = choice(doc, ['0', '1'], fallback ? '1' : '0');
  return { ...one, read: (reading) => one.read(reading) === '1' };
}

/** Text; null when none is given. */
export function text(doc: string, limits: ParameterLimits = {}): Parameter<string | null> {
  return {
    doc,
    schema: { type: 'string' },
    read: (reading) => reading.last(limits.maxChars) ?? null,
  };
}

/** Texts, each under the same name. */
export function texts(doc: string, limits: ParameterLimits = {}): Parameter<readonly string[]> {
  return {
    doc,
    schema: { type: 'array', items: { type: 'string' } },
    read: (reading) => reading.all(limits),
  };
}

/** Text that `parse` accepts; null, or `fallback`, when none is given. */
export function parsed<T, D extends string | null>(
  doc: string,
  {
    schema = {},
    default: fallback,
    expected,
    parse,
  }: {
    readonly schema?: JsonSchema;
    readonly default: D;
    readonly expected: string | ((value: string) => string);
    readonly parse: (text: string, zone: string) => T | null;
  },
): Parameter<T | (D extends string ? never : null)> {
  return {
    doc,
    schema: withDefault({ type: 'string', ...schema }, fallback),
    read: (reading) => {
      const value = reading.last() ?? fallback;
      if (value === null) return null as D extends string ? never : null;
      const result = parse(value, reading.zone);
      if (result === null)
        throw reading.bad(value, typeof expected === 'string' ? expected : expected(value));
      return result;
    },
  };
}

/**
 * Patterns for types or tags, each once: thousands without `*`, as the values of a dashboard variable, and fewer with
 * it, because they cannot be looked up.
 */
export function patterns(doc: string): Parameter<readonly string[]> {
  return {
    doc,
    schema: { type: 'array', items: { type: 'string' } },
    read: ({ name, all }) => {
      const given = [...new Set(all({ maxValues: patternLimits.values }))];
      checkPatterns(name, given);
      return given;
    },
  };
}

/**
 * Lists of patterns for tags, each list in one value: spaces separate its patterns, because tags contain none. The limits apply to
 * all lists together.
 */
export function patternLists(doc: string): Parameter<readonly (readonly string[])[]> {
  return {
    doc,
    schema: { type: 'array', items: { type: 'string' } },
    read: ({ name, all, bad }) => {
      const given = all({ maxValues: patternLimits.lists, maxChars: Number.POSITIVE_INFINITY });
      const lists = given.map((list) => [...new Set(list.split(' ').filter((pattern) => pattern !== ''))]);
      const empty = lists.findIndex((list) => list.length === 0);
      if (empty >= 0) throw bad(given[empty] ?? '', 'at least one tag');
      const together = lists.flat();
      const long = together.find((pattern) => pattern.length > patternLimits.chars);
      if (long !== undefined) throw bad(long, `tags of at most ${patternLimits.chars} characters`);
      checkPatterns(name, together);
      return lists;
    },
  };
}

function checkPatterns(name: string, patterns: readonly string[]): void {
  const signs = patterns.filter((pattern) => pattern.includes('*')).length;
  if (signs <= patternLimits.signs && patterns.length <= patternLimits.values) return;
  throw RequestError.of('BAD_PARAMETER', {
    name,
    value: `given with ${patterns.length} values, ${signs} of them with *`,
    expected: `at most ${patternLimits.values} values, and ${patternLimits.signs} with *`,
  });
}

/** A duration in milliseconds, at most `max`; both `max` and `default` are written like `24h`. */
export function duration<D extends string | null>(
  doc: string,
  { max, default: fallback }: { readonly max: string; readonly default: D },
): Parameter<number | (D extends string ? never : null)> {
  const mostMs = parseDuration(max) ?? 0;
  return parsed(`${doc}; at most ${max}`, {
    schema: { pattern: '^[0-9]{1,6}(s|min|h|d|w)$' },
    default: fallback,
    expected: `a number and s, min, h, d or w, such as 30min, at most ${max}`,
    parse: (given) => {
      const ms = parseDuration(given);
      return ms === null || ms > mostMs ? null : ms;
    },
  });
}

/** The name of a JavaScript function, or null. */
export function callback(doc: string): Parameter<string | null> {
  return {
    doc,
    schema: { type: 'string', pattern: callbackForm.source },
    read: ({ last }) => {
      const value = last();
      if (value === undefined) return null;
      if (!callbackForm.test(value)) throw RequestError.of('BAD_CALLBACK', { value: preview(value) });
      return value;
    },
  };
}

/** A time: in milliseconds since the epoch, and as given. */
export interface GivenTime {
  readonly ms: number;
  readonly text: string;
}

/** A time in our own grammar; null when none is given. */
export const time = (doc: string): Parameter<GivenTime | null> => timeOf(doc, parseTime);
/** A time in Graphite's grammar only; null when none is given. */
export const graphiteTime = (doc: string): Parameter<GivenTime | null> => timeOf(doc, parseAtTime);

function timeOf(
  doc: string,
  parse: (text: string, now: number, zone: string) => Outcome<number>,
): Parameter<GivenTime | null> {
  return {
    doc,
    schema: { type: 'string' },
    read: ({ name, now, zone, last }) => {
      const value = last();
      if (value === undefined) return null;
      const read = parse(value, now, zone);
      if (!read.ok) throw RequestError.ofParameter(name, read.problem);
      return { ms: read.value, text: value };
    },
  };
}
