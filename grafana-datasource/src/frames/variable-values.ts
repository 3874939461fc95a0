// The values of variables, from what the server lists. Pure.

import { createPatternTest } from '../query/pattern';
import type { DrawnSpan, KeyList, TagList, TypeList } from '../request/answers';
import { gravityText } from './state';

/** A value, and how it is shown. */
export interface VariableValue {
  readonly text: string;
  readonly value: string;
}

/** The types that there are. */
export function typeValues({ types }: TypeList): VariableValue[] {
  return types.map(({ type }) => plain(type));
}

/** The keys of tags that there are. */
export function tagKeyValues({ keys }: KeyList): VariableValue[] {
  return keys.map(plain);
}

/** The values of the tags of one key. */
export function tagValues({ tags }: TagList, key: string): VariableValue[] {
  const prefix = `${key}=`;
  return tags.filter(({ tag }) => tag.startsWith(prefix)).map(({ tag }) => plain(tag.slice(prefix.length)));
}

/** Of incidents that are not over, the newest first: the value is the incident's key, or its type where it has none. */
export function openIncidentValues(spans: readonly DrawnSpan[]): VariableValue[] {
  return spans.map((span) => {
    const value = span.key ?? span.type;
    const about = [gravityText(span), span.title].filter(Boolean).join(' \u00b7 ');
    return { text: `${value}: ${about}`, value };
  });
}

/** Those that a pattern with `*` fits; all where there is none. */
export function valuesLike(values: readonly VariableValue[], pattern: string): VariableValue[] {
  if (pattern === '') return [...values];
  const isWanted = createPatternTest(pattern);
  return values.filter(({ value }) => isWanted(value));
}

function plain(value: string): VariableValue {
  return { text: value, value };
}
