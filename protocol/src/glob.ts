// Patterns for types and tags: `*` stands for any characters, also for none; all else for itself. Pure.

/** A pattern, taken apart where its stars are: what stands before, between and behind them. */
export type GlobParts = readonly [prefix: string, ...rest: string[]];

/** Takes a pattern apart; one part alone is a pattern without a star. */
export function globParts(pattern: string): GlobParts {
  return pattern.split(/\*+/) as [string, ...string[]];
}

/** Makes a test for a pattern. It takes a time in proportion to the text, whatever the pattern. */
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
