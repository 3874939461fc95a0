// Writes events as HTML. All texts come from clients, and are escaped.

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
  return `<tr><td><a href="events/${id}">${readableInstant(time)}</a></td><td>${escapeHtml(titleOf(description))}</td><td>${escapeHtml(
    graphiteTags(type, tags).join(' '),
  )}</td></tr>\n`;
}

/** The page of one event. */
export function htmlEvent(event: StoredEvent, key: string | null): string {
  const { time, type, tags, description } = event;
  const title = escapeHtml(titleOf(description));
  return htmlPage(
    titleOf(description),
    `<h1>${title}</h1>
<table>
<tr><td>when</td><td>${readableInstant(time)}</td></tr>
<tr><td>tags</td><td>${escapeHtml(graphiteTags(type, tags).join(' '))}</td></tr>
<tr><td>data</td><td>${escapeHtml(bodyOf(description))}</td></tr>
${key === null ? '' : `<tr><td>key</td><td>${escapeHtml(key)}</td></tr>\n`}</table>
`,
  );
}

/** A whole page. `title` is escaped here, `body` is already HTML. */
export function htmlPage(title: string, body: string): string {
  return `${htmlHead(title, '')}${body}${htmlFoot}`;
}

/** The start of a page, up to its body. */
function htmlHead(title: string, ownTags: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>${escapeHtml(title)} - Anthracite</title>
${ownTags}</head>
<body>
`;
}

/** The end of a page, after its body. */
export const htmlFoot = '</body>\n</html>\n';

/** The start of a list of events, before its rows. Links are relative to `root`, the path of the server. */
export function htmlTableHead(root: string): string {
  return `${htmlHead('Events', `<base href="${escapeHtml(root)}">\n`)}<h1>Events</h1>
<table>
<tr><th>when</th><th>what</th><th>tags</th></tr>
`;
}

// The next page of a posted list has no URL.
function goOn(cursor: string | null, next: string | null): string {
  if (cursor === null) return '';
  if (next === null) return `<p>truncated: post the same form with after=${cursor} to continue</p>\n`;
  return `<p>truncated: <a rel="next" href="${escapeHtml(next)}">continue</a></p>\n`;
}

/** A table of events, which `GET /events/` shows too. */
export const htmlFormat: EventFormat = {
  contentType: 'text/html; charset=utf-8',
  extension: 'html',
  isLossless: false,
  isFile: false,
  opening: ({ root }) => htmlTableHead(root),
  separator: '',
  closing: (cursor, { next }) => `</table>\n${goOn(cursor, next)}${htmlFoot}`,
  item: row,
};
