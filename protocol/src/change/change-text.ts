// How a change that a tool made is told in one line: where, at which version, what, and to which resources. Pure.
//
//     web01.example.com production 4f2c9d1: 3 changed in 1.7s: File[/etc/app.conf] content, Service[webapp], +1 more
//
// The Ruby processors do the same, to the byte: see puppet-reporter/module/lib/puppet_x/anthracite/sender.rb.

import { cleanText, countChars, cutPath, cutText } from './clean-text';
import { maskSecrets } from './secrets';

/** Text of a stranger, cleaned and masked, at most `maxChars` characters long. */
export function safeText(text: string, maxChars: number): string {
  return cutText(maskSecrets(cleanText(text)), maxChars);
}

const maxReferenceChars = 80;

/** A resource as `Type[title]`, at most 80 characters; of a long path the end is kept. */
export function formatReference(type: string, title: string): string {
  const kind = cutText(cleanText(type), maxReferenceChars / 2);
  const name = maskSecrets(cleanText(title));
  const room = maxReferenceChars - countChars(kind) - 2;
  return `${kind}[${name.startsWith('/') && !name.includes(' ') ? cutPath(name, room) : cutText(name, room)}]`;
}

const minRun = 3;
const numbered = /^(.*?)([0-9]{1,15})([^0-9]*)$/;

/** Writes runs of three and more names that count up as one: `web01`, `web02`, `web03` become `web01..web03`. */
export function collapseNames(names: readonly string[]): string[] {
  return runsOf(names).map(({ text }) => text);
}

/** The same, with how many names each stands for. */
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

/** A time taken: `0.04s`, `1.7s`, `45s`, `3m20s`, `2h5m`. */
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

/** A part of the list of resources: its text, and how many resources it stands for. */
export interface ChangeItem {
  readonly text: string;
  readonly count: number;
}

/**
 * A list of resources as items. Runs of those that count up and had the same happen to them become one:
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

/** What a description is made of. All texts are safe already. */
export interface ChangeText {
  readonly host: string;
  readonly environment: string;
  readonly version: string;
  /** What happened, in a few words: `3 changed in 1.7s`. */
  readonly what: string;
  /** What it happened to, the most telling first. */
  readonly items: readonly ChangeItem[];
  /** How many resources there were in all; those that no item stands for are counted. */
  readonly total: number;
  /** A page with the details, for the body; `''` for none. */
  readonly link: string;
}

/**
 * The description of a change: one line of at most `maxChars` characters, which names as many items as have
 * room and counts the rest; below it the link.
 */
export function formatChange(
  { host, environment, version, what, items, total, link }: ChangeText,
  maxChars: number,
): string {
  const where = [host, environment, version].filter((part) => part !== '').join(' ');
  const head = cutText(where === '' ? what : `${where}: ${what}`, maxChars);
  let line = head;
  for (let named = items.length; named > 0; named--) {
    const shown = items.slice(0, named);
    const rest = total - shown.reduce((sum, { count }) => sum + count, 0);
    const texts = [...shown.map(({ text }) => text), ...(rest > 0 ? [`+${rest} more`] : [])];
    line = `${head}: ${texts.join(', ')}`;
    if (countChars(line) <= maxChars) break;
  }
  line = cutText(line, maxChars);
  return link === '' ? line : `${line}\n${link}`;
}

/**
 * Fills the places of a link: `https://puppetboard/report/%h/%u`. Values are encoded for a URL; places that are not
 * known stay as they are. `''` when the result is no http(s) URL.
 */
export function formatLink(template: string, places: Readonly<Record<string, string>>): string {
  const link = template.replace(/%([a-z])/g, (place, name: string) =>
    Object.hasOwn(places, name) ? encodeUrlPart(places[name] ?? '') : place,
  );
  return /^https?:\/\/[!-~]+$/.test(link) ? link : '';
}

// All but letters, digits and -._~ is encoded: encodeURIComponent() leaves more.
function encodeUrlPart(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replace(
    /[!'()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** True when the text matches a pattern in which `*` stands for any characters and `?` for one. Upper and lower case differ. */
export function matchesGlob(pattern: string, text: string): boolean {
  const patternChars = Array.from(pattern);
  const chars = Array.from(text);
  // The usual walk with one way back, to the last star: never more than pattern x text steps.
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
