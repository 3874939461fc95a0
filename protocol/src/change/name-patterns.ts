// Which names and resources patterns mean. Pure.

import { matchesGlob } from './change-text';

/** True for a name that no pattern with `!` excludes, and that one of the others includes, if there are any. */
export function isWanted(name: string, patterns: readonly string[]): boolean {
  const excluding = patterns.filter((pattern) => pattern.startsWith('!')).map((pattern) => pattern.slice(1));
  const including = patterns.filter((pattern) => !pattern.startsWith('!'));
  const matches = (pattern: string): boolean => matchesGlob(pattern, name);
  return !excluding.some(matches) && (including.length === 0 || including.some(matches));
}

/** True for a resource that one of the patterns means: a type, such as `Notify`, or a reference, such as `File[/tmp/*]`. */
export function isIgnored(type: string, title: string, patterns: readonly string[]): boolean {
  return patterns.some((pattern) => matchesGlob(pattern, pattern.includes('[') ? `${type}[${title}]` : type));
}
