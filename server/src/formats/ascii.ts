// Writes JSON in ASCII, as Graphite does.

const escapes: string[] = [];

/** JSON of a value, in ASCII. */
export function asciiJson(value: unknown): string {
  return toAscii(JSON.stringify(value));
}

/** JSON with all non-ASCII characters escaped. */
export function toAscii(json: string): string {
  if (!/[\u007f-\uffff]/.test(json)) return json;
  return json.replace(/[\u007f-\uffff]/g, (c) => {
    const code = c.charCodeAt(0);
    escapes[code] ??= `\\u${code.toString(16).padStart(4, '0')}`;
    return escapes[code];
  });
}

const unplain = /[^ !#-[\]-~]/;

/** True for one line of ASCII text without quotes, backslashes and control characters: in quotes, it is its own JSON. */
export function isPlain(text: string): boolean {
  return !unplain.test(text);
}

/** JSON of a text. Most descriptions are plain, and checking that is faster than `JSON.stringify`. */
export function quoteJson(text: string): string {
  return isPlain(text) ? `"${text}"` : JSON.stringify(text);
}
