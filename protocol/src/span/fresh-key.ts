// Creates span keys that are short enough to type.

import { randomInt } from 'node:crypto';

// Without vowels no words appear by chance; without 0, 1 and l no character is misread.
const letters = 'bcdfghjkmnpqrstvwxz23456789';
// Among 10,000 keys, the chance of two equal keys is 1 in 8. This matters only if both spans are open.
const length = 6;

/** A new key, such as `k7m2xq`. */
export function freshKey(): string {
  return Array.from({ length }, () => letters[randomInt(letters.length)]).join('');
}
