// Replaces variables in a query. Pure: the function that replaces variables in a text is a parameter.

import type { AnthraciteQuery } from './query';

/** Formats the value of a variable; a list if it has several values. */
export type FormatValue = (value: unknown) => string;

/** Replaces the variables in a text, as Grafana's template service does. */
export type Replace = (text: string, format: FormatValue) => string;

// The start, separator and end of values. Types and tags cannot contain these characters.
const [open, between, close] = ['\u0002', '\u001f', '\u0003'];
const marked: FormatValue = (value) => `${open}${[value].flat().map(String).join(between)}${close}`;
const spaced: FormatValue = (value) => [value].flat().map(String).join(' ');

/**
 * Replaces the variables of a list. An item is repeated for each value of a variable: `host=$host` becomes `host=web1` and
 * `host=web2`. Empty items are removed.
 */
export function interpolateList(items: readonly string[], replace: Replace): string[] {
  return items.flatMap((item) => expand(replace(item, marked))).filter((item) => item !== '' && item !== '!');
}

// All combinations of the values.
function expand(text: string): string[] {
  const start = text.indexOf(open);
  if (start < 0) return [text.trim()];
  const end = text.indexOf(close, start);
  if (end < 0) return [text];
  const rest = expand(text.slice(end + 1));
  return text
    .slice(start + 1, end)
    .split(between)
    .flatMap((value) => rest.map((one) => `${text.slice(0, start)}${value}${one}`.trim()));
}

// A choice that has a default, which several values and `*` mean, too.
const chosen: FormatValue = (value) => {
  const values = [value].flat().map(String);
  return values.length === 1 && values[0] !== '*' ? (values[0] ?? '') : '';
};

/** Replaces the variables of a query. */
export function interpolateQuery(query: AnthraciteQuery, replace: Replace): AnthraciteQuery {
  const list = (items: string[] | undefined): string[] | undefined =>
    items && interpolateList(items, replace);
  const text = (one: string | undefined): string | undefined => one && replace(one, spaced);
  const choice = (one: string | undefined): string | undefined => one && replace(one, chosen);
  return {
    ...query,
    types: list(query.types),
    anyTags: list(query.anyTags),
    allTags: list(query.allTags),
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
