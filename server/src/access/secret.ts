// Makes the secret part of tokens, and the hash by which one is known again. Pure but for chance.

import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** Secrets begin with it, so that people and scanners of leaked secrets know one when they see it. */
const prefix = 'anth_';
const randomByteCount = 24;

/** A new secret of 192 bits, in characters that need no escape in a URL, a header or a shell. */
export function createSecret(): string {
  return prefix + randomBytes(randomByteCount).toString('base64url');
}

/** SHA-256: enough for secrets that nobody can guess, and quick enough for every request. */
export function hashSecret(secret: string): Buffer {
  return createHash('sha256').update(secret, 'utf8').digest();
}

/** Compares two hashes in a time that does not depend on them. */
export function isSameHash(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}
