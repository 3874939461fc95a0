// JSON in ASCII, as Graphite writes it.

const escapes: string[] = [];

/** JSON of a value, in ASCII. */
export function asciiJson(value: unknown): string {
  return toAscii(JSON.stringify(value));
}

/** JSON with all that is not ASCII escaped. */
export function toAscii(json: string): string {
  if (!/[\u007f-\uffff]/.test(json)) return json;
  return json.replace(/[\u007f-\uffff]/g, (c) => {
    const code = c.charCodeAt(0);
    escapes[code] ??= `\\u${code.toString(16).padStart(4, '0')}`;
    return escapes[code];
  });
}

const unplain = /[^ !#-[\]-~]/;

/** True for text of one line in ASCII without quotes, backslashes and controls: its JSON is itself between quotes. */
export function isPlain(text: string): boolean {
  return !unplain.test(text);
}

/** JSON of a text. Most descriptions are plain, and quicker told to be than written by `JSON.stringify`. */
export function quoteJson(text: string): string {
  return isPlain(text) ? `"${text}"` : JSON.stringify(text);
}
