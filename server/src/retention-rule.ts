// Reads the rules of how long events are kept. Pure.

import { isExclusion, parseOffset } from '@anthracite/protocol';

/** Events of matching types are kept for `ageMs` milliseconds after their time; null for ever. */
export interface RetentionRule {
  /** A pattern of types. */
  readonly pattern: string;
  /** As it was written, such as `1y`. */
  readonly age: string;
  readonly ageMs: number | null;
}

const minAgeMs = 3_600_000;
const forEver = 'off';

/** The form of rules, for error sentences. */
export const retentionForm =
  'rules such as puppet=1y or *=5y, with an age of at least 1h in h, d, w, mon or y, or off';

/** A rule such as `puppet=1y`; null when it is malformed. A type may contain `=`: the last one counts. */
export function parseRetentionRule(text: string): RetentionRule | null {
  const at = text.lastIndexOf('=');
  const [pattern, age] = [text.slice(0, at), text.slice(at + 1)];
  if (at < 1 || isExclusion(pattern)) return null;
  if (age === forEver) return { pattern, age, ageMs: null };
  const parsed = parseOffset(age);
  return parsed.ok && parsed.value >= minAgeMs ? { pattern, age, ageMs: parsed.value } : null;
}

/** The rules of a setting whose items were checked. */
export function readRetentionRules(items: readonly string[]): RetentionRule[] {
  return items.flatMap((item) => parseRetentionRule(item) ?? []);
}
