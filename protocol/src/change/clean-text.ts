// Makes untrusted text safe for one line: without control characters and invisible characters, and with a limited length. Pure.
// The Ruby senders produce the same bytes: see puppet-reporter/module/lib/puppet_x/anthracite/change_text.rb.

// Longer text is truncated first, so that the expressions below take little time.
const maxInputChars = 4_096;
const maxWordChars = 200;
const more = '...';

// Escape sequences of terminals: CSI, OSC, and short sequences.
const escapeSequence = /(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?|\x1b[ -/]*[0-~]/g;
// Characters that change the direction of text or have no width.
const invisible = /[\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]/g;
// All white space and control characters.
const blank = /[\0-\x20\x7f-\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/g;

/** The text on one line: without escape sequences and invisible characters, runs of white space and controls as one space, trimmed. */
export function cleanText(text: string): string {
  return firstChars(text, maxInputChars)
    .toWellFormed()
    .replace(escapeSequence, '')
    .replace(invisible, '')
    .replace(blank, ' ')
    .replace(/\ufffd+/g, '\ufffd')
    .replace(/^ | $/g, '');
}

/** The text, or its start and `...`: at most `maxChars` characters (code points) in total. */
export function cutText(text: string, maxChars: number): string {
  if (countChars(text) <= maxChars) return text;
  return firstChars(text, Math.max(maxChars - more.length, 0)).replace(/ $/, '') + more;
}

/** The path, or `...` and its end, which starts with a slash if possible. At most `maxChars` characters. */
export function cutPath(path: string, maxChars: number): string {
  const chars = Array.from(path);
  if (chars.length <= maxChars) return path;
  const kept = chars.slice(chars.length - Math.max(maxChars - more.length, 0)).join('');
  return more + kept.slice(Math.max(kept.indexOf('/'), 0));
}

/** The text as a word for a tag: clean, without white space and `;`, at most 200 characters. */
export function toTagWord(text: string): string {
  return firstChars(cleanText(text).replace(/[ ;]+/g, '_'), maxWordChars);
}

/** The number of characters (code points) of the text. */
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
