// Ranges of an ordered index that hold what a pattern matches. Pure.

import { globParts } from '@anthracite/protocol/core';

const lastCodePoint = 0x10ffff;

/** Whether an ordered index alone decides what matches a pattern: it has no special character, or one at its end. */
export function isIndexed(pattern: string): boolean {
  const [, ...rest] = globParts(pattern);
  return rest.length === 0 || (rest.length === 1 && rest[0] === '');
}

/** The least text that is greater than all texts with the prefix, in order of code points; null if none exists. */
export function successorOf(prefix: string): string | null {
  const codePoints = Array.from(prefix, (c) => c.codePointAt(0) ?? 0);
  for (let last = codePoints.pop(); last !== undefined; last = codePoints.pop()) {
    if (last === lastCodePoint) continue;
    // Surrogates are not characters.
    const next = last === 0xd7ff ? 0xe000 : last + 1;
    return String.fromCodePoint(...codePoints, next);
  }
  return null;
}
