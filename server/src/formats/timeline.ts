// Writes events for drawing: as JSON with their severity, and with descriptions limited to a readable length.

import { describeGroup, type GroupedEvent, parseScale } from '@anthracite/protocol/core';
import { quoteJson } from './ascii';
import type { EventFormat } from './event-format';
import { jsonFormat } from './json';
import { textsOf } from './series-texts';

/** Longer descriptions are truncated; in characters, those outside the basic plane count as two. */
export const maxDrawnChars = 10_000;

function item({ id, time, type, tags, description, group }: GroupedEvent): string {
  const { scale, severity } = parseScale(type, tags);
  const isCut = description.length > maxDrawnChars;
  const text = isCut ? description.slice(0, maxDrawnChars).replace(/[\ud800-\udbff]$/, '') : description;
  const folded =
    group === undefined ? '' : `,"group":${JSON.stringify({ ...group, summary: describeGroup(group) })}`;
  const series = textsOf({ type, tags }).json;
  return `{"id":${id},"time":${time},${series},"scale":"${scale}","severity":${severity},"description":${quoteJson(text)},"isCut":${isCut}${folded}}`;
}

const { written: _, ...unwritten } = jsonFormat;
/** The events of `GET /events/timeline`. */
export const timelineFormat: EventFormat = { ...unwritten, isLossless: false, item };
