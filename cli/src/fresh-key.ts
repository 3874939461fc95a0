// A key for a span that has none yet: short enough to be typed.

import { randomInt } from 'node:crypto';

// Without vowels no word comes to be by chance, and without 0, 1 and l nothing is misread.
const letters = 'bcdfghjkmnpqrstvwxz23456789';
// Of ten thousand keys two are equal with a chance of one in eight; that matters only where both are open.
const length = 6;

/** A new key, such as `k7m2xq`. */
export function freshKey(): string {
  return Array.from({ length }, () => letters[randomInt(letters.length)]).join('');
}
