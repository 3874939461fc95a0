// The marks of a lane: events that are close together become one mark with their number. Pure: runs in the browser, independent of
// drawing.

import { type StoredEvent, titleOf } from '@anthracite/protocol/browser';
import { type EventKind, kindOfType } from '../event-kinds';

/** A row of the timeline. */
export interface Lane {
  /** The type, or the value of a tag (empty for events without the tag); null for the lane of all other names. */
  readonly name: string | null;
  /** Its number of events in the counted range. */
  readonly total: number;
  /** Names without a lane of their own, which share this lane. */
  readonly others: readonly string[];
}

/** One or more events, placed at the time of the first. */
export interface Mark {
  readonly fromMs: number;
  readonly untilMs: number;
  /** At least one; in order of time. */
  readonly events: readonly StoredEvent[];
  /** Milliseconds to the next mark of the lane; Infinity for the last mark. */
  readonly gapMs: number;
}

/** A counted name with its number of events. */
export interface CountedName {
  readonly name: string;
  readonly total: number;
}

/** The kinds of lanes, from the top. */
const laneOrder: readonly EventKind[] = [
  'incident',
  'alert',
  'deployment',
  'configuration',
  'flag',
  'manual',
  'other',
];
// web2 sorts before web10.
const byName = new Intl.Collator('en', { numeric: true });

/** The lanes to draw, sorted by kind and name: those with the most events, and one lane for all others. */
export function chooseLanes(counted: readonly CountedName[], most: number): readonly Lane[] {
  const byTotal = [...counted].sort((one, other) => other.total - one.total);
  const chosen = byTotal.length > most ? byTotal.slice(0, most - 1) : byTotal;
  const rest = byTotal.slice(chosen.length);
  const lanes = chosen
    .map(({ name, total }) => ({ name, total, others: [] }))
    .sort(
      (one, other) => kindPlace(one.name) - kindPlace(other.name) || byName.compare(one.name, other.name),
    );
  if (rest.length === 0) return lanes;
  const total = rest.reduce((sum, lane) => sum + lane.total, 0);
  return [...lanes, { name: null, total, others: rest.map(({ name }) => name) }];
}

const kindPlace = (name: string): number => laneOrder.indexOf(kindOfType(name));

/** The title that all events of a mark have, such as those of one deployment to many hosts; `''` if they differ. */
export function commonTitle({ events }: Pick<Mark, 'events'>): string {
  const [first, ...others] = events.map(({ description }) => titleOf(description));
  return first !== undefined && others.every((title) => title === first) ? first : '';
}

/** The names of the lanes of an event: its type, or the values of a tag. */
export function laneNamesOf({ type, tags }: StoredEvent, by: string): readonly string[] {
  if (by === 'type') return [type];
  const values = tags.filter((tag) => tag.startsWith(`${by}=`)).map((tag) => tag.slice(by.length + 1));
  return values.length > 0 ? [...new Set(values)] : [''];
}

/** The marks of a lane. Events closer than `nearMs` to the first event of a mark belong to that mark. */
export function marksOf(events: readonly StoredEvent[], nearMs: number): readonly Mark[] {
  const sorted = [...events].sort((one, other) => one.time - other.time || one.id - other.id);
  const groups: StoredEvent[][] = [];
  for (const event of sorted) {
    const group = groups.at(-1);
    if (group?.[0] !== undefined && event.time - group[0].time < nearMs) group.push(event);
    else groups.push([event]);
  }
  return groups.map((group, i) => {
    const fromMs = group[0]?.time ?? 0;
    const next = groups[i + 1]?.[0]?.time ?? Number.POSITIVE_INFINITY;
    return { fromMs, untilMs: group.at(-1)?.time ?? fromMs, events: group, gapMs: next - fromMs };
  });
}
