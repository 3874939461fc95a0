// Checks a JSON text before it is parsed, for input that JSON.parse accepts but clients must not send: a depth that fills the
// stack, and duplicate keys in an object.

import { type Problem, preview, problem } from './problem';

/** Rules for a JSON text. */
export interface JsonRules {
  /** Maximum depth of nested arrays and objects. */
  readonly maxDepth: number;
  /** True if a key may appear twice in one object; the last value is used. */
  readonly takesDuplicateKeys: boolean;
}

/** The rules for Anthracite's own requests: events, tokens, rejected lines. */
export const strictJson: JsonRules = { maxDepth: 64, takesDuplicateKeys: false };

const quote = 0x22;
const backslash = 0x5c;
const colon = 0x3a;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const openBrace = 0x7b;
const closeBrace = 0x7d;
// Up to this number, a list is faster than a set.
const maxListedKeys = 8;

/**
 * The problem of a JSON text, `JSON_TOO_DEEP` or `DUPLICATE_KEY`, or null. Takes linear time, much less than JSON.parse. A text
 * that is not JSON may pass: JSON.parse refuses it afterwards.
 */
export function scanJson(
  text: string,
  { maxDepth, takesDuplicateKeys }: JsonRules = strictJson,
): Problem | null {
  const objects: (KeySet | null)[] = [];
  let keys: KeySet | null = null;
  let stringStart = 0;
  let stringEnd = -1;
  for (let at = 0; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case quote:
        stringStart = at + 1;
        stringEnd = endOfString(text, stringStart);
        if (stringEnd === -1) return null;
        at = stringEnd;
        break;
      case openBrace:
      case openBracket:
        if (objects.length === maxDepth) return problem('JSON_TOO_DEEP', { limit: maxDepth });
        keys = text.charCodeAt(at) === openBrace && !takesDuplicateKeys ? new KeySet() : null;
        objects.push(keys);
        break;
      case closeBrace:
      case closeBracket:
        objects.pop();
        keys = objects.at(-1) ?? null;
        break;
      case colon:
        if (keys !== null && stringEnd !== -1) {
          const key = readKey(text.slice(stringStart, stringEnd));
          if (!keys.add(key)) return problem('DUPLICATE_KEY', { value: preview(key) });
        }
    }
  }
  return null;
}

/** The keys of one object. */
class KeySet {
  readonly #listed: string[] = [];
  #set: Set<string> | null = null;

  /** False if the object already has the key. */
  add(key: string): boolean {
    if (this.#set === null) {
      if (this.#listed.includes(key)) return false;
      this.#listed.push(key);
      if (this.#listed.length > maxListedKeys) this.#set = new Set(this.#listed);
      return true;
    }
    const { size } = this.#set;
    return this.#set.add(key).size > size;
  }
}

// The index of the quote that ends a string; -1 if it does not end.
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start); end !== -1; end = text.indexOf('"', end + 1)) {
    let escapes = end;
    while (escapes > start && text.charCodeAt(escapes - 1) === backslash) escapes--;
    if ((end - escapes) % 2 === 0) return end;
  }
  return -1;
}

// The same key can have several spellings, such as "type" and "\u0074ype".
function readKey(raw: string): string {
  if (!raw.includes('\\')) return raw;
  try {
    return JSON.parse(`"${raw}"`) as string;
  } catch {
    return raw;
  }
}
