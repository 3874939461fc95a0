// What formats write of a type and its tags, remembered: they repeat from event to event.

import { graphiteTags, joinSeries, type StoredEvent } from '@anthracite/protocol/core';
import { asciiJson } from './ascii';

/** Type and tags, written. */
export interface SeriesTexts {
  readonly type: string;
  /** The tags of Graphite's view, as JSON. */
  readonly graphite: string;
  /** The members `type` and `tags` of a JSON object. */
  readonly json: string;
  /** As a line has them. */
  readonly line: string;
}

// A list of tags is one array for all events that have it.
const seriesTexts = new WeakMap<readonly string[], SeriesTexts>();

/** The texts of an event's type and tags. */
export function textsOf({ type, tags }: StoredEvent): SeriesTexts {
  const known = seriesTexts.get(tags);
  if (known?.type === type) return known;
  const texts: SeriesTexts = {
    type,
    graphite: asciiJson(graphiteTags(type, tags)),
    json: `"type":${JSON.stringify(type)},"tags":${JSON.stringify(tags)}`,
    line: joinSeries(type, tags),
  };
  seriesTexts.set(tags, texts);
  return texts;
}
