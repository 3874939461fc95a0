// Lays out rows in columns for a terminal. Text of strangers is made harmless here.

import { printable } from '@anthracite/protocol';
import widthOf from 'string-width';

// A longer cell pushes the rest of its row aside instead of making all rows wide.
const maxPadded = 40;
// What is narrower says too little: the terminal may break the line instead.
const minLast = 20;
const gap = 2;
const graphemes = new Intl.Segmenter();

/** How a table is laid out. */
export interface TableLayout {
  /** Characters of a line, or null where lines may be as long as they are. Cells are cut only to fit a width. */
  readonly width?: number | null;
  /** The widest that a cell of a column may be where there is a width; the last column gets what is left. */
  readonly maxWidths?: readonly number[];
}

/** A cell: text, or text and how it is coloured. */
export type Cell = string | { readonly text: string; readonly colour: (text: string) => string };

/** A table that comes in pieces. Columns keep the widest width that they had. */
export class Table {
  readonly #layout: TableLayout;
  readonly #widths: number[] = [];

  constructor(layout: TableLayout = {}) {
    this.#layout = layout;
  }

  /** Rows as lines: cells padded to the width of their column, but for the last one. */
  format(rows: readonly (readonly Cell[])[]): string {
    const texts = rows.map((row) => row.map((cell, column) => this.#textOf(cell, column, row.length)));
    for (const row of texts) {
      row.forEach((text, column) => {
        this.#widths[column] = Math.max(this.#widths[column] ?? 0, Math.min(widthOf(text), maxPadded));
      });
    }
    return rows.map((row, i) => `${this.#line(row, texts[i] ?? [])}\n`).join('');
  }

  #textOf(cell: Cell, column: number, columns: number): string {
    const { width = null, maxWidths = [] } = this.#layout;
    const text = typeof cell === 'string' ? cell : cell.text;
    const limit = maxWidths[column];
    // A long text is cut before it is looked at whole: a title may have a million characters.
    const isCut = width !== null && column < columns - 1 && limit !== undefined;
    return isCut ? cut(text, limit) : printable(text);
  }

  #line(row: readonly Cell[], texts: readonly string[]): string {
    const { width = null } = this.#layout;
    let line = '';
    let used = 0;
    texts.forEach((text, column) => {
      const isLast = column === texts.length - 1;
      const left = width === null ? null : width - used;
      const shown = isLast && left !== null && left >= minLast ? cut(text, left) : text;
      const cell = row[column];
      line += typeof cell === 'object' && shown !== '' ? cell.colour(shown) : shown;
      if (isLast) return;
      const padding = Math.max((this.#widths[column] ?? 0) - widthOf(shown), 0) + gap;
      line += ' '.repeat(padding);
      used += widthOf(shown) + padding;
    });
    return line.trimEnd();
  }
}

/** Rows as lines, at once. */
export function formatTable(rows: readonly (readonly Cell[])[], layout: TableLayout = {}): string {
  return new Table(layout).format(rows);
}

/** A text that takes no more than so many characters of a terminal; `…` stands for what was left out. */
function cut(text: string, width: number): string {
  // No character is written with more than so many units, but for those that nobody reads.
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
