// Implements Python's re.sub, as aliasSub uses it, in time linear in the text: patterns come from clients.

import { RE2JS } from 're2js';

const maxPatternChars = 1_024;
const maxResultChars = 8_192;

/** The text after the substitution, or a sentence about the error in the pattern. */
export type Substituted =
  | { readonly ok: true; readonly value: string }
  | { readonly ok: false; readonly message: string };

/**
 * Replaces every match of `pattern` (RE2's syntax, which is Python's without look-around and back-references) in
 * `text`; in the replacement, `\1`, `\g<1>` and `\g<name>` insert the match of a group.
 * @example substitute('100.0', '(^.*$)', '\\1 A') // '100.0 A'
 */
export function substitute(text: string, pattern: string, replacement: string): Substituted {
  if (pattern.length > maxPatternChars) {
    return { ok: false, message: `the pattern is longer than ${maxPatternChars} characters` };
  }
  try {
    return { ok: true, value: replaceAll(text, RE2JS.compile(pattern), replacement) };
  } catch (error) {
    return { ok: false, message: `the pattern cannot be used: ${(error as Error).message}` };
  }
}

function replaceAll(text: string, pattern: RE2JS, replacement: string): string {
  const matcher = pattern.matcher(text);
  let result = '';
  let at = 0;
  while (matcher.find()) {
    result += text.slice(at, matcher.start());
    result += expand(replacement, (group) => matcher.group(group) ?? '');
    at = matcher.end();
    if (result.length > maxResultChars)
      throw new Error(`the name has more than ${maxResultChars} characters`);
  }
  return result + text.slice(at);
}

function expand(replacement: string, groupOf: (group: number | string) => string): string {
  return replacement.replace(
    /\\(?:g<(?:(\d{1,3})|([A-Za-z_]\w*))>|(\d{1,2})|(\\))/g,
    (_place, index?: string, name?: string, digits?: string, backslash?: string) =>
      backslash ?? groupOf(name ?? Number(index ?? digits)),
  );
}
