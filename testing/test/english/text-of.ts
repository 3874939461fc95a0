// Takes the English out of files: prose of Markdown; comments, strings and JSX text of TypeScript; comments and strings of Ruby. Knows no rule.

import { type ParserPlugin, parse } from '@babel/parser';

/** A piece of text, and the line on which it begins. */
export interface Piece {
  readonly line: number;
  readonly text: string;
}

/** The prose of a Markdown page: no code, no addresses of links. Paragraphs are joined, so that a pattern may span lines. */
export function proseOf(markdown: string): Piece[] {
  const pieces: Piece[] = [];
  let isCode = false;
  let paragraph: string[] = [];
  let start = 1;
  const end = (): void => {
    if (paragraph.length > 0) pieces.push({ line: start, text: paragraph.join(' ') });
    paragraph = [];
  };
  markdown.split('\n').forEach((line, i) => {
    if (/^\s*```/.test(line)) {
      isCode = !isCode;
      end();
    } else if (isCode || /^(?: {4}|\t)(?![-*\d])/.test(line)) end();
    else if (line.trim() === '' || /^\s*(?:[-*] |\d+\. |\||#)/.test(line)) {
      end();
      if (line.trim() !== '') {
        start = i + 1;
        paragraph = [plain(line)];
        if (/^\s*(?:\||#)/.test(line)) end();
      }
    } else {
      if (paragraph.length === 0) start = i + 1;
      paragraph.push(plain(line));
    }
  });
  end();
  return pieces;
}

const plain = (line: string): string =>
  line
    .replace(/`[^`]*`/g, '`code`')
    .replace(/\]\([^)]*\)/g, ']')
    .replace(/<[^>]+>/g, '')
    .replace(/\*\*|__/g, '')
    .trim();

/** Which texts of a program are looked at. */
export interface ProgramTexts {
  readonly comments: boolean;
  readonly strings: boolean;
}

/** The comments, or the strings and JSX texts with a blank in them, of a program. Throws a `SyntaxError` of the parser. */
export function textsOf(source: string, { comments, strings }: ProgramTexts): Piece[] {
  const plugins: ParserPlugin[] = ['typescript', 'jsx'];
  const file = parse(source, { sourceType: 'module', plugins, tokens: true, errorRecovery: true });
  const pieces: Piece[] = [];
  if (comments) {
    for (const { value, loc } of file.comments ?? []) {
      const text = value
        .replace(/^\s*\*+/gm, ' ')
        .replace(/`[^`]*`/g, '`code`')
        .replace(/\s+/g, ' ');
      pieces.push({ line: loc?.start.line ?? 0, text });
    }
  }
  if (strings) {
    for (const token of (file.tokens ?? []) as {
      type: { label?: string };
      value?: unknown;
      loc: { start: { line: number } };
    }[]) {
      const isText = ['string', 'template', 'jsxText'].includes(token.type.label ?? '');
      const text = typeof token.value === 'string' ? token.value.replace(/\s+/g, ' ') : '';
      if (isText && /\S \S/.test(text)) pieces.push({ line: token.loc.start.line, text });
    }
  }
  return pieces;
}

/** The same of a Ruby program, line by line. */
export function rubyTextsOf(source: string, { comments, strings }: ProgramTexts): Piece[] {
  return source.split('\n').flatMap((line, i) => {
    const pieces: Piece[] = [];
    const comment = /(?:^|\s)#(?!\{)(.*)$/.exec(line)?.[1];
    if (comments && comment !== undefined)
      pieces.push({ line: i + 1, text: comment.replace(/`[^`]*`/g, '`code`') });
    if (strings)
      for (const [, , text = ''] of line.matchAll(/(["'])((?:(?!\1).)* (?:(?!\1).)*)\1/g))
        pieces.push({ line: i + 1, text });
    return pieces;
  });
}
