// Encodes text for PostgreSQL, which refuses U+0000 in text. Pure.

const rare = /[\0\x01]/;
const allRare = /[\0\x01]/g;
const allPairs = /\x01[\x01\x02]/g;

/**
 * Text as PostgreSQL stores it: U+0000 becomes U+0001 U+0001, and U+0001 becomes U+0001 U+0002. Encoded texts have the same
 * order and the same prefixes as the texts.
 */
export function encodeText(text: string): string {
  return rare.test(text) ? text.replace(allRare, (one) => (one === '\0' ? '\x01\x01' : '\x01\x02')) : text;
}

/** The text of `encodeText`. */
export function decodeText(stored: string): string {
  return stored.includes('\x01')
    ? stored.replace(allPairs, (pair) => (pair === '\x01\x01' ? '\0' : '\x01'))
    : stored;
}
