// Reads the targets of the configuration file. Pure: the caller reads the files of secrets.

import { isPlainUrl, preview } from '@anthracite/protocol';
import { isObject, type Json, scalarText } from '../hooks/payload';
import { type Selection, type TargetShape, targetShapes, type UnreadTarget } from './target';

/** What is wrong, and where in the file. */
export interface TargetFault {
  readonly path: readonly string[];
  readonly why: string;
}

/** The targets, or the first fault. */
export type ReadTargets =
  | { readonly ok: true; readonly targets: readonly UnreadTarget[] }
  | { readonly ok: false; readonly fault: TargetFault };

interface OptionReader<T> {
  readonly default: T;
  readonly expected: string;
  /** The shapes that have the option; all without it. */
  readonly shapes?: readonly TargetShape[];
  read(value: unknown): T | null;
}

const nameForm = /^[a-z0-9][a-z0-9._-]{0,63}$/;
const addressForm = /^[^\s<>"@]{1,200}@[^\s<>"@]{1,200}$/;
const overHttp = targetShapes.filter((shape) => shape !== 'mail');
const maxValues = 100;

const texts = (value: unknown): readonly string[] | null => {
  const items = typeof value === 'string' ? [value] : value;
  if (!Array.isArray(items) || items.length === 0 || items.length > maxValues) return null;
  const words = items.map(scalarText);
  return words.every((word) => word.trim() !== '') ? words : null;
};
const patterns = (what: string): OptionReader<readonly string[]> => ({
  default: [],
  expected: `${what}, as in queries`,
  read: texts,
});
const truth: OptionReader<boolean> = {
  default: false,
  expected: 'true or false',
  read: (value) => (typeof value === 'boolean' ? value : null),
};
const isText = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);
const addresses = (value: unknown): readonly string[] | null => {
  const read = texts(value);
  return read?.every((one) => addressForm.test(one)) ? read : null;
};

const readers = {
  url: {
    default: '',
    expected: 'an http(s) URL without user and password',
    shapes: overHttp,
    read: (value) => (typeof value === 'string' && isPlainUrl(value) ? value : null),
  } as OptionReader<string>,
  smtp: {
    default: '',
    expected:
      'the URL of a mail server such as smtp://mail.example.com or smtps://user@mail.example.com; its password is in secret-file',
    shapes: ['mail'],
    read: (value) => (typeof value === 'string' && isMailServer(value) ? value : null),
  } as OptionReader<string>,
  from: {
    default: '',
    expected: 'a mail address such as anthracite@example.com',
    shapes: ['mail'],
    read: (value) => addresses(typeof value === 'string' ? value : null)?.[0] ?? null,
  } as OptionReader<string>,
  to: {
    default: [],
    expected: 'mail addresses such as ["ops@example.com"]',
    shapes: ['mail'],
    read: addresses,
  } as OptionReader<readonly string[]>,
  type: patterns('types or patterns such as ["deploy_*", "!*_test"]'),
  any: patterns('tags or patterns such as ["env=prod"]'),
  all: patterns('tags or patterns such as ["env=prod"]'),
  none: patterns('tags or patterns such as ["env=test"]'),
  q: { default: '', expected: 'a text to find', read: isText } as OptionReader<string>,
  spans: truth,
  changes: truth,
  'secret-file': {
    default: '',
    expected: 'the name of a file',
    shapes: ['standard-webhooks', 'mail'],
    read: isText,
  } as OptionReader<string>,
  'token-file': {
    default: '',
    expected: 'the name of a file',
    shapes: overHttp,
    read: isText,
  } as OptionReader<string>,
};

type OptionName = keyof typeof readers;

/** Reads the value of `send`. */
export function readTargets(value: unknown): ReadTargets {
  if (value === undefined || value === null) return { ok: true, targets: [] };
  if (!Array.isArray(value)) {
    return fault([], 'send: expected a list of targets such as [{ url: "https://example.com/hook" }]');
  }
  const targets: UnreadTarget[] = [];
  for (const [place, given] of value.entries()) {
    const target = readTarget(place, given);
    if ('why' in target) return { ok: false, fault: target };
    const { name } = target;
    if (targets.some((other) => other.name === name)) {
      return fault([String(place)], `send: two targets have the name ${name}; set "name" in one of them`);
    }
    targets.push(target);
  }
  return { ok: true, targets };
}

