// Writes events as CSV (RFC 4180). Cells that a spreadsheet would read as a formula are made harmless, unless raw cells
// are requested.

import type { StoredEvent } from '@anthracite/protocol/core';
import type { EventFormat } from './event-format';
import { isoInstant } from './instant';

const header = 'id,time,type,tags,description\r\n';

function quote(cell: string): string {
  return `"${cell.includes('"') ? cell.replaceAll('"', '""') : cell}"`;
}

// The first characters of formulas according to OWASP: = + - @, their full-width forms, and the white space that a
// spreadsheet skips before them. Some also skip spaces.
const formula = /^[\s\ufeff]*[=+\-@\uff1d\uff0b\uff0d\uff20]|^[\t\r\n]/;
const controls = /[\0-\x08\x0b\x0c\x0e-\x1f]/g;

/** A cell that spreadsheets read as text: with an apostrophe before a possible formula, and U+FFFD for control characters. */
export function harmless(cell: string): string {
  const shown = cell.replace(controls, '\ufffd');
  return quote(formula.test(shown) ? `'${shown}` : shown);
}

// Neither types nor tags contain white space, so tags are written in one cell, separated by spaces.
function row({ id, time, type, tags, description }: StoredEvent, cell: (text: string) => string): string {
  return `${id},${isoInstant(time)},${cell(type)},${cell(tags.join(' '))},${cell(description)}\r\n`;
}

const facts = {
  contentType: 'text/csv; charset=utf-8; header=present',
  extension: 'csv',
  isFile: true,
  separator: '',
  opening: () => header,
  closing: () => '',
} as const;

/** For spreadsheets. */
export const csvFormat: EventFormat = {
  ...facts,
  isLossless: false,
  item: (event) => row(event, harmless),
};

/** For programs: every cell unchanged. */
export const rawCsvFormat: EventFormat = { ...facts, isLossless: true, item: (event) => row(event, quote) };
