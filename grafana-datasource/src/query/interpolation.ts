// Puts the values of variables into a query. Pure: how one text is replaced is handed in.

import type { AnthraciteQuery } from './query';

/** How a value of a variable is written: a list where it has several. */
export type FormatValue = (value: unknown) => string;

/** Replaces the variables in a text, as Grafana's template service does. */
export type Replace = (text: string, format: FormatValue) => string;

// Where a value begins, where the next of several begins, and where they end. No type and no tag has such characters in it.
const [open, between, close] = ['\u0002', '\u001f', '\u0003'];
const marked: FormatValue = (value) => `${open}${[value].flat().map(String).join(between)}${close}`;
const spaced: FormatValue = (value) => [value].flat().map(String).join(' ');

/**
 * A list with the values of its variables. Where a variable has several, so has the list: `host=$host` becomes
 * `host=web1` and `host=web2`. What is empty then is left out.
 */
export function interpolateList(items: readonly string[], replace: Replace): string[] {
  return items.flatMap((item) => expand(replace(item, marked))).filter((item) => item !== '' && item !== '!');
}

// Every way to choose one of each value's several.
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

/** A query with the values of its variables. */
export function interpolateQuery(query: AnthraciteQuery, replace: Replace): AnthraciteQuery {
  const list = (items: string[] | undefined): string[] | undefined =>
    items && interpolateList(items, replace);
  const text = (one: string | undefined): string | undefined => one && replace(one, spaced);
  return {
    ...query,
    types: list(query.types),
    anyTags: list(query.anyTags),
    allTags: list(query.allTags),
    noTags: list(query.noTags),
    severities: list(query.severities),
    text: text(query.text),
    groupBy: text(query.groupBy),
    groupWindow: text(query.groupWindow),
    countBy: text(query.countBy),
    interval: text(query.interval),
  };
}
