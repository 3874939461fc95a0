// The error messages for events, lines and times.

/** The sentence of each code. Placeholders such as `{value}` are filled with facts; see `docs/errors.md`. */
export const problemSentences = {
  NOT_UTF8:
    'the bytes are not valid UTF-8: {value}; send UTF-8, other encodings are not detected or converted',
  INCOMPLETE_LINE: 'the line {value} is incomplete, because {why}; send the complete line again',
  LINE_TOO_LONG: 'the line is longer than {limit} bytes (it starts with {value}); send a shorter description',
  MISSING_FIELD:
    'the line {value} has fewer than three fields; expected "<unix timestamp> <type>[;<tag>...] <description>", separated by single spaces',
  BAD_TIMESTAMP:
    'the timestamp {value} is not Unix seconds; expected digits with at most nine decimals, as in 1467844481 or 1467844481.250',
  TIMESTAMP_OUT_OF_RANGE:
    'the timestamp {value} is outside the years 0001 to 9999; it counts seconds since 1970, so divide milliseconds by 1000',
  EMPTY_TYPE: 'the type is empty in {value}; expected one word such as deploy_website',
  WHITE_SPACE_IN_TYPE: 'the type {value} contains white space; use _ or - instead',
  TYPE_TOO_LONG: 'the type {value} is longer than {limit} bytes of UTF-8',
  EMPTY_TAG: 'a tag is empty in {value}; a tag is key=value or one word, and ";" separates tags',
  WHITE_SPACE_IN_TAG: 'the tag {value} contains white space; use _ or - instead',
  TAG_TOO_LONG: 'the tag {value} is longer than {limit} bytes of UTF-8',
  TOO_MANY_TAGS: 'the event has {value} tags; the maximum is {limit}',
  EMPTY_DESCRIPTION: 'the description is empty in {value}; describe what happened',
  DESCRIPTION_TOO_LONG: 'the description has {value} bytes of UTF-8; the maximum is {limit}',
  LONE_SURROGATE:
    '{value} contains half of a surrogate pair, which is not valid in UTF-8; send the complete character',
  EMPTY_KEY: 'the key is empty; send a text of 1 to {limit} bytes, or no key',
  KEY_TOO_LONG: 'the key {value} is longer than {limit} bytes of UTF-8; send a shorter one, such as its hash',
  CONTROL_IN_KEY: 'the key {value} contains a control character; send printable text',
  TIME_BEFORE_1980:
    'the time {value}, in {unit} since 1970, is {time}, which is before 1980; {hint}. Write times before 1980 as text, such as "{time}"',
  BAD_TIME: 'the time {value} is not valid: {why}',
  BAD_FIELD: 'the field {field} is {value}; expected {expected}',
  UNKNOWN_FIELD: 'the field {value} is unknown; known fields: {known}',
  DUPLICATE_KEY: 'the key {value} appears twice in one JSON object; send each key once',
  JSON_TOO_DEEP: 'the JSON is nested deeper than {limit} levels; send flat fields',
  BAD_REPORT:
    'a report from {tool} could not be read: {why}; its text was not kept, because it may contain secrets',
  BAD_ANNOTATION: "Grafana's annotation {id} is not valid: {why}",
  HOOK_PROBLEM:
    'a delivery to the hook {hook} was not understood: {why}; its text was not kept, because it may contain secrets',
  BAD_DATAGRAM: 'a datagram of DogStatsD is not valid: {why}',
  REPORT_REFUSED:
    'a report from {tool} was refused: {why}; unless the sender sends it again, its event is missing',
} as const satisfies Record<string, string>;

export type ProblemCode = keyof typeof problemSentences;

/** A problem with an input: a stable code for programs and a sentence for people. */
export interface Problem {
  readonly code: ProblemCode;
  readonly message: string;
  /** The facts in the sentence, for callers that write another sentence. */
  readonly facts: Facts;
}

type Facts = Readonly<Record<string, string | number>>;

/** A value, or a problem. Invalid input is data, not an exception. */
export type Outcome<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problem: Problem };

const previewChars = 60;

/**
 * Shows untrusted text in a sentence: quoted, with control characters escaped, truncated to 60 characters.
 * The result is safe on a terminal and in a log line.
 */
export function preview(text: string): string {
  const cut = text.length > previewChars ? `${text.slice(0, previewChars)}...` : text;
  return printable(JSON.stringify(cut));
}

/**
 * Escapes characters that could affect a terminal, a log or a reader: controls, line separators, and characters that change the
 * direction of text or have no width. In JSON, the escapes mean the characters themselves.
 */
export function printable(text: string): string {
  return text.replace(
    /[\0-\x1f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Fills the placeholders `{name}` of a template. Facts are not escaped: pass untrusted text through `preview` first. */
export function fillSentence(template: string, facts: Readonly<Record<string, string | number>>): string {
  return template.replace(/\{(\w+)\}/g, (place, name: string) => String(facts[name] ?? place));
}

/** Builds a problem from its code and facts. */
export function problem(code: ProblemCode, facts: Readonly<Record<string, string | number>>): Problem {
  return { code, message: fillSentence(problemSentences[code], facts), facts };
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
