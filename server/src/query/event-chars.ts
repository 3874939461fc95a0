// Measures the length of an event, to limit the size of answers. Pure.

import type { Event } from '@anthracite/protocol/core';

/** The characters of an event's tags and description together. */
export function charsOfEvent({ tags, description }: Pick<Event, 'tags' | 'description'>): number {
  return tags.reduce((sum, tag) => sum + tag.length, description.length);
}
