// Writes events as an Atom feed (RFC 4287), for feed readers and chat. All texts are plain text, never markup.

import { joinSeries, type StoredEvent, titleOf } from '@anthracite/protocol/core';
import type { EventFormat, ListFrame } from './event-format';
import { isoInstant } from './instant';
import type { Revision } from './revision';
import { escapeXml, escapeXmlAttribute, speakable } from './xml';

/**
 * The permanent id of an entry, independent of the server's address: a UUID (version 8 of RFC 9562) from the event's
 * first time and id. It does not change when the event is edited.
 */
export function entryId(id: number, timeMs: number): string {
  // 48 bits of time, in two's complement, and 62 bits of id.
  const time = (timeMs < 0 ? timeMs + 2 ** 48 : timeMs).toString(16).padStart(12, '0');
  const high = Math.floor(id / 2 ** 48)
    .toString(16)
    .padStart(3, '0');
  const low = (id % 2 ** 48).toString(16).padStart(12, '0');
  return `urn:uuid:${time.slice(0, 8)}-${time.slice(8)}-8000-8${high}-${low}`;
}

function text(value: string): string {
  return escapeXml(speakable(value));
}

function attribute(value: string): string {
  return escapeXmlAttribute(speakable(value));
}

function opening({ base, self, next, now }: ListFrame): string {
  const linkTo = (path: string): string => attribute(new URL(path, base).href);
  const nextLink = next === null ? '' : `<link rel="next" href="${linkTo(next)}"/>\n`;
  return `<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:base="${attribute(base)}/">
<title>Anthracite events</title>
<id>${text(new URL(self, base).href)}</id>
<updated>${isoInstant(now)}</updated>
<author><name>Anthracite</name></author>
<link rel="self" type="application/atom+xml" href="${linkTo(self)}"/>
<link rel="alternate" type="text/html" href="${attribute(base)}/events/"/>
${nextLink}`;
}

function item({ id, time, type, tags, description }: StoredEvent, base = '', revision?: Revision): string {
  const categories = [type, ...tags].map((word) => `<category term="${attribute(word)}"/>`).join('');
  const title = titleOf(description).trim();
  return `<entry>
<id>${entryId(id, revision?.firstTime ?? time)}</id>
<title type="text">${text(title === '' ? joinSeries(type, tags) : title)}</title>
<updated>${isoInstant(revision?.at ?? time)}</updated>
<published>${isoInstant(time)}</published>
<link rel="alternate" type="text/html" href="${attribute(base)}/events/${id}"/>
${categories}
<content type="text">${text(description)}</content>
</entry>
`;
}

export const atomFormat: EventFormat = {
  contentType: 'application/atom+xml; charset=utf-8',
  extension: 'atom',
  isLossless: false,
  isFile: false,
  opening,
  separator: '',
  closing: () => '</feed>\n',
  item,
  takesRevisions: true,
};
