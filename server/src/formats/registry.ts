// How events are written, one format an entry. Pure: an event in, text out.

import { formatLine, type StoredEvent, toGraphite } from '@anthracite/protocol';
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
  return JSON.stringify(value).replace(
    /[\u007f-\uffff]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
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
    item: (event) => asciiJson(toGraphite(event)),
  },
  json: {
    contentType: 'application/json',
    opening: '[',
    separator: ',\n',
    closing: ']\n',
    item: ({ id, time, type, tags, description }) => JSON.stringify({ id, time, type, tags, description }),
  },
  raw: {
    contentType: 'text/plain; charset=utf-8',
    opening: '',
    separator: '',
    closing: '',
    item: (event) => `${formatLine(event)}\n`,
  },
  html: {
    contentType: 'text/html; charset=utf-8',
    opening: '',
    separator: '',
    closing: '',
    item: htmlRow,
  },
};
