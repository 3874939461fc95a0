// The maximum number of events and of spans of a query. Pure.

import type { AnthraciteQuery } from './query';

/** The rule for limits, as a sentence. */
export const limitRule = 'The limit is a whole number from 1 to 10,000.';
/** The highest limit that the server accepts. */
export const maxLimit = 10_000;

/** True for a valid limit. */
export function isLimit(limit: number): boolean {
  return Number.isInteger(limit) && limit >= 1 && limit <= maxLimit;
}

/** The limit of a query whose variables are replaced; `usual` without one. Throws an error with the rule for other values. */
export function limitOf({ limit }: AnthraciteQuery, usual: number): number {
  const text = String(limit ?? '').trim();
  if (text === '') return usual;
  if (!isLimit(Number(text))) throw new Error(`The limit of the query is "${text}". ${limitRule}`);
  return Number(text);
}
