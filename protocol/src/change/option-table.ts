// Tables of options with text values, under the same names in a URL's query, as flags and in a file. Pure.

import type { JsonSchema } from '../api';

/** One option: its default, its effect, and its valid values. */
export interface Option<T> {
  readonly default: T;
  readonly doc: string;
  readonly expected: string;
  /** The schema of its text, for the OpenAPI document. */
  readonly schema: JsonSchema;
  /** The value of a text, or null if the text is not valid. */
  parse(text: string): T | null;
}

/** The values of a table's options. */
export type OptionValues<Table extends Readonly<Record<string, Option<unknown>>>> = {
  readonly [Name in keyof Table]: Table[Name] extends Option<infer T> ? T : never;
};

/** Options, or the first option that is not valid and its valid values. */
export type ReadOptions<Values> =
  | { readonly ok: true; readonly options: Values }
  | { readonly ok: false; readonly name: string; readonly value: string; readonly expected: string };

/** A list of items, separated by commas. */
export function listOption(
  values: readonly string[],
  expected: string,
  doc: string,
  isGood: (item: string) => boolean = () => true,
): Option<readonly string[]> {
  return {
    default: values,
    doc,
    expected: `${expected}, separated by commas`,
    schema: { type: 'string', ...(values.length > 0 && { default: values.join(',') }) },
    parse: (text) => {
      const items = text
        .split(',')
        .map((item) => item.trim())
        .filter((item) => item !== '');
      return items.every(isGood) ? items : null;
    },
  };
}

/** A whole number. */
export function wholeOption(value: number, min: number, max: number, doc: string): Option<number> {
  return {
    default: value,
    doc,
    expected: `a whole number from ${min} to ${max}`,
    schema: { type: 'integer', minimum: min, maximum: max, default: value },
    parse: (text) => {
      const number = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
      return number >= min && number <= max ? number : null;
    },
  };
}

/** Any text. */
export function textOption(value: string, expected: string, doc: string): Option<string> {
  const schema = { type: 'string', ...(value !== '' && { default: value }) };
  return { default: value, doc, expected, schema, parse: (given) => given };
}

/** `true` or `false`. */
export function truthOption(value: boolean, doc: string): Option<boolean> {
  return {
    default: value,
    doc,
    expected: 'true or false',
    schema: { type: 'boolean', default: value },
    parse: (given) => (given === 'true' ? true : given === 'false' ? false : null),
  };
}

/** The default values of all options. */
export function defaultOptions<Table extends Readonly<Record<string, Option<unknown>>>>(
  table: Table,
): OptionValues<Table> {
  const values = Object.entries(table).map(([name, option]) => [name, option.default]);
  return Object.fromEntries(values) as OptionValues<Table>;
}

/**
 * Reads options from pairs of name and text, with defaults from `base`. Values of a repeated name are joined with commas. Unknown
 * names are refused.
 * @example readOptions(table, [['tags', 'dc=ams'], ['send', 'changed,failed']])
 */
export function readOptions<Table extends Readonly<Record<string, Option<unknown>>>>(
  table: Table,
  texts: Iterable<readonly [string, string]>,
  base: OptionValues<Table> = defaultOptions(table),
): ReadOptions<OptionValues<Table>> {
  const given = new Map<string, string>();
  for (const [name, value] of texts) {
    const before = given.get(name);
    given.set(name, before === undefined ? value : `${before},${value}`);
  }
  const values: Record<string, unknown> = { ...base };
  for (const [name, value] of given) {
    const option = Object.hasOwn(table, name) ? table[name] : undefined;
    if (option === undefined) {
      const known = Object.keys(table).join(', ');
      return { ok: false, name, value, expected: `one of the options ${known}` };
    }
    const parsed = option.parse(value);
    if (parsed === null) return { ok: false, name, value, expected: option.expected };
    values[name] = parsed;
  }
  return { ok: true, options: values as OptionValues<Table> };
}
