// Reads the form in which people write an event. The result is an event, or the errors by field.

import {
  canonicalZone,
  checkDescription,
  checkSeries,
  checkTime,
  type Event,
  fillSentence,
  type Outcome,
  type Problem,
  type ProblemCode,
  parseTime,
  splitWords,
} from '@anthracite/protocol';
import { type EventTyped, shownInForm } from '../../../web/event-form';
import type { FieldProblem } from '../../../web/filter';
import type { FormFields } from './form-body';
import { badParameter } from './parameters';
import { expectedZone } from './viewer-zone';

/** The result of reading a form. */
export type ReadForm =
  | { readonly ok: true; readonly event: Event }
  | { readonly ok: false; readonly problems: readonly FieldProblem[] };

/**
 * The entered texts, unchanged. `zone` is the viewer's time zone, used when the form does not name the zone in which it
 * was shown. Throws a `RequestError` when it names an unknown zone: its time would be read in another one.
 */
export function typedOf(fields: FormFields, zone: string): EventTyped {
  return {
    time: fields.text('time').trim(),
    zone: readZone(fields.text('zone')) ?? zone,
    type: fields.text('type').trim(),
    tags: splitWords(fields.text('tags')).join(' '),
    description: fields.text('description'),
  };
}

function readZone(given: string): string | null {
  if (given === '') return null;
  const zone = canonicalZone(given);
  if (zone === null) throw badParameter('zone', given, expectedZone(given));
  return zone;
}

/**
 * The entered event; without a time it happened `now`, rounded down to the second. When `original` is edited, every
 * field that the form still shows unchanged keeps its exact value: forms lose some line breaks, and cannot show which
 * of two equal hours is meant.
 */
export function parseTyped(typed: EventTyped, now: number, original: Event | null = null): ReadForm {
  const shown = original === null ? null : shownInForm(original, typed.zone);
  const time: Outcome<number> =
    original !== null && shown?.time === typed.time
      ? { ok: true, value: original.time }
      : parseFormTime(typed, now);
  const tags = original !== null && shown?.tags === typed.tags ? original.tags : splitWords(typed.tags);
  const description =
    original !== null && shown?.description === typed.description
      ? original.description
      : // People end a field with Enter without a meaning.
        typed.description.trimEnd();
  const type = checkSeries(typed.type, []);
  const series = checkSeries('x', tags);
  const text = checkDescription(description);
  const problems = [
    ...problemOf('time', time),
    ...problemOf('type', type),
    ...problemOf('tags', series),
    ...problemOf('description', text),
  ];
  if (!time.ok || problems.length > 0) return { ok: false, problems };
  return { ok: true, event: { time: time.value, type: typed.type, tags, description } };
}

function parseFormTime({ time, zone }: EventTyped, now: number): Outcome<number> {
  if (time === '') return { ok: true, value: Math.floor(now / 1000) * 1000 };
  const parsed = parseTime(time, now, zone);
  return parsed.ok ? checkTime(parsed.value) : parsed;
}

function problemOf(field: string, outcome: Outcome<unknown>): FieldProblem[] {
  return outcome.ok ? [] : [{ field, message: sentenceOf(outcome.problem) }];
}

// Sentences shown next to a field. The general sentences mention lines, and repeat the field's label.
const fieldSentences: Readonly<Partial<Record<ProblemCode, string>>> = {
  EMPTY_TYPE: 'enter a word, such as deploy_website',
  EMPTY_DESCRIPTION: 'describe what happened',
  BAD_TIME: '{value} is not understood: {why}',
  TIME_BEFORE_1980:
    '{value}, in {unit} since 1970, is {time}, which is before 1980; {hint}. Write a time before 1980 as text, such as "{time}"',
};

function sentenceOf({ code, message, facts }: Problem): string {
  const sentence = fieldSentences[code];
  return sentence === undefined ? message : fillSentence(sentence, facts);
}

/**
 * What a form holds that was opened before the event was changed: the fields that were typed stay, the others become what they are
 * by now. `original` is what the form showed.
 */
export function bringUpToDate(typed: EventTyped, original: Event, now: Event): EventTyped {
  const shown = shownInForm(original, typed.zone);
  const current = shownInForm(now, typed.zone);
  const pick = (field: keyof EventTyped): string => (typed[field] === shown[field] ? current : typed)[field];
  return {
    zone: typed.zone,
    time: pick('time'),
    type: pick('type'),
    tags: pick('tags'),
    description: pick('description'),
  };
}
