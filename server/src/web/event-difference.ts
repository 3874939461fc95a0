// What a change made of an event, field by field. Pure.

import type { Event } from '@anthracite/protocol/browser';

/** A part of an event that differs; empty where there was, or is, nothing of it. */
export interface Difference {
  readonly field: 'time' | 'type' | 'tags' | 'description';
  /** Texts; of a time, milliseconds since the epoch. */
  readonly before: string;
  readonly after: string;
}

/** The differences between what an event was and what it became. */
export function differencesOf(before: Event, after: Event): Difference[] {
  const differences: Difference[] = [];
  if (before.time !== after.time)
    differences.push({ field: 'time', before: String(before.time), after: String(after.time) });
  if (before.type !== after.type) differences.push({ field: 'type', before: before.type, after: after.type });
  if (before.tags.join(' ') !== after.tags.join(' '))
    differences.push(tagDifference(before.tags, after.tags));
  if (before.description !== after.description)
    differences.push({ field: 'description', ...lineDifference(before.description, after.description) });
  return differences;
}

// Those that went and those that came; all of them where only their order changed.
function tagDifference(before: readonly string[], after: readonly string[]): Difference {
  const gone = before.filter((tag) => !after.includes(tag));
  const come = after.filter((tag) => !before.includes(tag));
  const isOrder = gone.length + come.length === 0;
  return {
    field: 'tags',
    before: (isOrder ? before : gone).join(' '),
    after: (isOrder ? after : come).join(' '),
  };
}

// Without the lines at the begin and at the end that stayed as they were.
function lineDifference(before: string, after: string): { before: string; after: string } {
  const [old, now] = [before.split('\n'), after.split('\n')];
  const shorter = Math.min(old.length, now.length);
  let head = 0;
  while (head < shorter && old[head] === now[head]) head++;
  let tail = 0;
  while (tail < shorter - head && old.at(-1 - tail) === now.at(-1 - tail)) tail++;
  return {
    before: old.slice(head, old.length - tail).join('\n'),
    after: now.slice(head, now.length - tail).join('\n'),
  };
}
