// Whether an event is one that a query asks for: the same answer that the store's indexes give, for one event at hand.

import { createGlobTest, createSearchTest, type Event, graphiteTags } from '@anthracite/protocol/core';
import type { EventQuery } from './event-store';

type Test = (text: string) => boolean;

/** Makes the test. Words of Graphite's `lazy` set all count here: only the store knows which ones never occurred. */
export function createQueryTest(query: EventQuery): (event: Event) => boolean {
  const { fromMs, untilMs, types = [], any = [], all = [], none = [], words, search } = query;
  if (search === null) return () => false;
  const wanted = testsOf(types.filter((pattern) => !pattern.startsWith('!')));
  const unwanted = testsOf(types.filter((pattern) => pattern.startsWith('!')).map((one) => one.slice(1)));
  const [anyTags, allTags, noTags] = [testsOf(any), testsOf(all), testsOf(none)];
  const isFound = search === undefined ? () => true : createSearchTest(search);
  const hasWords = ({ type, tags }: Event): boolean => {
    if (!words) return true;
    const shown = graphiteTags(type, tags);
    const isShown = (word: string): boolean => shown.includes(word);
    return words.set === 'union'
      ? words.words.some(isShown)
      : words.words.length > 0 && words.words.every(isShown);
  };
  return (event) =>
    event.time >= fromMs &&
    event.time <= untilMs &&
    (wanted.length === 0 || wanted.some((test) => test(event.type))) &&
    !unwanted.some((test) => test(event.type)) &&
    (anyTags.length === 0 || anyTags.some((test) => event.tags.some(test))) &&
    allTags.every((test) => event.tags.some(test)) &&
    !noTags.some((test) => event.tags.some(test)) &&
    hasWords(event) &&
    isFound(event);
}

function testsOf(patterns: readonly string[]): Test[] {
  return patterns.map(createGlobTest);
}
