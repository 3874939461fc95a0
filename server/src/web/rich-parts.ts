// Reads the little that descriptions may have of rich text: links, `code`, **bold**, fenced code, lists. Pure; never fails: what is
// none of these stays as it was written, to the letter, because most text is written by machines.

/** Text within a line. `href` is an absolute http, https or mailto address. */
export type Inline =
  | { readonly kind: 'text' | 'code' | 'bold'; readonly text: string }
  | { readonly kind: 'link'; readonly text: string; readonly href: string };

/** A part of a description. Texts keep their line breaks. */
export type Block =
  | { readonly kind: 'text'; readonly inlines: readonly Inline[] }
  | { readonly kind: 'code'; readonly text: string }
  | { readonly kind: 'list'; readonly sign: ListSign; readonly items: readonly (readonly Inline[])[] };

/** What stands before the items of a list: a number each, or what they were written with. */
export type ListSign = '1' | '-' | '*';

// Sites whose addresses people write without https://.
const barePlaces = '(?:www\\.)?(?:github\\.com|gitlab\\.com|bitbucket\\.org)\\/';
// Each part ends at the sign that it begins with: so all of a text is looked at once, however hostile.
const inlineForm = new RegExp(
  [
    '(?<![\\p{L}\\p{N}_`])`(?<code>[^`\\n]+)`(?![\\p{L}\\p{N}_`])',
    '(?<=^|[\\s("\'[])\\*\\*(?<bold>[\\p{L}\\p{N}](?:[^*\\n]*[\\p{L}\\p{N}.!?:)%])?)\\*\\*(?=$|[\\s.,;:!?)"\'\\]])',
    '(?<![\\p{L}\\p{N}_\\]])\\[(?<label>[^[\\]\\n]+)\\]\\((?<target>(?:https?:\\/\\/|mailto:)[^\\s()<>"]+)\\)',
    `(?<![\\p{L}\\p{N}_@./-])(?<bare>(?:https?:\\/\\/|mailto:|${barePlaces})[^\\s<>"'\`\\\\]+)`,
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
    // What is cut off the end of an address is text again.
    end = index + (match.groups?.['bare'] === undefined ? match[0].length : inline.text.length);
  }
  if (end < text.length) inlines.push({ kind: 'text', text: text.slice(end) });
  return inlines;
}

function toInline({ code, bold, label, target, bare }: Record<string, string | undefined>): Inline | null {
  if (code !== undefined) return { kind: 'code', text: code };
  if (bold !== undefined) return { kind: 'bold', text: bold };
  const text = label ?? withoutEnd(bare ?? '');
  const href = addressOf(target ?? text);
  return href === null ? null : { kind: 'link', text, href };
}

// The sign that ends a sentence, and a bracket that was opened before an address, do not belong to it.
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

// Where fenced code begins, and the line that ends it. One that nothing ends is text.
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

// The texts of the items that begin with a line. Numbers count up from 1, or they are no list.
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
  // One line alone is more often a change, a range or a date.
  return items.length > 1 ? items : [];
}

function signOf(line: string): ListSign {
  return line.startsWith('-') || line.startsWith('*') ? (line.charAt(0) as ListSign) : '1';
}
