// Writes the description of a change that a tool made: a short title, and a body with one resource per line. Pure.
//
//     web01.example.com: 3 changed: File[/etc/app.conf] content, Service[webapp], +1 more
//
// The Ruby senders produce the same bytes: see puppet-reporter/module/lib/puppet_x/anthracite/change_text.rb.

import { cleanText, countChars, cutPath, cutText } from './clean-text';
import { commandTitle, maskSecrets, runsCommands } from './secrets';

/** Untrusted text, cleaned and with masked secrets, at most `maxChars` characters. */
export function safeText(text: string, maxChars: number): string {
  return cutText(maskSecrets(cleanText(text)), maxChars);
}

const maxReferenceChars = 80;

/**
 * A resource as `Type[title]`, at most 80 characters. Keeps the end of a long path, and only the program of a title that is
 * a command.
 */
export function formatReference(type: string, title: string): string {
  const kind = cutText(cleanText(type), maxReferenceChars / 2);
  const clean = cleanText(title);
  const shortened = runsCommands(kind) ? commandTitle(clean) : clean;
  const name = shortened === clean ? maskSecrets(clean) : shortened;
  const room = maxReferenceChars - countChars(kind) - 2;
  return `${kind}[${name.startsWith('/') && !name.includes(' ') ? cutPath(name, room) : cutText(name, room)}]`;
}

const minRun = 3;
const numbered = /^(.*?)([0-9]{1,15})([^0-9]*)$/;

/**
 * Joins runs of three or more consecutively numbered names, and counts the names of each run: `web01`, `web02`, `web03` become
 * `web01..web03`.
 */
export function runsOf(names: readonly string[]): ChangeItem[] {
  const runs: ChangeItem[] = [];
  for (let start = 0; start < names.length; ) {
    let end = start;
    while (isNext(names[end] ?? '', names[end + 1])) end++;
    const first = names[start] ?? '';
    const count = end - start + 1;
    if (count >= minRun) runs.push({ text: joinRun(first, names[end] ?? ''), count });
    else runs.push({ text: first, count: 1 });
    start += count >= minRun ? count : 1;
  }
  return runs;
}

function joinRun(first: string, last: string): string {
  return `${first.replace(/\]$/, '')}..${last.replace(/^.*\//, '').replace(/^[^[]*\[/, '')}`;
}

function isNext(name: string, next: string | undefined): boolean {
  const [, before, number = '', after] = numbered.exec(name) ?? [];
  const [, nextBefore, nextNumber = '', nextAfter] = numbered.exec(next ?? '') ?? [];
  if (number === '' || before !== nextBefore || after !== nextAfter) return false;
  const counted = String(Number(number) + 1);
  return nextNumber === counted.padStart(number.length, '0');
}

/** A duration: `0.04s`, `1.7s`, `45s`, `3m20s`, `2h5m`. */
export function formatDuration(seconds: number): string {
  const hundredths = Math.round(seconds * 100);
  if (hundredths < 100) return `0.${String(hundredths).padStart(2, '0')}s`;
  const tenths = Math.round(seconds * 10);
  if (tenths < 100) return `${Math.floor(tenths / 10)}.${tenths % 10}s`;
  const whole = Math.round(seconds);
  if (whole < 120) return `${whole}s`;
  if (whole < 7_200) return `${Math.floor(whole / 60)}m${whole % 60}s`;
  return `${Math.floor(whole / 3_600)}h${Math.floor((whole % 3_600) / 60)}m`;
}

/** An entry in the list of resources: its text, and its number of resources. */
export interface ChangeItem {
  readonly text: string;
  readonly count: number;
  /** A shorter text for the title; the default is `text`. */
  readonly short?: string;
}

/**
 * A list of resources as items. Consecutively numbered resources with the same change become one item:
 * `File[/etc/1.conf..9.conf] content`.
 */
export function toItems(
  resources: readonly { readonly reference: string; readonly what: string }[],
): ChangeItem[] {
  const items: ChangeItem[] = [];
  for (let start = 0; start < resources.length; ) {
    const what = resources[start]?.what ?? '';
    let end = start;
    while (end < resources.length && resources[end]?.what === what) end++;
    for (const { text, count } of runsOf(resources.slice(start, end).map(({ reference }) => reference))) {
      items.push({ text: what === '' ? text : `${text} ${what}`, count });
    }
    start = end;
  }
  return items;
}

