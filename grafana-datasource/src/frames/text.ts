// Converts untrusted text to HTML that shows it as written, with links. Pure.

import { textUtil } from '@grafana/data';

/** Tooltips shorten longer texts. */
export const maxTooltipChars = 2_000;

// Addresses of code hosts are often written without https://.
const linkForm =
  /(?<![\p{L}\p{N}_@./-])(?:https?:\/\/|(?:www\.)?(?:github\.com|gitlab\.com|bitbucket\.org)\/)(?:[^\s<>"'`\\^{|},;\u0000-\u001f\u007f-\u009f]|[,;](?!https?:\/\/))+/giu;
// Punctuation after an address, which is not part of it.
const behindLink = /[.,;:!?'*_~]+$/;

/** A text, shortened with `...` if it is longer than `maxChars`. */
export function shorten(text: string, maxChars: number): string {
  return text.length <= maxChars ? text : `${text.slice(0, maxChars).replace(/[\ud800-\udbff]$/, '')}...`;
}

/**
 * A text as HTML: markup is escaped, web addresses are links, line breaks and spaces stay. Characters that change the text direction
 * have no effect after the text.
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

/** A link that opens in a new tab. `html` is its content. */
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

// A closing bracket is part of an address only if the address contains the opening bracket.
function trimLink(found: string): string {
  const url = found.replace(behindLink, '');
  const opened = url.split('(').length;
  return url.endsWith(')') && url.split(')').length > opened ? trimLink(url.slice(0, -1)) : url;
}
