// What is drawn in a lane: events that lie close together become one mark, which says how many it stands for. Pure: runs in the
// browser, and knows nothing of how it is drawn.

import type { StoredEvent } from '@anthracite/protocol/browser';

/** A row of the timeline. */
export interface Lane {
  /** The type, or the value of a tag, which is empty for events without it; null for the lane of all others. */
  readonly name: string | null;
  /** How many events it has in what was counted. */
  readonly total: number;
  /** Names that have no lane of their own, and share this one. */
  readonly others: readonly string[];
}

/** One event or several, in the place of the first. */
export interface Mark {
  readonly fromMs: number;
  readonly untilMs: number;
  /** At least one; in order of time. */
  readonly events: readonly StoredEvent[];
  /** Milliseconds up to the next mark of the lane; Infinity for the last. */
  readonly gapMs: number;
}

/** A name as it was counted, and how many events it has. */
export interface CountedName {
  readonly name: string;
  readonly total: number;
}

// web2 stands before web10.
const byName = new Intl.Collator('en', { numeric: true });

/** The lanes to draw, by name: the fullest ones, and one for all others. */
export function chooseLanes(counted: readonly CountedName[], most: number): readonly Lane[] {
  const byTotal = [...counted].sort((one, other) => other.total - one.total);
  const chosen = byTotal.length > most ? byTotal.slice(0, most - 1) : byTotal;
  const rest = byTotal.slice(chosen.length);
  const lanes = chosen
    .map(({ name, total }) => ({ name, total, others: [] }))
    .sort((one, other) => byName.compare(one.name, other.name));
  if (rest.length === 0) return lanes;
  const total = rest.reduce((sum, lane) => sum + lane.total, 0);
  return [...lanes, { name: null, total, others: rest.map(({ name }) => name) }];
}

/** The names of the lanes in which an event is: its type, or the values of a tag. */
export function laneNamesOf({ type, tags }: StoredEvent, by: string): readonly string[] {
  if (by === 'type') return [type];
  const values = tags.filter((tag) => tag.startsWith(`${by}=`)).map((tag) => tag.slice(by.length + 1));
  return values.length > 0 ? [...new Set(values)] : [''];
}

/** The marks of a lane. Events that are closer than `nearMs` to the first of a mark belong to it. */
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
