// The values of variables, from lists of the server. Pure.

import type { DrawnSpan, KeyList, TagNames, TypeNames } from '@anthracite/protocol';
import { createGlobTest } from '@anthracite/protocol/browser';
import { severityText } from './state';

/** A value, and how it is shown. */
export interface VariableValue {
  readonly text: string;
  readonly value: string;
}

/** All types. */
export function typeValues({ types }: Pick<TypeNames, 'types'>): VariableValue[] {
  return types.map(({ type }) => plain(type));
}

/** The keys of all tags. */
export function tagKeyValues({ keys }: KeyList): VariableValue[] {
  return keys.map(plain);
}

/** Complete tags. */
export function wholeTags({ tags }: Pick<TagNames, 'tags'>): VariableValue[] {
  return tags.map(({ tag }) => plain(tag));
}

/** The values of the tags with a key. */
export function tagValues({ tags }: Pick<TagNames, 'tags'>, key: string): VariableValue[] {
  const prefix = `${key}=`;
  return tags.filter(({ tag }) => tag.startsWith(prefix)).map(({ tag }) => plain(tag.slice(prefix.length)));
}

/** Open incidents, newest first: the value is the incident's key, or its type if it has no key. */
export function openIncidentValues(spans: readonly DrawnSpan[]): VariableValue[] {
  return spans.map((span) => {
    const value = span.key ?? span.type;
    const about = [severityText(span), span.title].filter(Boolean).join(' \u00b7 ');
    return { text: `${value}: ${about}`, value };
  });
}

/** The values that match a `*` pattern; all values for an empty pattern. */
export function valuesLike(values: readonly VariableValue[], pattern: string): VariableValue[] {
  if (pattern === '') return [...values];
  const isWanted = createGlobTest(pattern);
  return values.filter(({ value }) => isWanted(value));
}

function plain(value: string): VariableValue {
  return { text: value, value };
}
