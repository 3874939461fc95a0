// Patterns for types and tags: `*` matches any number of characters, everything else matches literally. In a list, `!` before a
// pattern excludes its matches. Pure.

/** The parts of a pattern before, between and after its stars. */
export type GlobParts = readonly [prefix: string, ...rest: string[]];

/** Splits a pattern at its stars; a single part is a pattern without a star. */
export function globParts(pattern: string): GlobParts {
  return pattern.split(/\*+/) as [string, ...string[]];
}

/** Creates a test for a pattern. Its time is proportional to the length of the text, for every pattern. */
export function createGlobTest(pattern: string): (text: string) => boolean {
  const [prefix, ...rest] = globParts(pattern);
  const suffix = rest.pop();
  if (suffix === undefined) return (text) => text === pattern;
  return (text) => {
    const end = text.length - suffix.length;
    if (end < prefix.length || !text.startsWith(prefix) || !text.endsWith(suffix)) return false;
    let at = prefix.length;
    for (const part of rest) {
      const found = text.indexOf(part, at);
      if (found === -1) return false;
      at = found + part.length;
    }
    return at <= end;
  };
}

/** A list of patterns, split into patterns that include and patterns that exclude. */
export interface PatternList {
  /** A name must match one of these; an empty list matches every name. */
  readonly wanted: readonly string[];
  /** A name must match none of these. Without their `!`. */
  readonly unwanted: readonly string[];
}

/** Splits a list of patterns. */
export function partPatterns(patterns: readonly string[]): PatternList {
  return {
    wanted: patterns.filter((pattern) => !isExclusion(pattern)),
    unwanted: patterns.filter(isExclusion).map((pattern) => pattern.slice(exclusion.length)),
  };
}

/** True if a pattern excludes. */
export function isExclusion(pattern: string): boolean {
  return pattern.startsWith(exclusion);
}

/** The pattern that excludes the matches of another pattern. */
export function toExclusion(pattern: string): string {
  return exclusion + pattern;
}

/** True if a name, used as a pattern, matches only itself. */
export function isPlainName(name: string): boolean {
  return !isExclusion(name) && !name.includes('*');
}

const exclusion = '!';
