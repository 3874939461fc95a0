// Writes events as XML 1.0, described by docs/schemas/events.xsd. Lossless: see `xmlText`.

import type { StoredEvent } from '@anthracite/protocol/core';
import type { EventFormat } from './event-format';
import { isoInstant } from './instant';

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  // A parser would convert it to a line feed.
  '\r': '&#13;',
  // In an attribute, a parser would convert these to spaces.
  '\n': '&#10;',
  '\t': '&#9;',
};

/** Characters that XML 1.0 cannot contain, not even as references. */
const unspeakable = /[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/;

/** Makes text safe between tags. It must not contain characters that XML cannot contain. */
export function escapeXml(text: string): string {
  return /[&<>\r]/.test(text) ? text.replace(/[&<>\r]/g, (c) => entities[c] ?? c) : text;
}

/** Makes text safe in an attribute between double quotes. */
export function escapeXmlAttribute(text: string): string {
  return text.replace(/[&<>"\r\n\t]/g, (c) => entities[c] ?? c);
}

/** The text with U+FFFD for characters that XML cannot contain: for formats that are not read back. */
export function speakable(text: string): string {
  return unspeakable.test(text) ? text.replace(new RegExp(unspeakable, 'g'), '\ufffd') : text;
}

/**
 * An element with a text. If the text has characters that XML cannot contain, it is written as a JSON string, with an
 * attribute: `<description encoding="json">"bell \u0007"</description>`.
 */
function element(name: string, text: string): string {
  if (!unspeakable.test(text)) return `<${name}>${escapeXml(text)}</${name}>`;
  const json = JSON.stringify(text).replace(/[\ufffe\uffff]/g, (c) => `\\u${c.charCodeAt(0).toString(16)}`);
  return `<${name} encoding="json">${escapeXml(json)}</${name}>`;
}

export const xmlFormat: EventFormat = {
  contentType: 'application/xml; charset=utf-8',
  extension: 'xml',
  isLossless: true,
  isFile: false,
  opening: () => '<?xml version="1.0" encoding="UTF-8"?>\n<events>\n',
  separator: '',
  closing: (next) => `${next === null ? '' : `<truncated next="${escapeXmlAttribute(next)}"/>\n`}</events>\n`,
  item: ({ id, time, type, tags, description }: StoredEvent) => {
    let written = `<event id="${id}" time="${time}" date="${isoInstant(time)}">${element('type', type)}`;
    for (const tag of tags) written += element('tag', tag);
    return `${written}${element('description', description)}</event>\n`;
  },
};
