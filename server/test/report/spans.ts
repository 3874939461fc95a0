// Creates spans for tests from a few marks.

import { type Mark, pairMarks, parseMark, type Span } from '@anthracite/protocol';

/** The first span of the marks: time in milliseconds, type and tags. */
export function spanFrom(
  ...given: readonly (readonly [timeMs: number, type: string, ...tags: string[]])[]
): Span {
  const marks = given.map(([time, type, ...tags], i): Mark => {
    const meaning = parseMark(type, tags);
    if (meaning === null) throw new Error(`${type} is not a mark`);
    return { id: i + 1, time, type, tags, meaning };
  });
  return pairMarks(marks)[0] as Span;
}
