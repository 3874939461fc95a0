// Copies parts of texts into their own memory. Pure.

// The engine itself copies shorter parts; a longer part keeps a reference to the original text.
const minSharedChars = 13;

/** The same text in its own memory: a part of a text otherwise keeps the whole text in memory. It must be well-formed. */
export function ownText(text: string): string {
  return text.length < minSharedChars ? text : Buffer.from(text).toString();
}
