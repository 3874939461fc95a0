// Caches the written type and tags of events: they repeat from event to event.

import { graphiteTags, joinSeries, type StoredEvent } from '@anthracite/protocol/core';
import { asciiJson } from './ascii';

/** Type and tags, written in several formats. */
export interface SeriesTexts {
  readonly type: string;
  /** The tags in Graphite's shape, as JSON. */
  readonly graphite: string;
  /** The members `type` and `tags` of a JSON object. */
  readonly json: string;
  /** In the form of the line protocol. */
  readonly line: string;
}

// All events with the same tags share one array.
const seriesTexts = new WeakMap<readonly string[], SeriesTexts>();

/** The written type and tags of an event. */
export function textsOf({ type, tags }: Pick<StoredEvent, 'type' | 'tags'>): SeriesTexts {
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
