// Lists the formats of events, by name. Pure: an event in, text out.

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

/** The line protocol, which can be imported again. */
const raw: EventFormat = {
  contentType: 'text/plain; charset=utf-8',
  extension: 'txt',
  isLossless: true,
  isFile: false,
  opening: () => '',
  separator: '',
  // A comment in the line format, which readers skip.
  closing: (next) => (next === null ? '' : `# truncated: continue with after=${next}\n`),
  item: (event) => `${formatTimestamp(event.time)} ${textsOf(event).line} ${quoteJson(event.description)}\n`,
};

/** All text formats, including some for internal use. */
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
} as const satisfies Record<string, EventFormat>;

/** The formats of a page of events. */
export type PageFormat = keyof typeof eventFormats;

/** The formats of `GET /events/<format>`. If `Accept` prefers several equally, the first of them is used. */
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

/** The names of all formats. */
export const listFormatNames = Object.keys(listFormats) as ListFormat[];
