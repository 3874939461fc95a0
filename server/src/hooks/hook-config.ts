// Reads the hooks of the configuration file. Pure: the caller reads the files of secrets.

import { preview } from '@anthracite/protocol';
import { isExclusion } from '@anthracite/protocol/core';
import { usualSeverities } from './alerts';
import { type Hook, type HookKind, type HookOptions, hookKinds } from './hook';
import { readJsonMapping } from './json-mapping';
import { kindsOfHooks } from './kinds';
import { isObject, scalarText } from './payload';

/** What is wrong, and where in the file. */
export interface HookFault {
  readonly path: readonly string[];
  readonly why: string;
}

/** The hooks, without their secrets, or the first fault. */
export type ReadHooks =
  | { readonly ok: true; readonly hooks: readonly Omit<Hook, 'secrets'>[] }
  | { readonly ok: false; readonly fault: HookFault };

interface OptionReader<T> {
  readonly default: T;
  readonly expected: string;
  /** The kinds that have the option; all without it. */
  readonly kinds?: readonly HookKind[];
  read(value: unknown): T | null;
}

const nameForm = /^[a-z0-9][a-z0-9._-]{0,63}$/;
const alertKinds: readonly HookKind[] = ['alertmanager', 'grafana'];
const stateKinds: readonly HookKind[] = [...alertKinds, 'collectd', 'icinga', 'nagios'];
const repositories: readonly HookKind[] = ['github', 'gitea', 'gitlab'];
const mappingFields = ['each', 'when', 'time', 'type', 'description', 'key'];

/** The options of the query of a hook's address: they may differ between the senders of one hook. */
export const queryOptions: readonly string[] = ['tags', 'types', 'project', 'events', 'spans', 'deploy'];

const texts = (value: unknown): readonly string[] | null => {
  const items = typeof value === 'string' ? value.split(',') : value;
  if (!Array.isArray(items)) return null;
  const words = items.map((item) => scalarText(item).trim()).filter((word) => word !== '');
  return words.length === items.length ? words : null;
};
const truth = (value: unknown): boolean | null => {
  if (value === true || value === 'true') return true;
  return value === false || value === 'false' ? false : null;
};
const choice =
  <const C extends string>(choices: readonly C[]) =>
  (value: unknown): C | null =>
    choices.find((one) => one === value) ?? null;
const header = (value: unknown): string | null =>
  typeof value === 'string' && /^[A-Za-z0-9-]{1,100}$/.test(value) ? value.toLowerCase() : null;

const readers = {
  tags: { default: [], expected: 'tags such as ["dc=ams"]', read: texts } as OptionReader<readonly string[]>,
  types: {
    default: [],
    expected: 'types or patterns such as ["deploy_*", "!*_test"]',
    read: texts,
  } as OptionReader<readonly string[]>,
  project: {
    default: '',
    expected: 'a name such as shop',
    read: (value) => (typeof value === 'string' && value !== '' ? value : null),
  } as OptionReader<string>,
  events: {
    default: null,
    expected: 'kinds of deliveries such as [deployment_status, push]',
    kinds: [...repositories, 'kubernetes'],
    read: texts,
  } as OptionReader<readonly string[] | null>,
  spans: {
    default: false,
    expected: 'true or false',
    kinds: repositories,
    read: truth,
  } as OptionReader<boolean>,
  as: {
    default: 'alert',
    expected: 'alert or incident',
    kinds: stateKinds,
    read: choice(['alert', 'incident']),
  } as OptionReader<'alert' | 'incident'>,
  per: {
    default: 'alert',
    expected: 'alert or group',
    kinds: alertKinds,
    read: choice(['alert', 'group']),
  } as OptionReader<'alert' | 'group'>,
  severities: {
    default: usualSeverities,
    expected: 'values of the label severity and numbers from 1 to 4, such as { critical: 1, warning: 3 }',
    kinds: stateKinds,
    read: (value) => {
      if (!isObject(value) || !Object.values(value).every((one) => [1, 2, 3, 4].includes(one as number)))
        return null;
      return Object.fromEntries(
        Object.entries(value).map(([word, level]) => [word.toLowerCase(), Number(level)]),
      );
    },
  } as OptionReader<Readonly<Record<string, number>>>,
  'stale-hours': {
    default: 24,
    expected: 'a number of hours from 1 to 8760',
    kinds: stateKinds,
    read: (value) => (typeof value === 'number' && value >= 1 && value <= 8_760 ? value : null),
  } as OptionReader<number>,
  deploy: {
    default: '',
    expected: 'a pattern of jobs with one star, such as "*-deploy"',
    kinds: ['jenkins'],
    read: (value) => {
      const isPattern = typeof value === 'string' && value !== '' && value.split('*').length <= 2;
      return isPattern && !isExclusion(value) ? value : null;
    },
  } as OptionReader<string>,
  'signature-header': {
    default: 'x-grafana-alerting-signature',
    expected: 'the name of a header',
    kinds: ['grafana'],
    read: header,
  } as OptionReader<string>,
  'timestamp-header': {
    default: 'x-grafana-alerting-timestamp',
    expected: 'the name of a header',
    kinds: ['grafana'],
    read: header,
  } as OptionReader<string>,
};

