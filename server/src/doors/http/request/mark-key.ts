// Gives a mark of an incident or gain a span key if its form has none, so that it does not join another span by
// accident.

import {
  type Event,
  freshKey,
  keyTagFor,
  keyTagOf,
  parseMark,
  preview,
  titleOf,
  withSeverity,
} from '@anthracite/protocol';
import type { EventStore } from '../../../answers/event-store';
import type { SpanQuery } from '../../../query/event-query';
import type { FieldProblem } from '../../../web/filter';

/** The part of the store in which keys are looked up. */
type KeyStore = Pick<EventStore, 'spans' | 'names'>;

const dayMs = 86_400_000;
const maxOpen = 1_000;
const maxNamed = 5;
const anyTime = { fromMs: Number.NEGATIVE_INFINITY, untilMs: Number.POSITIVE_INFINITY } as const;

/**
 * The event with its key. The start of an incident or a gain gets `spare`, the key offered in the form, or a new key if
 * another span already has that. A detection, an update or an end gets the key of the only open span; if several are open, the
 * person has to choose one. All other events, and events with a key, are unchanged.
 */
export async function withKey(event: Event, spare: string, store: KeyStore): Promise<Event | FieldProblem> {
  if (keyTagOf(event.tags) !== null) return event;
  // An update is a mark only with a key.
  const mark = parseMark(event.type, [...event.tags, 'incident=any']);
  if (mark === null || mark.scale === 'other') return event;
  if (mark.role !== 'start') return withOpenKey(event, mark.stem, store);
  const tag = keyTagFor(mark.stem, isKey(spare) ? spare : freshKey());
  const isFree = await isSpare(tag, event, store);
  return withTag(event, isFree ? tag : keyTagFor(mark.stem, freshKey()));
}

// Free when no event has the key, except the start from the same form, sent twice.
async function isSpare(tag: string, event: Event, store: KeyStore): Promise<boolean> {
  const { items } = await store.names('tags', tag, 1);
  if (items[0] !== tag) return true;
  const around = { fromMs: event.time - dayMs, untilMs: event.time + dayMs };
  const { spans } = await store.spans({ ...around, any: [tag], order: 'descending' }, 1, null);
  return spans.some(({ title }) => titleOf(event.description) === title);
}

async function withOpenKey(event: Event, stem: string, store: KeyStore): Promise<Event | FieldProblem> {
  const kind = withSeverity(stem, null);
  const query: SpanQuery = { ...anyTime, isOpen: true, order: 'descending' };
  const { spans } = await store.spans(query, maxOpen, null);
  const open = spans.filter(({ type, begin }) => withSeverity(type, null) === kind && begin <= event.time);
  // Without a key it ends the open span without a key.
  if (open.some(({ key, type }) => key === null && type === stem)) return event;
  const keyed = open.flatMap(({ tags, key, title }) =>
    key === null ? [] : [{ tag: keyTagOf(tags), title }],
  );
  const [only] = keyed;
  if (only?.tag == null) return event;
  if (keyed.length === 1) return withTag(event, only.tag);
  const named = keyed.slice(0, maxNamed).map(({ tag, title }) => `${tag} (${preview(title)})`);
  const more = keyed.length > maxNamed ? ` and ${keyed.length - maxNamed} more` : '';
  const message = `${keyed.length} are open; add the key of one of them: ${named.join(', ')}${more}`;
  return { field: 'tags', message };
}

function withTag(event: Event, tag: string): Event {
  return { ...event, tags: [tag, ...event.tags] };
}

function isKey(text: string): boolean {
  return /^[a-z0-9]{6}$/.test(text);
}