/** The parts of a description. All texts must be clean and masked. */
export interface ChangeText {
  readonly host: string;
  /** What happened, in a few words: `3 changed`. */
  readonly what: string;
  /** Why the run as a whole failed; `''` if its resources show the reason. */
  readonly why: string;
  /** The full reason, for the body. */
  readonly details: string;
  /** The changed resources, most important first. */
  readonly items: readonly ChangeItem[];
  /** The total number of resources; resources that are in no item appear as a count. */
  readonly total: number;
  /** Environment, version and duration: `production 4f2c9d1 in 1.7s`. */
  readonly context: string;
  /** The URL of a page with details, for the last line; `''` without one. */
  readonly link: string;
}

const maxTitleChars = 100;
/** Maximum characters of a host name in a title. */
export const maxHostChars = 60;

/**
 * The description of a change, at most `maxChars` characters without the link. The title has at most 100 characters and as many
 * items as fit. The body has the context, the reason and one item per line, except those that are complete in the title.
 */
export function formatChange(parts: ChangeText, maxChars: number): string {
  const { host, what, why, details, items, total, context, link } = parts;
  const head = host === '' ? what : `${host}: ${what}`;
  const room = Math.min(maxTitleChars, maxChars);
  const title = why === '' ? titleOf(head, items, total, room) : cutText(`${head}: ${why}`, room);
  const isAllInTitle = why === '' && title === `${head}: ${items.map(({ text }) => text).join(', ')}`;
  const body = [
    ...(context === '' ? [] : [context]),
    ...(details === '' || title.endsWith(details) ? [] : [details]),
    ...(isAllInTitle ? [] : listLines(items, total)),
  ];
  const lines = [title];
  let left = maxChars - countChars(title);
  for (const [i, line] of body.entries()) {
    const isLast = i === body.length - 1;
    left -= countChars(line) + 1;
    // Keeps room for the marker that more lines follow.
    if (left < (isLast ? 0 : more.length + 1)) {
      if (left + countChars(line) >= more.length) lines.push(more);
      break;
    }
    lines.push(line);
  }
  return [...lines, ...(link === '' ? [] : [link])].join('\n');
}

const more = '...';

function listLines(items: readonly ChangeItem[], total: number): string[] {
  const rest = total - items.reduce((sum, { count }) => sum + count, 0);
  return [...items.map(({ text }) => text), ...(items.length > 0 && rest > 0 ? [`+${rest} more`] : [])];
}

function titleOf(head: string, items: readonly ChangeItem[], total: number, maxChars: number): string {
  let title = cutText(head, maxChars);
  for (let named = items.length; named > 0; named--) {
    const shown = items.slice(0, named);
    const rest = total - shown.reduce((sum, { count }) => sum + count, 0);
    const texts = [...shown.map(({ short, text }) => short ?? text), ...(rest > 0 ? [`+${rest} more`] : [])];
    title = `${head}: ${texts.join(', ')}`;
    if (countChars(title) <= maxChars) break;
  }
  return cutText(title, maxChars);
}

/** Environment, version of the code, and duration: `production 4f2c9d1 in 1.7s`. */
export function formatContext(environment: string, version: string, duration: string): string {
  const where = [environment, version].filter((part) => part !== '').join(' ');
  return [where, ...(duration === '' ? [] : [`in ${duration}`])].filter((part) => part !== '').join(' ');
}

/**
 * Fills the placeholders of a link: `https://puppetboard/report/%h/%u`. Values are URL-encoded; unknown placeholders stay
 * unchanged. `''` if the result is not an http or https URL.
 */
export function formatLink(template: string, places: Readonly<Record<string, string>>): string {
  const link = template.replace(/%([a-z])/g, (place, name: string) =>
    Object.hasOwn(places, name) ? encodeUrlPart(places[name] ?? '') : place,
  );
  return /^https?:\/\/[!-~]+$/.test(link) ? link : '';
}

// Encodes everything except letters, digits and -._~, which is more than encodeURIComponent() encodes.
function encodeUrlPart(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replace(
    /[!'()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** True if the text matches a pattern, in which `*` matches any characters and `?` one character. Case-sensitive. */
export function matchesGlob(pattern: string, text: string): boolean {
  const patternChars = Array.from(pattern);
  const chars = Array.from(text);
  // Backtracks only to the last star, so it takes at most pattern x text steps.
  let p = 0;
  let star = -1;
  let resume = 0;
  for (let t = 0; t < chars.length; ) {
    if (patternChars[p] === '*') {
      star = p++;
      resume = t;
    } else if (p < patternChars.length && (patternChars[p] === '?' || patternChars[p] === chars[t])) {
      p++;
      t++;
    } else if (star !== -1) {
      p = star + 1;
      t = ++resume;
    } else return false;
  }
  while (patternChars[p] === '*') p++;
  return p === patternChars.length;
}
