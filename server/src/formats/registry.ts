// How events are written, one format an entry. Pure: an event in, text out.

import {
  bodyOf,
  formatTimestamp,
  graphiteTags,
  graphiteWhen,
  joinSeries,
  type StoredEvent,
  titleOf,
} from '@anthracite/protocol/core';
import { htmlRow } from './html';

/** A way to write a list of events. */
export interface EventFormat {
  readonly contentType: string;
  /** What stands before the first event, between two, and after the last. */
  readonly opening: string;
  readonly separator: string;
  readonly closing: string;
  item(event: StoredEvent): string;
}

/** JSON in ASCII, as Graphite writes it. */
export function asciiJson(value: unknown): string {
  return toAscii(JSON.stringify(value));
}

const escapes: string[] = [];

function toAscii(json: string): string {
  if (!/[\u007f-\uffff]/.test(json)) return json;
  return json.replace(/[\u007f-\uffff]/g, (c) => {
    const code = c.charCodeAt(0);
    escapes[code] ??= `\\u${code.toString(16).padStart(4, '0')}`;
    return escapes[code];
  });
}

/** What the formats write of a type and its tags. */
interface SeriesTexts {
  readonly type: string;
  readonly graphite: string;
  readonly json: string;
  readonly line: string;
}

// Type and tags repeat from event to event, and a list of them is one array for all its events.
const seriesTexts = new WeakMap<readonly string[], SeriesTexts>();

function textsOf({ type, tags }: StoredEvent): SeriesTexts {
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

// The same as JSON of `toGraphite(event)`, without the objects in between.
function graphiteItem(event: StoredEvent): string {
  const { id, time, description } = event;
  const body = bodyOf(description);
  const what = JSON.stringify(titleOf(description));
  const data = body === '' ? '""' : JSON.stringify(body);
  const { graphite } = textsOf(event);
  return toAscii(
    `{"when":${graphiteWhen(time)},"what":${what},"data":${data},"tags":${graphite},"id":${id}}`,
  );
}

/** How the events of a list can be written. */
export type PageFormat = 'graphite' | 'json' | 'raw' | 'html';

export const eventFormats: Readonly<Record<PageFormat, EventFormat>> = {
  graphite: {
    contentType: 'application/json',
    opening: '[',
    separator: ', ',
    closing: ']',
    item: graphiteItem,
  },
  json: {
    contentType: 'application/json',
    opening: '[',
    separator: ',\n',
    closing: ']\n',
    item: (event) =>
      `{"id":${event.id},"time":${event.time},${textsOf(event).json},"description":${JSON.stringify(event.description)}}`,
  },
  raw: {
    contentType: 'text/plain; charset=utf-8',
    opening: '',
    separator: '',
    closing: '',
    item: (event) =>
      `${formatTimestamp(event.time)} ${textsOf(event).line} ${JSON.stringify(event.description)}\n`,
  },
  html: {
    contentType: 'text/html; charset=utf-8',
    opening: '',
    separator: '',
    closing: '',
    item: htmlRow,
  },
};
