// Texts that are cut out of others, in memory of their own. Pure.

// Shorter parts are copied by the engine itself; a longer one refers to the text that it was cut out of.
const minSharedChars = 13;

/** The same text in memory of its own: a part of a text keeps the whole of it in memory. It must be well-formed. */
export function ownText(text: string): string {
  return text.length < minSharedChars ? text : Buffer.from(text).toString();
}
