// Tests whether a single event matches a query, with the same result as the store's indexes.

import {
  createGlobTest,
  createSearchTest,
  type Event,
  graphiteTags,
  partPatterns,
  type Search,
} from '@anthracite/protocol/core';
import type { EventQuery, WordFilter } from './event-query';

type Test = (text: string) => boolean;

/** Creates the test. Words of Graphite's `lazy` set all count here: only the store knows which words never occurred. */
export function createQueryTest(query: EventQuery): (event: Event) => boolean {
  const { fromMs, untilMs, types = [], any = [], all = [], none = [], some = [], words, search } = query;
  if (search === null) return () => false;
  const { wanted, unwanted } = partPatterns(types);
  const [isWanted, isUnwanted] = [createAnyTest(wanted), createAnyTest(unwanted)];
  const [isAny, isNone] = [createAnyTest(any), createAnyTest(none)];
  const allTags = all.map(createGlobTest);
  const someTags = some.map(createAnyTest);
  const shownWords = createWordTest(words);
  const isFound = search === undefined ? () => true : createSearchTest(search);
  return (event) =>
    event.time >= fromMs &&
    event.time < untilMs &&
    (wanted.length === 0 || isWanted(event.type)) &&
    !isUnwanted(event.type) &&
    (any.length === 0 || event.tags.some(isAny)) &&
    allTags.every((test) => event.tags.some(test)) &&
    someTags.every((test) => event.tags.some(test)) &&
    !event.tags.some(isNone) &&
    (words === undefined || shownWords(graphiteTags(event.type, event.tags))) &&
    isFound(event);
}

// Most of thousands of patterns have no special character: these are looked up.
function createAnyTest(patterns: readonly string[]): Test {
  const exact = new Set(patterns.filter((pattern) => !pattern.includes('*')));
  const tests = patterns.filter((pattern) => pattern.includes('*')).map(createGlobTest);
  return (text) => exact.has(text) || tests.some((test) => test(text));
}

function createWordTest(filter: WordFilter | undefined): (shown: readonly string[]) => boolean {
  const tests = filter?.words.map(createAnyTest) ?? [];
  return filter?.set === 'union'
    ? (shown) => tests.some((test) => shown.some(test))
    : (shown) => tests.length > 0 && tests.every((test) => shown.some(test));
}

/** Whether a search restricts anything. */
export function isSearch(search: Search | null | undefined): search is Search {
  return Array.isArray(search) && search.length > 0;
}
