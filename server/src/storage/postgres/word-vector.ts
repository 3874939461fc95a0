// Writes the words of events as vectors for PostgreSQL's text search. Pure.

import { parseSeries, tokensOf } from '@anthracite/protocol/core';
import { encodeText } from './text-code';

// PostgreSQL stores longer words, or more of them, in a way that makes others impossible to find.
const maxWordBytes = 2_046;
const maxVectorBytes = 900_000;
// At most four bytes a word are stored besides its text.
const bytesAWord = 4;

/** A word as the vectors contain it: encoded, and cut to the longest length that can be found. */
export function toLexeme(word: string): string {
  const encoded = encodeText(word);
  // At most three bytes for a code unit.
  if (3 * encoded.length <= maxWordBytes) return encoded;
  const bytes = Buffer.from(encoded);
  if (bytes.length <= maxWordBytes) return encoded;
  let end = maxWordBytes;
  // Not within a character.
  while (((bytes[end] as number) & 0xc0) === 0x80) end--;
  return bytes.toString('utf8', 0, end);
}

/** The words of a series in the form of the line protocol. */
export function wordsOfSeries(text: string): readonly string[] {
  const parsed = parseSeries(text);
  return parsed.ok ? [parsed.value.type, ...parsed.value.tags].flatMap(tokensOf) : [];
}

/** The vector of an event as text; null if its words are too long for a vector. */
export function toVector(seriesWords: readonly string[], description: string): string | null {
  const words = new Set<string>();
  for (const word of seriesWords) words.add(toLexeme(word));
  for (const word of tokensOf(description)) words.add(toLexeme(word));
  let bytes = 0;
  const quoted: string[] = [];
  for (const word of words) {
    bytes += 3 * word.length + bytesAWord;
    quoted.push(quoteLexeme(word));
  }
  if (bytes > maxVectorBytes && tooLong(words)) return null;
  return quoted.join(' ');
}

/** A word in the syntax of vectors and of questions. */
export function quoteLexeme(lexeme: string): string {
  return `'${lexeme.replaceAll("'", "''").replaceAll('\\', '\\\\')}'`;
}

function tooLong(words: ReadonlySet<string>): boolean {
  let bytes = 0;
  for (const word of words) bytes += Buffer.byteLength(word) + bytesAWord;
  return bytes > maxVectorBytes;
}
