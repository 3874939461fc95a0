// Creates the secrets of tokens, and the hashes by which they are recognized. Pure except for randomness.

import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** Prefix of all secrets, so that people and scanners for leaked secrets recognize them. */
const prefix = 'anth_';
const randomByteCount = 24;

/** A new secret of 192 bits, in characters that need no escape in a URL, a header or a shell. */
export function createSecret(): string {
  return prefix + randomBytes(randomByteCount).toString('base64url');
}

/** SHA-256: strong enough for secrets that cannot be guessed, and fast enough for every request. */
export function hashSecret(secret: string): Buffer {
  return createHash('sha256').update(secret, 'utf8').digest();
}

/** Compares two hashes in constant time. */
export function isSameHash(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}
