// Events as HTML. Every text is escaped: it is data of strangers.

import { bodyOf, graphiteTags, type StoredEvent, titleOf } from '@anthracite/protocol/core';
import type { EventFormat } from './event-format';
import { readableInstant } from './instant';

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Makes text safe between tags and inside quoted attributes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (c) => entities[c] ?? c);
}

function row(event: StoredEvent): string {
  const { id, time, type, tags, description } = event;
  return `<tr><td><a href="/events/${id}">${readableInstant(time)}</a></td><td>${escapeHtml(titleOf(description))}</td><td>${escapeHtml(
    graphiteTags(type, tags).join(' '),
  )}</td></tr>\n`;
}

/** The page of one event. */
export function htmlEvent(event: StoredEvent): string {
  const { time, type, tags, description } = event;
  const title = escapeHtml(titleOf(description));
  return htmlPage(
    titleOf(description),
    `<h1>${title}</h1>
<table>
<tr><td>when</td><td>${readableInstant(time)}</td></tr>
<tr><td>tags</td><td>${escapeHtml(graphiteTags(type, tags).join(' '))}</td></tr>
<tr><td>data</td><td>${escapeHtml(bodyOf(description))}</td></tr>
</table>
`,
  );
}

/** A whole page. `title` is escaped here, `body` is HTML already. */
export function htmlPage(title: string, body: string): string {
  return `${htmlHead(title)}${body}${htmlFoot}`;
}

/** What stands before a page's body. */
function htmlHead(title: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>${escapeHtml(title)} - Anthracite</title>
</head>
<body>
`;
}

/** What stands after it. */
export const htmlFoot = '</body>\n</html>\n';

/** What stands before the rows of a list of events. */
export const htmlTableHead = `${htmlHead('Events')}<h1>Events</h1>
<table>
<tr><th>when</th><th>what</th><th>tags</th></tr>
`;

/** A table of events, as `GET /events/` shows it too. */
export const htmlFormat: EventFormat = {
  contentType: 'text/html; charset=utf-8',
  extension: 'html',
  isLossless: false,
  isFile: false,
  opening: () => htmlTableHead,
  separator: '',
  closing: (_next, { next }) =>
    `</table>\n${next === null ? '' : `<p>truncated: <a rel="next" href="${escapeHtml(next)}">go on</a></p>\n`}${htmlFoot}`,
  item: row,
};
