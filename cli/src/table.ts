// Lays out rows in columns for a terminal. Text of strangers is made harmless here.

import { printable } from '@anthracite/protocol';

// A longer cell pushes the rest of its row aside instead of making all rows wide.
const maxPadded = 40;

/** Rows as lines: cells padded to the width of their column, the last one left as it is. */
export function formatTable(rows: readonly (readonly string[])[]): string {
  const cells = rows.map((row) => row.map(printable));
  const widths: number[] = [];
  for (const row of cells) {
    row.forEach((cell, column) => {
      widths[column] = Math.max(widths[column] ?? 0, Math.min(cell.length, maxPadded));
    });
  }
  return cells
    .map((row) => {
      const padded = row.map((cell, column) =>
        column === row.length - 1 ? cell : cell.padEnd(widths[column] ?? 0),
      );
      return `${padded.join('  ').trimEnd()}\n`;
    })
    .join('');
}
