// Writes events as JSON, in Graphite's shape and in our own: as one document, as JSONP, and one per line.

import {
  bodyOf,
  type GroupedEvent,
  graphiteWhen,
  type StoredEvent,
  titleOf,
} from '@anthracite/protocol/core';
import { isPlain, quoteJson, toAscii } from './ascii';
import type { EventFormat } from './event-format';
import { textsOf } from './series-texts';

// The JSON of `toGraphite(event)`, without creating that object.
function graphiteItem(event: StoredEvent): string {
  const { id, time, description } = event;
  const { graphite } = textsOf(event);
  if (isPlain(description)) {
    return `{"when":${graphiteWhen(time)},"what":"${description}","data":"","tags":${graphite},"id":${id}}`;
  }
  const body = bodyOf(description);
  const what = JSON.stringify(titleOf(description));
  const data = body === '' ? '""' : JSON.stringify(body);
  return toAscii(
    `{"when":${graphiteWhen(time)},"what":${what},"data":${data},"tags":${graphite},"id":${id}}`,
  );
}

function jsonItem(event: GroupedEvent): string {
  const { id, time, description, group } = event;
  const folded = group === undefined ? '' : `,"group":${JSON.stringify(group)}`;
  return `{"id":${id},"time":${time},${textsOf(event).json},"description":${quoteJson(description)}${folded}}`;
}

const opening = '{"events":[\n';

function closing(next: string | null): string {
  return next === null
    ? '\n],"truncated":false}\n'
    : `\n],"truncated":true,"next":${JSON.stringify(next)}}\n`;
}

/** The answer of `GET /events/get_data`. */
export const graphiteFormat: EventFormat = {
  contentType: 'application/json',
  extension: 'json',
  isLossless: false,
  isFile: false,
  opening: () => '[',
  separator: ', ',
  closing: () => ']',
  item: graphiteItem,
  written: { shape: 'graphite', end: '' },
};

export const jsonFormat: EventFormat = {
  contentType: 'application/json',
  extension: 'json',
  isLossless: true,
  isFile: false,
  opening: () => opening,
  separator: ',\n',
  closing,
  item: jsonItem,
  written: { shape: 'json', end: '' },
  takesGroups: true,
};

const { written: _, ...unwritten } = jsonFormat;
export const jsonpFormat: EventFormat = {
  ...unwritten,
  contentType: 'text/javascript; charset=utf-8',
  extension: 'js',
  isLossless: false,
  // The comment keeps the caller from choosing the first bytes of the answer.
  opening: ({ callback }) => `/**/${callback}(${opening}`,
  closing: (next) => `${closing(next).trimEnd()});\n`,
  // Old browsers end a string at a line separator; ASCII does not contain any.
  item: (event) => toAscii(jsonItem(event)),
};

export const ndjsonFormat: EventFormat = {
  contentType: 'application/x-ndjson',
  extension: 'ndjson',
  isLossless: true,
  isFile: true,
  opening: () => '',
  separator: '',
  // No last line that says where the list continues: data tools would read it as an event. The header Link says it.
  closing: () => '',
  item: (event) => `${jsonItem(event)}\n`,
  written: { shape: 'json', end: '\n' },
  takesGroups: true,
};
