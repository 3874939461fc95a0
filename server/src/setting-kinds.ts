// Defines the kinds of settings: their allowed values, and how they are parsed. Pure: reads no environment.

import { isPlainUrl } from '@anthracite/protocol';
import { ownPaths } from './own-paths';
import { isPostgresAddress, parsePostgresAddress, shownDatabase } from './postgres-address';

/** One setting. Its name serves as flag (`--name`), variable (`ANTHRACITE_NAME`) and key of the configuration file. */
export interface Setting<T> {
  readonly default: T;
  readonly unit: string;
  readonly doc: string;
  /** The value of a text, or null when it is invalid. */
  parse(text: string): T | null;
  /** The allowed values, for error sentences. */
  readonly expected: string;
  /** An error sentence that fits an invalid value better than `expected`; undefined to use `expected`. */
  explain?(text: string): string | undefined;
  /** What people see of a value that may contain a secret; undefined to show all of it. */
  show?(value: T): string;
}

/** The name of a database file, or the address of a database. */
export function database(value: string, doc: string): Setting<string> {
  const expected = 'the name of a file, or an address that starts with postgres://';
  const wrong = (given: string): string | undefined => {
    const [scheme] = /^[a-z][a-z0-9+.-]*:\/\//i.exec(given) ?? [];
    if (isPostgresAddress(given)) {
      // The value is not repeated: it may contain a password.
      const address = parsePostgresAddress(given);
      return typeof address === 'string' ? `database is not a valid address: ${address}` : undefined;
    }
    return scheme === undefined ? undefined : `database starts with ${scheme}; expected ${expected}`;
  };
  return {
    default: value,
    unit: 'text',
    doc,
    parse: (given) => (given === '' || wrong(given) !== undefined ? null : given),
    expected,
    explain: wrong,
    show: shownDatabase,
  };
}

/** The name of a file, or nothing. */
export function file(doc: string): Setting<string> {
  return { default: '', unit: 'text', doc, parse: (given) => given, expected: 'the name of a file' };
}

/** A whole number within bounds. */
export function whole(unit: string, value: number, min: number, max: number, doc: string): Setting<number> {
  return {
    default: value,
    unit,
    doc,
    parse: (given) => {
      const number = /^\d{1,15}$/.test(given) ? Number(given) : Number.NaN;
      return number >= min && number <= max ? number : null;
    },
    expected: `a whole number of ${unit} from ${min} to ${max}`,
  };
}

/** One of several words. */
export function choice<const C extends string>(choices: readonly C[], value: C, doc: string): Setting<C> {
  return {
    default: value,
    unit: 'word',
    doc,
    parse: (given) => choices.find((one) => one === given) ?? null,
    expected: `one of ${choices.join(', ')}`,
  };
}

/** Several words of a kind, separated by commas or spaces. */
export function list(
  unit: string,
  values: readonly string[],
  isGood: (item: string) => boolean,
  expected: string,
  doc: string,
): Setting<readonly string[]> {
  return {
    default: values,
    unit,
    doc,
    parse: (given) => {
      const items = given.split(/[\s,]+/).filter((item) => item !== '');
      return items.every(isGood) ? items : null;
    },
    expected: `${expected}, separated by commas`,
  };
}

/** An HTTP URL, or nothing. */
export function url(doc: string): Setting<string> {
  return {
    default: '',
    unit: 'URL',
    doc,
    parse: (given) => (given === '' || isPlainUrl(given) ? given : null),
    expected: 'an http(s) URL without user and password, or an empty value',
  };
}

/** The URL of the server, without a trailing slash. Its path needs no escape, in a page, a cookie or a feed. */
export function publicUrl(doc: string): Setting<string> {
  return {
    default: '',
    unit: 'URL',
    doc,
    parse: (given) => {
      if (given === '') return given;
      if (!isPlainUrl(given) || /[?#]/.test(given)) return null;
      const { origin, pathname } = new URL(given);
      const path = pathname.replace(/\/+$/, '');
      const isOwn = ownPaths.has(path.split('/')[1] ?? '');
      return isOwn || !/^(\/[A-Za-z0-9._~-]+)*$/.test(path) ? null : origin + path;
    },
    expected:
      'an http(s) URL such as https://example.com/anthracite, whose path is not a path of the server, or an empty value',
  };
}
