// Computes keys that are equal for equal changes and equal failures of different hosts. Pure.
// The Ruby senders produce the same bytes: see puppet-reporter/module/lib/puppet_x/anthracite/run_key.rb.

import { createHash } from 'node:crypto';
import { cleanText, countChars } from './clean-text';

const keyChars = 8;
const temporaryPath = /\/(?:tmp|var\/tmp|dev\/shm|run)\/[^ '":,)\]]*/g;
const numbered = /[A-Za-z0-9_.-]*[0-9][A-Za-z0-9_.-]*/g;

/** The text without the names of the host: `/srv/web01.example.com/app` becomes `/srv/%h/app`. */
export function withoutHost(text: string, host: string): string {
  const name = cleanText(host);
  const names = [name, name.replace(/\..*$/, '')].filter((part) => countChars(part) > 2);
  return names.reduce((rest, part) => rest.replaceAll(part, '%h'), text);
}

/** The text of a failure without numbers and temporary names, which differ each time. */
export function withoutNumbers(text: string): string {
  return cleanText(text).replace(temporaryPath, '/tmp/#').replace(numbered, '#');
}

/** Eight characters that are equal for equal parts, in any order, on any host. */
export function keyOf(parts: readonly string[], host: string): string {
  const own = [...new Set(parts.map((part) => withoutHost(cleanText(part), host)))];
  // Sorts by bytes, which gives the same order in every language.
  const bytes = own.map((part) => Buffer.from(part.toWellFormed())).sort(Buffer.compare);
  const hash = createHash('sha256');
  for (const part of bytes) hash.update(part).update('\n');
  return hash.digest('hex').slice(0, keyChars);
}

/** Twelve characters that are equal for equal texts. */
export function contentKey(text: string): string {
  return createHash('sha256').update(text.toWellFormed()).digest('hex').slice(0, 12);
}