type OptionName = keyof typeof readers;

/** Reads the value of `hooks`. */
export function readHooks(value: unknown): ReadHooks {
  if (value === undefined || value === null) return { ok: true, hooks: [] };
  if (!isObject(value))
    return fault([], `hooks: expected names of hooks, each with its options, not ${told(value)}`);
  const hooks: Omit<Hook, 'secrets'>[] = [];
  for (const [name, given] of Object.entries(value)) {
    const hook = readHook(name, given ?? {});
    if ('why' in hook) return { ok: false, fault: hook };
    hooks.push(hook);
  }
  return { ok: true, hooks };
}

/** The options of a hook with those of the query of its address. A sentence about the first invalid one otherwise. */
export function withQuery(hook: Hook, query: Readonly<Record<string, unknown>>): HookOptions | string {
  let { options } = hook;
  for (const [name, value] of Object.entries(query)) {
    if (!queryOptions.includes(name)) return `unknown parameter; allowed are ${queryOptions.join(', ')}`;
    const read = readOption(name as OptionName, hook.kind, Array.isArray(value) ? value.join() : value);
    if (!read.ok) return `${name}: ${read.why}`;
    options = { ...options, [fieldOf(name)]: read.value };
  }
  return options;
}

function readHook(name: string, given: unknown): Omit<Hook, 'secrets'> | HookFault {
  const at = (option: string | null, why: string): HookFault => ({
    path: option === null ? [name] : [name, option],
    why: `hooks: ${name}: ${option === null ? '' : `${option}: `}${why}`,
  });
  if (!nameForm.test(name))
    return at(null, 'expected a name of lower-case letters, digits, hyphens and dots');
  if (!isObject(given))
    return at(
      null,
      `expected options such as { kind: github, secret-file: github.secret }, not ${told(given)}`,
    );
  const kind = given['kind'] ?? name;
  const known = hookKinds.find((one) => one === kind);
  if (known === undefined) return at('kind', `expected one of ${hookKinds.join(', ')}, not ${told(kind)}`);
  const secretFile = given['secret-file'] ?? '';
  if (typeof secretFile !== 'string')
    return at('secret-file', `expected the name of a file, not ${told(secretFile)}`);
  if (secretFile === '' && kindsOfHooks[known].proof === 'body') {
    return at(
      'secret-file',
      `it is missing; a hook of kind ${known} needs one, because its secret is in the body`,
    );
  }
  const options: Record<string, unknown> = { mapping: null };
  for (const [option, { default: value }] of Object.entries(readers)) options[fieldOf(option)] = value;
  for (const [option, value] of Object.entries(given)) {
    if (['kind', 'secret-file'].includes(option)) continue;
    // A mapping has tags of its own, which are templates.
    if (known === 'json' && [...mappingFields, 'tags'].includes(option)) continue;
    if (!Object.hasOwn(readers, option))
      return at(option, `unknown option; known are ${optionsOf(known).join(', ')}`);
    const read = readOption(option as OptionName, known, value);
    if (!read.ok) return at(option, read.why);
    options[fieldOf(option)] = read.value;
  }
  if (known === 'json') {
    const mapping = readJsonMapping(given);
    if (typeof mapping === 'string') return at(null, mapping);
    options['mapping'] = mapping;
  }
  return { name, kind: known, options: options as unknown as HookOptions, secretFile };
}

function readOption(
  name: OptionName,
  kind: HookKind,
  value: unknown,
): { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly why: string } {
  const { kinds, expected, read }: OptionReader<unknown> = readers[name];
  if (kinds !== undefined && !kinds.includes(kind)) {
    return { ok: false, why: `a hook of kind ${kind} does not have this option` };
  }
  const result = read(value);
  return result === null
    ? { ok: false, why: `expected ${expected}, not ${told(value)}` }
    : { ok: true, value: result };
}

function told(value: unknown): string {
  return preview(typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value)));
}

function optionsOf(kind: HookKind): string[] {
  const own = Object.entries(readers)
    .filter(([, { kinds }]: [string, OptionReader<unknown>]) => kinds?.includes(kind) ?? true)
    .map(([name]) => name);
  return ['kind', 'secret-file', ...own, ...(kind === 'json' ? mappingFields : [])];
}

// `stale-hours` -> `staleHours`.
function fieldOf(name: string): string {
  return name.replace(/-(\w)/g, (_all, letter: string) => letter.toUpperCase());
}

function fault(path: readonly string[], why: string): ReadHooks {
  return { ok: false, fault: { path, why } };
}
