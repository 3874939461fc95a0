// Text of strangers as HTML that shows it as it was written, with its links to be clicked. Pure.

import { textUtil } from '@grafana/data';

/** Of longer texts a tooltip shows the begin. */
export const maxTooltipChars = 2_000;

// Addresses of the places where code is kept are often written without https://.
const linkForm =
  /(?<![\p{L}\p{N}_@./-])(?:https?:\/\/|(?:www\.)?(?:github\.com|gitlab\.com|bitbucket\.org)\/)[^\s<>"'`\\^{|}\u0000-\u001f\u007f-\u009f]+/giu;
// What ends a sentence, and does not belong to the address in it.
const behindLink = /[.,;:!?'*_~]+$/;

/** The first line of a description. */
export function titleOf(description: string): string {
  return description.split('\n', 1)[0] ?? '';
}

/** What follows the first line. */
export function bodyOf(description: string): string {
  return description.slice(titleOf(description).length + 1);
}

/** A text, cut with `...` where it is longer than `maxChars`. */
export function shorten(text: string, maxChars: number): string {
  return text.length <= maxChars ? text : `${text.slice(0, maxChars).replace(/[\ud800-\udbff]$/, '')}...`;
}

/**
 * A text as HTML: nothing in it is markup, addresses of the web are links, line ends and blanks stay. Signs that turn the
 * direction of writing around end with the text.
 */
export function toHtml(text: string): string {
  let html = '';
  let upto = 0;
  for (const { 0: found, index } of text.matchAll(linkForm)) {
    const url = trimLink(found);
    html += escapeText(text.slice(upto, index)) + linkTo(withScheme(url), escapeText(url));
    upto = index + url.length;
  }
  return `<bdi>${html}${escapeText(text.slice(upto))}</bdi>`;
}

/** A link that opens in a tab of its own. `html` is what it shows. */
export function linkTo(url: string, html: string): string {
  return `<a href="${textUtil.escapeHtml(textUtil.sanitizeUrl(url))}" target="_blank" rel="noopener noreferrer">${html}</a>`;
}

function escapeText(text: string): string {
  return textUtil
    .escapeHtml(text)
    .replace(/\r\n?|[\n\u2028\u2029]/g, '<br/>')
    .replaceAll('\t', '    ')
    .replace(/[\u0000-\u001f\u007f-\u009f]/g, '\ufffd')
    .replace(/ (?= )|(?<=<br\/>) /g, '\u00a0');
}

function withScheme(url: string): string {
  return /^https?:/i.test(url) ? url : `https://${url}`;
}

// A closing bracket belongs to an address that has the opening one.
function trimLink(found: string): string {
  const url = found.replace(behindLink, '');
  const opened = url.split('(').length;
  return url.endsWith(')') && url.split(')').length > opened ? trimLink(url.slice(0, -1)) : url;
}
