// Reads an event from the fields of a form: Graphite's fields, or those of the original Anthracite. Pure.

import {
  checkEvent,
  cutLineEnds,
  type Event,
  failed,
  fromGraphiteTags,
  type Outcome,
  parseEventJson,
  parseTime,
  parseTimestamp,
  preview,
  splitWords,
} from '@anthracite/protocol';
import type { FormFields } from './form-body';
import { RequestError } from './request-error';

/** The shape of a form, and its event. */
export interface FormEvent {
  readonly shape: 'graphite' | 'event';
  readonly event: Outcome<Event>;
}

/** Reads a form. Throws a `RequestError` when its fields are not those of an event. */
export function parseFormEvent(form: FormFields, now: number, zone: string): FormEvent {
  if (form.has('what')) return { shape: 'graphite', event: parseGraphiteForm(form, now, zone) };
  if (form.has('event_desc')) return { shape: 'event', event: parseOriginalForm(form, now, zone) };
  const names = Object.keys(form.toQuery());
  throw RequestError.of('FORM_NOT_EVENT', { value: names.length === 0 ? 'none' : preview(names.join(', ')) });
}

function parseGraphiteForm(form: FormFields, now: number, zone: string): Outcome<Event> {
  const fields = { what: form.text('what'), data: form.text('data'), tags: form.all('tags') };
  if (!form.has('when')) return parseEventJson(fields, now, zone);
  const when = parseTimestamp(form.text('when'));
  return when.ok ? parseEventJson({ ...fields, when: when.value / 1000 }, now, zone) : when;
}

/** Reads the fields of the original Anthracite. Without a type the first tag is the type, as in Graphite's events. */
function parseOriginalForm(form: FormFields, now: number, zone: string): Outcome<Event> {
  const given = form.text('event_timestamp').trim();
  const time = form.has('event_timestamp')
    ? parseTime(given, now, zone)
    : ({ ok: true, value: now } as const);
  if (!time.ok) return time;
  const description = cutLineEnds(form.text('event_desc'));
  if (description.trim() === '')
    return failed('EMPTY_DESCRIPTION', { value: preview(form.text('event_desc')) });
  const words = form.all('event_tags').flatMap(splitWords);
  const type = form.text('event_type').trim();
  const series = type === '' ? fromGraphiteTags(words) : { type, tags: words };
  return checkEvent({ time: time.value, ...series, description });
}
