// Matches names and resources with lists of patterns. Pure.

import { partPatterns } from '../glob';
import { matchesGlob } from './change-text';

/** True for a name that matches no pattern with `!`, and at least one of the other patterns, if the list has any. */
export function isWanted(name: string, patterns: readonly string[]): boolean {
  const { wanted, unwanted } = partPatterns(patterns);
  const matches = (pattern: string): boolean => matchesGlob(pattern, name);
  return !unwanted.some(matches) && (wanted.length === 0 || wanted.some(matches));
}

/** True for a resource that matches a pattern: a type, such as `Notify`, or a reference, such as `File[/tmp/*]`. */
export function isIgnored(type: string, title: string, patterns: readonly string[]): boolean {
  return patterns.some((pattern) => matchesGlob(pattern, pattern.includes('[') ? `${type}[${title}]` : type));
}
