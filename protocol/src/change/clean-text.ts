// Makes text of strangers fit for one line: no controls, no marks that mislead the eye, no more than fits. Pure.
// The Ruby processors do the same, to the byte: see puppet-reporter/module/lib/puppet_x/anthracite/sender.rb.

// Longer text is cut before anything looks at it, so that no text costs more than a moment.
const maxInputChars = 4_096;
const maxWordChars = 200;
const more = '...';

// Sequences that drive a terminal: CSI, OSC, and the short ones.
const escapeSequence = /(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?|\x1b[ -/]*[0-~]/g;
// Marks that turn the direction of text or have no width.
const invisible = /[\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]/g;
// White space of all kinds, and the control characters.
const blank = /[\0-\x20\x7f-\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/g;

/** The text on one line: escape sequences and invisible marks gone, runs of blanks and controls one space, trimmed. */
export function cleanText(text: string): string {
  return firstChars(text, maxInputChars)
    .toWellFormed()
    .replace(escapeSequence, '')
    .replace(invisible, '')
    .replace(blank, ' ')
    .replace(/\ufffd+/g, '\ufffd')
    .replace(/^ | $/g, '');
}

/** The text, or its beginning and `...`: at most `maxChars` characters (code points) in all. */
export function cutText(text: string, maxChars: number): string {
  if (countChars(text) <= maxChars) return text;
  return firstChars(text, Math.max(maxChars - more.length, 0)).replace(/ $/, '') + more;
}

/** The path, or `...` and its end, from a slash on where there is one. */
export function cutPath(path: string, maxChars: number): string {
  const chars = Array.from(path);
  if (chars.length <= maxChars) return path;
  const kept = chars.slice(chars.length - Math.max(maxChars - more.length, 0)).join('');
  return more + kept.slice(Math.max(kept.indexOf('/'), 0));
}

/** The text as a word that can stand in a tag: clean, without white space and `;`, at most 200 characters. */
export function toTagWord(text: string): string {
  return firstChars(cleanText(text).replace(/[ ;]+/g, '_'), maxWordChars);
}

/** How many characters (code points) the text has. */
export function countChars(text: string): number {
  let chars = 0;
  for (const _char of text) chars++;
  return chars;
}

function firstChars(text: string, maxChars: number): string {
  if (text.length <= maxChars) return text;
  return Array.from(text.slice(0, maxChars * 2))
    .slice(0, maxChars)
    .join('');
}
