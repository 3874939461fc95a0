// Parses the rich text of descriptions: links, `code`, **bold**, fenced code, lists. Pure; never fails: all other text stays
// exactly as written, because most text is written by machines.

/** Text within a line. `href` is an absolute http, https or mailto address. */
export type Inline =
  | { readonly kind: 'text' | 'code' | 'bold'; readonly text: string }
  | { readonly kind: 'link'; readonly text: string; readonly href: string };

/** A part of a description. Texts keep their line breaks. */
export type Block =
  | { readonly kind: 'text'; readonly inlines: readonly Inline[] }
  | { readonly kind: 'code'; readonly text: string }
  | { readonly kind: 'list'; readonly sign: ListSign; readonly items: readonly (readonly Inline[])[] };

/** The marker of the items of a list: numbers, or the character they were written with. */
export type ListSign = '1' | '-' | '*';

// Sites whose addresses people write without https://.
const barePlaces = '(?:www\\.)?(?:github\\.com|gitlab\\.com|bitbucket\\.org)\\/';
// Each alternative ends at the character that it starts with, so matching takes linear time for any text.
const inlineForm = new RegExp(
  [
    '(?<![\\p{L}\\p{N}_`])`(?<code>[^`\\n]+)`(?![\\p{L}\\p{N}_`])',
    '(?<=^|[\\s("\'[])\\*\\*(?<bold>[\\p{L}\\p{N}](?:[^*\\n]*[\\p{L}\\p{N}.!?:)%])?)\\*\\*(?=$|[\\s.,;:!?)"\'\\]])',
    '(?<![\\p{L}\\p{N}_\\]])\\[(?<label>[^[\\]\\n]+)\\]\\((?<target>(?:https?:\\/\\/|mailto:)[^\\s()<>"]+)\\)',
    // Tools such as sitespeed.io write this for Graphite's own event list.
    '<a href="(?<anchor>https?:\\/\\/[^\\s<>"]+)"(?: target="_blank")?>(?<anchorText>[^<>\\n]+)<\\/a>',
    `(?<![\\p{L}\\p{N}_@./-])(?<bare>(?:https?:\\/\\/|mailto:|${barePlaces})(?:[^\\s<>"'\`\\\\,;]|[,;](?!https?:\\/\\/))+)`,
  ].join('|'),
  'giu',
);
const listItem = /^(?:([-*])|(\d{1,3})[.)]) +(?=\S)(.*)$/;
const fence = /^```\w*\s*$/;

/** The parts of a single line, such as a title. */
export function parseInlines(text: string): Inline[] {
  const inlines: Inline[] = [];
  let end = 0;
  for (const match of text.matchAll(inlineForm)) {
    const inline = toInline(match.groups ?? {});
    if (inline === null) continue;
    const { index } = match;
    if (index > end) inlines.push({ kind: 'text', text: text.slice(end, index) });
    inlines.push(inline);
    // Characters removed from the end of an address are plain text.
    end = index + (match.groups?.['bare'] === undefined ? match[0].length : inline.text.length);
  }
  if (end < text.length) inlines.push({ kind: 'text', text: text.slice(end) });
  return inlines;
}

function toInline(groups: Record<string, string | undefined>): Inline | null {
  const { code, bold, bare } = groups;
  if (code !== undefined) return { kind: 'code', text: code };
  if (bold !== undefined) return { kind: 'bold', text: bold };
  const text = groups['label'] ?? groups['anchorText'] ?? withoutEnd(bare ?? '');
  const href = addressOf(groups['target'] ?? groups['anchor'] ?? text);
  return href === null ? null : { kind: 'link', text, href };
}

// Punctuation at the end of a sentence, and the bracket that closes one opened before the address, are not part of the address.
function withoutEnd(address: string): string {
  let end = address.length;
  for (let open = address.split('(').length - address.split(')').length; end > 0; end--) {
    const last = address[end - 1] ?? '';
    if (last === ')' && open < 0) open++;
    else if (!/[.,;:!?\]}*]/.test(last)) break;
  }
  return address.slice(0, end);
}

function addressOf(text: string): string | null {
  const address = /^(?:https?:\/\/|mailto:)/i.test(text) ? text : `https://${text}`;
  if (!URL.canParse(address)) return null;
  const { protocol, href, pathname } = new URL(address);
  if (protocol === 'mailto:') return /^[^@\s]+@[^@\s]+$/.test(pathname) ? href : null;
  return protocol === 'http:' || protocol === 'https:' ? href : null;
}

/** The parts of a description or its body. */
export function parseBlocks(text: string): Block[] {
  const lines = text.split('\n');
  const blocks: Block[] = [];
  let plain: string[] = [];
  const endPlain = (): void => {
    if (plain.length > 0) blocks.push({ kind: 'text', inlines: parseInlines(plain.join('\n')) });
    plain = [];
  };
  const closings = closingFences(lines);
  for (let at = 0; at < lines.length; ) {
    const line = lines[at] ?? '';
    const closing = closings.get(at);
    const items = closing === undefined ? listAt(lines, at) : [];
    if (closing !== undefined) {
      endPlain();
      blocks.push({ kind: 'code', text: lines.slice(at + 1, closing).join('\n') });
      at = closing + 1;
    } else if (items.length > 0) {
      endPlain();
      blocks.push({ kind: 'list', sign: signOf(line), items: items.map(parseInlines) });
      at += items.length;
    } else {
      plain.push(line);
      at++;
    }
  }
  endPlain();
  return blocks;
}

// Start line -> end line of fenced code. A fence without an end is text.
function closingFences(lines: readonly string[]): Map<number, number> {
  const closings = new Map<number, number>();
  let open: number | null = null;
  for (const [at, line] of lines.entries()) {
    if (open === null ? !fence.test(line) : line.trimEnd() !== '```') continue;
    if (open !== null) closings.set(open, at);
    open = open === null ? at : null;
  }
  return closings;
}

// The items of the list that starts at a line. Numbers must count up from 1.
function listAt(lines: readonly string[], start: number): string[] {
  const sign = signOf(lines[start] ?? '');
  const items: string[] = [];
  for (let at = start; at < lines.length; at++) {
    const line = lines[at] ?? '';
    const match = listItem.exec(line);
    if (!match || signOf(line) !== sign) break;
    if (match[2] !== undefined && Number(match[2]) !== items.length + 1) break;
    items.push(match[3] ?? '');
  }
  // A single line is more often a change, a range or a date.
  return items.length > 1 ? items : [];
}

function signOf(line: string): ListSign {
  return line.startsWith('-') || line.startsWith('*') ? (line.charAt(0) as ListSign) : '1';
}
