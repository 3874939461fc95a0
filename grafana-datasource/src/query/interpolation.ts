// Replaces variables in a query. Pure: the function that replaces variables in a text is a parameter.

import type { AnthraciteQuery } from './query';

/** Formats the value of a variable; a list if it has several values. */
export type FormatValue = (value: unknown) => string;

/** How variables are replaced. */
export interface Variables {
  /** Replaces the variables in a text, as Grafana's template service does. */
  replace(text: string, format: FormatValue): string;
  /** The pattern for all values of a variable, if All is selected; null for others. */
  patternOfAll(name: string): string | null;
}

// The start, separator and end of values. Types and tags cannot contain these characters.
const [open, between, close] = ['\u0002', '\u001f', '\u0003'];
const marked: FormatValue = (value) => `${open}${[value].flat().map(String).join(between)}${close}`;
const spaced: FormatValue = (value) => [value].flat().map(String).join(' ');
const variableForm = /\$(\w+)|\$\{(\w+)\}|\[\[(\w+)\]\]/g;

/**
 * Replaces the variables of a list. An item is repeated for each value of a variable: `host=$host` becomes `host=web1` and
 * `host=web2`. Empty items are removed.
 */
export function interpolateList(items: readonly string[], variables: Variables): string[] {
  return items
    .flatMap((item) => expand(replaceIn(item, variables)))
    .map((item) => item.trim())
    .filter((item) => item !== '' && item !== '!');
}

/** The same for a list whose items must all match: the values of a variable become the alternatives of one item. */
export function interpolateAlternatives(items: readonly string[], variables: Variables): string[] {
  return items.flatMap((item) => {
    const words = item.split(' ').flatMap((word) => expand(replaceIn(word, variables)).map(oneWord));
    return joinAlternatives(words.filter((word) => word !== ''));
  });
}

/** Alternatives as one item; no item without alternatives. */
export function joinAlternatives(words: readonly string[]): string[] {
  return words.length === 0 ? [] : [[...new Set(words)].join(' ')];
}

/** A text as one word: with spaces that do not separate alternatives. No tag contains such spaces, so the word matches none. */
export function oneWord(text: string): string {
  return text.trim().replaceAll(' ', '\u00a0');
}

function replaceIn(item: string, { replace, patternOfAll }: Variables): string {
  const withPatterns = item.replace(variableForm, (whole, ...names) => {
    const pattern = patternOfAll(names.slice(0, 3).find((name) => name !== undefined));
    if (pattern === null) return whole;
    const value = replace(whole, marked);
    // In a repeated panel the variable has one of its values.
    const isOne = value.startsWith(open) && !value.includes(between);
    return value === whole || isOne ? whole : pattern;
  });
  return replace(withPatterns, marked);
}

// All combinations of the values.
function expand(text: string): string[] {
  const start = text.indexOf(open);
  if (start < 0) return [text];
  const end = text.indexOf(close, start);
  if (end < 0) return [text];
  const rest = expand(text.slice(end + 1));
  return text
    .slice(start + 1, end)
    .split(between)
    .flatMap((value) => rest.map((one) => `${text.slice(0, start)}${value}${one}`));
}

// A choice that has a default, which several values and `*` mean, too.
const chosen: FormatValue = (value) => {
  const values = [value].flat().map(String);
  return values.length === 1 && values[0] !== '*' ? (values[0] ?? '') : '';
};

/** Replaces the variables of a query. */
export function interpolateQuery(query: AnthraciteQuery, variables: Variables): AnthraciteQuery {
  const list = (items: string[] | undefined): string[] | undefined =>
    items && interpolateList(items, variables);
  const text = (one: string | undefined): string | undefined => one && variables.replace(one, spaced);
  const choice = (one: string | undefined): string | undefined => one && variables.replace(one, chosen);
  return {
    ...query,
    types: list(query.types),
    anyTags: list(query.anyTags),
    allTags: query.allTags && interpolateAlternatives(query.allTags, variables),
    noTags: list(query.noTags),
    severities: list(query.severities)?.filter((one) => one !== '*'),
    subjects: list(query.subjects)?.filter((one) => one !== '*'),
    spanState: choice(query.spanState),
    spanScale: choice(query.spanScale),
    period: choice(query.period),
    limit: typeof query.limit === 'string' ? choice(query.limit) : query.limit,
    within: text(query.within),
    text: text(query.text),
    groupBy: text(query.groupBy),
    groupWindow: text(query.groupWindow),
    countBy: text(query.countBy),
    interval: text(query.interval),
  };
}
