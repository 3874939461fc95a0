// Events as HTML. Every text is escaped: it is data of strangers.

import { bodyOf, graphiteTags, type StoredEvent, titleOf } from '@anthracite/protocol/core';

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

/** `2026-11-24 10:15:00 UTC`, with milliseconds where there are some. */
export function formatUtc(timeMs: number): string {
  return `${new Date(timeMs).toISOString().replace('T', ' ').replace('.000Z', '').replace('Z', '')} UTC`;
}

/** One row of the list of events. */
export function htmlRow(event: StoredEvent): string {
  const { id, time, type, tags, description } = event;
  return `<tr><td><a href="/events/${id}">${formatUtc(time)}</a></td><td>${escapeHtml(titleOf(description))}</td><td>${escapeHtml(
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
<tr><td>when</td><td>${formatUtc(time)}</td></tr>
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
export function htmlHead(title: string): string {
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
