// Events as XML 1.0. docs/schemas/events.xsd describes it. Lossless: see `xmlText`.

import type { StoredEvent } from '@anthracite/protocol/core';
import type { EventFormat } from './event-format';
import { isoInstant } from './instant';

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  // A parser would make a new line of it.
  '\r': '&#13;',
  // And these, in an attribute, a blank.
  '\n': '&#10;',
  '\t': '&#9;',
};

/** What XML 1.0 has no place for, not even as a reference. */
const unspeakable = /[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/;

/** Makes text safe between tags. It must not have what XML cannot hold. */
export function escapeXml(text: string): string {
  return /[&<>\r]/.test(text) ? text.replace(/[&<>\r]/g, (c) => entities[c] ?? c) : text;
}

/** Makes text safe in an attribute between double quotes. */
export function escapeXmlAttribute(text: string): string {
  return text.replace(/[&<>"\r\n\t]/g, (c) => entities[c] ?? c);
}

/** The text with what XML cannot hold shown as U+FFFD: for formats of which nothing is read back. */
export function speakable(text: string): string {
  return unspeakable.test(text) ? text.replace(new RegExp(unspeakable, 'g'), '\ufffd') : text;
}

/**
 * An element with a text. Text with characters that XML cannot hold is written as a JSON string, and the element says so:
 * `<description encoding="json">"bell \u0007"</description>`.
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
