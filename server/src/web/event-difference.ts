// The differences between two versions of an event, by field. Pure.

import type { Event } from '@anthracite/protocol/browser';

/** A field that differs; a text is empty where the field was added or removed. */
export interface Difference {
  readonly field: 'time' | 'type' | 'tags' | 'description';
  /** Texts; for a time, milliseconds since the epoch. */
  readonly before: string;
  readonly after: string;
}

/** The differences between the old and the new version of an event. */
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

// Removed and added tags; all tags if only their order changed.
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

// Without unchanged lines at the start and at the end.
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
