// The sentences for everything that can be wrong in an event, a line, or a time. Knows no HTTP and no socket.

/** Code -> sentence. `{value}` and the like are filled with the offending facts; see `docs/errors.md`. */
export const problemSentences = {
  NOT_UTF8: 'the bytes are not valid UTF-8: {value}; send UTF-8, it is never guessed or repaired',
  INCOMPLETE_LINE: 'the line {value} was cut off before its end, because {why}; send it again, whole',
  LINE_TOO_LONG: 'the line is longer than {limit} bytes (it begins {value}); send a shorter description',
  MISSING_FIELD:
    'the line {value} has fewer than three fields; expected "<unix timestamp> <type>[;<tag>...] <description>", separated by single spaces',
  BAD_TIMESTAMP:
    'the timestamp {value} is not Unix seconds; expected digits with at most nine decimals, as in 1467844481 or 1467844481.250',
  TIMESTAMP_OUT_OF_RANGE:
    'the timestamp {value} is outside the years 0001 to 9999; it counts seconds since 1970, so milliseconds must be divided by 1000',
  EMPTY_TYPE: 'the type is empty in {value}; expected a word such as deploy_website',
  WHITE_SPACE_IN_TYPE: 'the type {value} has white space in it; use _ or - instead',
  TYPE_TOO_LONG: 'the type {value} is longer than {limit} bytes of UTF-8',
  EMPTY_TAG:
    'there is an empty tag in {value}; a tag is key=value or a word, and ";" stands only between tags',
  WHITE_SPACE_IN_TAG: 'the tag {value} has white space in it; use _ or - instead',
  TAG_TOO_LONG: 'the tag {value} is longer than {limit} bytes of UTF-8',
  TOO_MANY_TAGS: 'the event has {value} tags; at most {limit} are kept',
  EMPTY_DESCRIPTION: 'the description is empty in {value}; say what happened',
  DESCRIPTION_TOO_LONG: 'the description has {value} bytes of UTF-8; at most {limit} are kept',
  LONE_SURROGATE: 'half of a surrogate pair in {value} has no place in UTF-8; send the whole character',
  BAD_TIME: 'the time {value} is not understood: {why}',
  BAD_FIELD: 'the field {field} is {value}; expected {expected}',
  UNKNOWN_FIELD: 'the field {value} is unknown; known fields: {known}',
  DUPLICATE_KEY: 'the key {value} stands twice in one JSON object; send each key once',
  JSON_TOO_DEEP: 'the JSON is nested deeper than {limit} levels; send flat fields',
  BAD_REPORT:
    'the report of {tool} is not understood: {why}; it is counted, and not kept, as it may hold secrets',
  TITLE_WITH_LINE_BREAK:
    '"what" is {value}, which has a line break; put the first line in "what" and the rest in "data"',
} as const satisfies Record<string, string>;

export type ProblemCode = keyof typeof problemSentences;

/** What is wrong with an input: a stable code for programs and a sentence for people. */
export interface Problem {
  readonly code: ProblemCode;
  readonly message: string;
}

/** A value, or the problem that kept us from it. Bad input is data, not an exception. */
export type Outcome<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problem: Problem };

const previewChars = 60;

/**
 * Shows untrusted text in a sentence: quoted, control characters escaped, cut at 60 characters.
 * The result is safe on a terminal and in a log line.
 */
export function preview(text: string): string {
  const cut = text.length > previewChars ? `${text.slice(0, previewChars)}...` : text;
  return printable(JSON.stringify(cut));
}

/**
 * The text with characters escaped that a terminal, a log or a reader's eye may act on: controls, line separators,
 * marks that turn the direction of text or have no width. In JSON the escapes mean the characters themselves.
 */
export function printable(text: string): string {
  return text.replace(
    /[\0-\x1f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Fills a template's `{name}` places. Facts are used as given: pass untrusted text through `preview` first. */
export function fillSentence(template: string, facts: Readonly<Record<string, string | number>>): string {
  return template.replace(/\{(\w+)\}/g, (place, name: string) => String(facts[name] ?? place));
}

/** Builds a problem from its code and facts. */
export function problem(code: ProblemCode, facts: Readonly<Record<string, string | number>>): Problem {
  return { code, message: fillSentence(problemSentences[code], facts) };
}

/** The failing side of an outcome. */
export function failed(
  code: ProblemCode,
  facts: Readonly<Record<string, string | number>>,
): { ok: false; problem: Problem } {
  return { ok: false, problem: problem(code, facts) };
}

/** The good side of an outcome. */
export function succeeded<T>(value: T): { ok: true; value: T } {
  return { ok: true, value };
}