function readTarget(place: number, given: unknown): UnreadTarget | TargetFault {
  const label = isObject(given) && typeof given['name'] === 'string' ? given['name'] : `target ${place + 1}`;
  const at = (option: string | null, why: string): TargetFault => ({
    path: option === null ? [String(place)] : [String(place), option],
    why: `send: ${preview(label)}: ${option === null ? '' : `${option}: `}${why}`,
  });
  if (!isObject(given)) return at(null, 'expected options such as { url: "https://example.com/hook" }');
  const shape = targetShapes.find((one) => one === (given['as'] ?? 'standard-webhooks'));
  if (shape === undefined) return at('as', `expected one of ${targetShapes.join(', ')}`);
  const values: Record<string, unknown> = {};
  for (const [option, { default: fallback }] of Object.entries(readers)) values[option] = fallback;
  for (const [option, value] of Object.entries(given)) {
    if (option === 'as' || option === 'name') continue;
    if (!Object.hasOwn(readers, option)) {
      return at(option, `unknown option; known are ${optionsOf(shape).join(', ')}`);
    }
    const { shapes, expected, read }: OptionReader<unknown> = readers[option as OptionName];
    if (shapes !== undefined && !shapes.includes(shape)) {
      return at(option, `a target with "as: ${shape}" does not have this option`);
    }
    const result = read(value);
    if (result === null) return at(option, `expected ${expected}`);
    values[option] = result;
  }
  const needed = shape === 'mail' ? ['smtp', 'from', 'to'] : ['url'];
  const missing = needed.find((option) => given[option] === undefined);
  if (missing !== undefined) return at(null, `the option ${missing} is missing`);
  const url = addressOf(shape, values);
  if (typeof url === 'string') return at('url', url);
  const name = given['name'] ?? defaultName(shape, url);
  if (typeof name !== 'string' || !nameForm.test(name)) {
    return at('name', 'expected a name of lower-case letters, digits, hyphens and dots');
  }
  return {
    ...{ name, shape, url },
    selection: selectionOf(values),
    spans: values['spans'] as boolean,
    changes: values['changes'] as boolean,
    secretFile: values['secret-file'] as string,
    tokenFile: values['token-file'] as string,
    from: values['from'] as string,
    to: values['to'] as readonly string[],
  };
}

function selectionOf(values: Json): Selection {
  return {
    type: values['type'] as readonly string[],
    any: values['any'] as readonly string[],
    all: values['all'] as readonly string[],
    none: values['none'] as readonly string[],
    q: values['q'] as string,
  };
}

// The address to send to, or a sentence.
function addressOf(shape: TargetShape, values: Json): URL | string {
  const url = new URL((shape === 'mail' ? values['smtp'] : values['url']) as string);
  const path = url.pathname.replace(/\/+$/, '');
  if (shape === 'grafana') {
    if (!path.endsWith('/api/annotations') || url.search !== '') {
      return 'expected the URL of the annotations API, such as https://grafana.example.com/api/annotations';
    }
    url.pathname = path;
  }
  // Discord accepts Slack's messages at this path.
  if (shape === 'discord' && !path.endsWith('/slack')) url.pathname = `${path}/slack`;
  return url;
}

function defaultName(shape: TargetShape, { hostname }: URL): string {
  const host = hostname.toLowerCase().replace(/[^a-z0-9.-]+/g, '-');
  return `${shape}-${host}`.slice(0, 64).replace(/[.-]+$/, '');
}

function isMailServer(text: string): boolean {
  if (!/^smtps?:\/\//i.test(text) || !URL.canParse(text)) return false;
  const { hostname, password, pathname, search, hash } = new URL(text);
  return hostname !== '' && password === '' && ['', '/'].includes(pathname) && search === '' && hash === '';
}

function optionsOf(shape: TargetShape): string[] {
  const own = Object.entries(readers)
    .filter(([, { shapes }]: [string, OptionReader<unknown>]) => shapes?.includes(shape) ?? true)
    .map(([name]) => name);
  return ['name', 'as', ...own];
}

function fault(path: readonly string[], why: string): ReadTargets {
  return { ok: false, fault: { path, why } };
}
