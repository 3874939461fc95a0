// The formats that events are written in, by their names. Pure: an event in, text out.

import { formatTimestamp } from '@anthracite/protocol/core';
import { quoteJson } from './ascii';
import { atomFormat } from './atom';
import { csvFormat, rawCsvFormat } from './csv';
import type { EventFormat, FormatFacts } from './event-format';
import { htmlFormat } from './html';
import { icsFormat } from './ics';
import { graphiteFormat, jsonFormat, jsonpFormat, ndjsonFormat } from './json';
import { textsOf } from './series-texts';
import { timelineFormat } from './timeline';
import { xmlFormat } from './xml';

/** The line protocol: what goes out goes in again. */
const raw: EventFormat = {
  contentType: 'text/plain; charset=utf-8',
  extension: 'txt',
  isLossless: true,
  isFile: false,
  opening: () => '',
  separator: '',
  // A comment in the line format: whoever reads the lines in again passes over it.
  closing: (next) => (next === null ? '' : `# truncated: go on with after=${next}\n`),
  item: (event) => `${formatTimestamp(event.time)} ${textsOf(event).line} ${quoteJson(event.description)}\n`,
};

/** Writes nothing: its pages tell how far a list goes. */
const none: EventFormat = { ...raw, closing: () => '', item: () => '' };

/** All formats that are text, and among them some that only the server itself asks for. */
export const eventFormats = {
  graphite: graphiteFormat,
  json: jsonFormat,
  jsonp: jsonpFormat,
  ndjson: ndjsonFormat,
  raw,
  csv: csvFormat,
  rawCsv: rawCsvFormat,
  xml: xmlFormat,
  atom: atomFormat,
  ics: icsFormat,
  html: htmlFormat,
  timeline: timelineFormat,
  none,
} as const satisfies Record<string, EventFormat>;

/** How the events of a page can be written. */
export type PageFormat = keyof typeof eventFormats;

/** What `GET /events/<format>` answers. An `Accept` that likes several equally gets the first of them. */
export const listFormats = {
  html: htmlFormat,
  json: jsonFormat,
  jsonp: jsonpFormat,
  ndjson: ndjsonFormat,
  raw,
  csv: csvFormat,
  xml: xmlFormat,
  atom: atomFormat,
  ics: icsFormat,
  sqlite: {
    contentType: 'application/vnd.sqlite3',
    extension: 'db',
    isLossless: true,
    isFile: true,
  },
} as const satisfies Record<string, FormatFacts>;

/** The name of a format in `GET /events/<format>` and `anthracite export --format`. */
export type ListFormat = keyof typeof listFormats;

/** The names of all of them. */
export const listFormatNames = Object.keys(listFormats) as ListFormat[];
