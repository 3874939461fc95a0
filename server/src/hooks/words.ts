// Writes types, tags and descriptions of events from texts of other programs. Pure.

import { cleanText, safeText, toTagWord } from '@anthracite/protocol/change';
import { markSuffixes } from '@anthracite/protocol/core';

const maxTitleChars = 300;
const maxLinkChars = 1_000;
const maxBodyChars = 4_096;
const maxTags = 30;
const maxTypeBytes = 200;

const suffixForm = new RegExp(
  `_(${Object.keys(markSuffixes)
    .map((suffix) => suffix.slice(1))
    .join('|')})$`,
);

/** A word for a type. A name that ends like a mark, such as `kick_start`, gets a hyphen there, so that it marks nothing. */
export function nameWord(text: string): string {
  return toTagWord(text).replace(suffixForm, '-$1');
}

/** A type from a stem and a name: `deploy_shop`. Without a name, it is the stem. */
export function typeWord(stem: string, name: string): string {
  const word = nameWord(name);
  return cutBytes(word === '' ? stem : `${stem}_${word}`, maxTypeBytes);
}

/** The text up to at most `maxBytes` bytes of UTF-8. */
export function cutBytes(text: string, maxBytes: number): string {
  if (text.length * 3 <= maxBytes || Buffer.byteLength(text) <= maxBytes) return text;
  let bytes = 0;
  let kept = '';
  for (const char of text) {
    bytes += Buffer.byteLength(char);
    if (bytes > maxBytes) break;
    kept += char;
  }
  return kept;
}

/**
 * Pairs of keys and values as tags: without empty values and repeated tags, at most 30. Secrets in values are masked. A value with
 * an empty key is a tag of one word.
 */
export function pairTags(pairs: readonly (readonly [string, string])[]): string[] {
  const tags = pairs.flatMap(([key, value]) => {
    const [name, word] = [toTagWord(key).replaceAll('=', '_'), toTagWord(safeText(value, 200))];
    return word === '' ? [] : [name === '' ? word : `${name}=${word}`];
  });
  return [...new Set(tags)].slice(0, maxTags);
}

const keyForm = /^([\p{L}_][\p{L}\p{N}_.-]*) *: *(.+)$/su;

/**
 * A tag of another program as a tag: `env: prod` and `env:prod` become `env=prod`, other blanks `_`. A time (`10:15`) and an
 * address (`http://host`) are not pairs. `''` for a tag without content.
 */
export function wordOfTag(text: string): string {
  const clean = cleanText(text).replace(/ *:$/, '');
  const [, key = '', value = ''] = keyForm.exec(clean) ?? [];
  const isPair = key !== '' && !value.startsWith('//') && !key.includes('=');
  return clean.startsWith(':') ? '' : toTagWord(isPair ? `${key}=${value}` : clean);
}

/** A description: a title of one line, links, and the beginning of a longer text. Secrets are masked. */
export function describe(title: string, links: readonly string[] = [], body = ''): string {
  const lines = [
    safeText(title, maxTitleChars),
    ...new Set(links.map(cleanLink).filter((link) => link !== '')),
    ...safeLines(body),
  ];
  return lines.filter((line, i) => i === 0 || line !== '').join('\n');
}

/** The text, line by line: cleaned, with secrets masked, at most 4,096 characters. */
export function safeLines(text: string): string[] {
  const lines: string[] = [];
  let left = maxBodyChars;
  for (const line of text.slice(0, 4 * maxBodyChars).split(/\r\n|\r|\n/)) {
    const safe = safeText(line, left);
    left -= safe.length + 1;
    lines.push(safe);
    if (left < 10) break;
  }
  while (lines.at(-1) === '') lines.pop();
  return lines;
}

const userPart = /^(https?:\/\/)[^/?#]*@/i;

/** An http address on one line, without user and password; `''` for anything else. */
export function cleanLink(link: string): string {
  const clean = cleanText(link);
  if (!/^https?:\/\/\S+$/i.test(clean) || clean.length > maxLinkChars) return '';
  return safeText(clean.replace(userPart, '$1'), maxLinkChars);
}

/** The first 12 characters of a hash of a commit. */
export function shortCommit(commit: string): string {
  return /^[0-9a-f]{7,64}$/i.test(commit) ? commit.slice(0, 12).toLowerCase() : '';
}

/** A tag of another program as a pair for `pairTags`. */
export function pairOfTag(text: string): readonly [string, string] {
  const tag = wordOfTag(text);
  const at = tag.indexOf('=');
  return at > 0 ? [tag.slice(0, at), tag.slice(at + 1)] : ['', tag];
}
