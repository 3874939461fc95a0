// How an event that stands for several is written by formats that know no groups. Pure.

import { describeGroup, type GroupedEvent, type StoredEvent, titleOf } from '@anthracite/protocol/core';

/** A grouped event as one that formats without groups can write: its title says what was folded into it. */
export function asPlainEvent({ group, ...event }: GroupedEvent): StoredEvent {
  if (group === undefined) return event;
  const title = titleOf(event.description);
  return {
    ...event,
    description: `${title} (${describeGroup(group)})${event.description.slice(title.length)}`,
  };
}
