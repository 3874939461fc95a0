// Lays out rows in columns for a terminal, and escapes control characters.

import { printable } from '@anthracite/protocol';
import widthOf from 'string-width';

// A longer cell moves the rest of its own row to the right, instead of widening all rows.
const maxPadded = 40;
// In less space than this, the text is not shortened: the terminal wraps the line.
const minLast = 20;
const gap = '  ';
const graphemes = new Intl.Segmenter();

/** The layout of a table. */
export interface TableLayout {
  /** The width of a line in characters; null for no limit. Cells are shortened only to fit a width. */
  readonly width?: number | null;
}

/** A part of a cell, and its colour. */
export interface Part {
  readonly text: string;
  readonly colour: (text: string) => string;
}

/** A cell: text, or parts with a gap between them. */
export type Cell = string | Part | readonly Part[];

/** A table that is formatted in pieces. Columns never become narrower. */
export class Table {
  readonly #width: number | null;
  readonly #widths: number[] = [];

  constructor({ width = null }: TableLayout = {}) {
    this.#width = width;
  }

  /** Rows as lines: all cells except the last are padded to the width of their column. */
  format(rows: readonly (readonly Cell[])[]): string {
    const shown = rows.map((row) => row.map((cell, i) => this.#show(cell, i === row.length - 1)));
    for (const row of shown) {
      row.slice(0, -1).forEach((cell, column) => {
        this.#widths[column] = Math.max(this.#widths[column] ?? 0, Math.min(widthOfParts(cell), maxPadded));
      });
    }
    return shown.map((row) => `${this.#line(row)}\n`).join('');
  }

  #show(cell: Cell, isLast: boolean): Part[] {
    const parts = typeof cell === 'string' ? [plain(cell)] : 'text' in cell ? [cell] : cell;
    if (this.#width === null) return parts.map(({ text, colour }) => ({ text: printable(text), colour }));
    // Shortens a text before it is measured, because a title may have a million characters.
    return fit(parts, isLast ? this.#width : maxPadded);
  }

  #line(row: readonly Part[][]): string {
    let line = '';
    let used = 0;
    row.forEach((cell, column) => {
      const isLast = column === row.length - 1;
      const left = this.#width === null ? 0 : this.#width - used;
      const parts = isLast && left >= minLast ? fit(cell, left) : cell;
      line += parts
        .filter(({ text }) => text !== '')
        .map(({ text, colour }) => colour(text))
        .join(gap);
      if (isLast) return;
      const width = widthOfParts(parts);
      const padding = Math.max((this.#widths[column] ?? 0) - width, 0) + gap.length;
      line += ' '.repeat(padding);
      used += width + padding;
    });
    return line.trimEnd();
  }
}

/** Formats all rows of a table. */
export function formatTable(rows: readonly (readonly Cell[])[], layout: TableLayout = {}): string {
  return new Table(layout).format(rows);
}

function plain(text: string): Part {
  return { text, colour: (same) => same };
}

function widthOfParts(parts: readonly Part[]): number {
  const widths = parts.filter(({ text }) => text !== '').map(({ text }) => widthOf(text) + gap.length);
  return Math.max(widths.reduce((sum, width) => sum + width, 0) - gap.length, 0);
}

// The parts that fit; the last one may be shortened.
function fit(parts: readonly Part[], width: number): Part[] {
  const fitting: Part[] = [];
  let left = width;
  for (const { text, colour } of parts) {
    if (text === '' || left < 1) continue;
    const shown = cut(text, left);
    fitting.push({ text: shown, colour });
    left -= widthOf(shown) + gap.length;
  }
  return fitting;
}

// Shortens a text to a number of terminal columns; `…` marks the omitted end.
function cut(text: string, width: number): string {
  // Eight UTF-16 units per column are enough for every readable character.
  const head = text.slice(0, width * 8);
  const whole = printable(head);
  if (head.length === text.length && widthOf(whole) <= width) return whole;
  let shown = '';
  let used = 0;
  for (const { segment } of graphemes.segment(whole)) {
    used += widthOf(segment);
    if (used > width - 1) break;
    shown += segment;
  }
  return `${shown}…`;
}
