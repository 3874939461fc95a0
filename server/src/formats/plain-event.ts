// Writes a grouped event for formats without groups. Pure.

import { describeGroup, type GroupedEvent, type StoredEvent, titleOf } from '@anthracite/protocol/core';

/** A grouped event as a plain event whose title describes its group. */
export function asPlainEvent({ group, ...event }: GroupedEvent): StoredEvent {
  if (group === undefined) return event;
  const title = titleOf(event.description);
  return {
    ...event,
    description: `${title} (${describeGroup(group)})${event.description.slice(title.length)}`,
  };
}
