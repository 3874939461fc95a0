// Reads the form in which people write an event. What was typed becomes an event, or is told field by field what is wrong with it.

import {
  checkDescription,
  checkSeries,
  checkTime,
  type Event,
  type Outcome,
  type Problem,
  parseTime,
  splitWords,
} from '@anthracite/protocol';
import { type EventTyped, shownInForm } from '../web/event-form';
import type { FieldProblem } from '../web/filter';
import type { FormFields } from './form-body';
import { canonicalZone } from './viewer-zone';

/** What a form came to. */
export type ReadForm =
  | { readonly ok: true; readonly event: Event }
  | { readonly ok: false; readonly problems: readonly FieldProblem[] };

/** What was typed, as it was typed. `zone` is the viewer's, where the form does not say in which it was shown. */
export function typedOf(fields: FormFields, zone: string): EventTyped {
  return {
    time: fields.text('time').trim(),
    zone: canonicalZone(fields.text('zone')) ?? zone,
    type: fields.text('type').trim(),
    tags: splitWords(fields.text('tags')).join(' '),
    description: fields.text('description'),
  };
}

/**
 * The event that was typed; without a time it happened `now`, cut to the second. Of the event that is edited, `original`, everything
 * stays to the letter that reads in the form as it did: forms know neither all line breaks nor which of two equal hours is meant.
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
      : withoutEndingLines(typed.description);
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
  return outcome.ok ? [] : [{ field, message: sentenceOf(field, outcome.problem) }];
}

// The sentences of problems speak of lines, too; an empty field is plain to see.
function sentenceOf(field: string, { code, message }: Problem): string {
  if (code === 'EMPTY_TYPE') return 'a word is needed, such as deploy_website';
  if (code === 'EMPTY_DESCRIPTION') return 'say what happened';
  return field === 'time' ? message.replace(/^the time /, '') : message;
}

// Whoever types ends with Enter, and means nothing by it.
function withoutEndingLines(text: string): string {
  return text.replace(/\s+$/, '');
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
