// Events as CSV (RFC 4180). Cells that a spreadsheet would take for a formula are made harmless, unless asked for as they are.

import type { StoredEvent } from '@anthracite/protocol/core';
import type { EventFormat } from './event-format';
import { isoInstant } from './instant';

const header = 'id,time,type,tags,description\r\n';

function quote(cell: string): string {
  return `"${cell.includes('"') ? cell.replaceAll('"', '""') : cell}"`;
}

// What OWASP names as the beginnings of a formula: = + - @, their full-width forms, and the white space that a
// spreadsheet passes over on its way to one. Blanks are passed over by some as well.
const formula = /^[\s\ufeff]*[=+\-@\uff1d\uff0b\uff0d\uff20]|^[\t\r\n]/;
const controls = /[\0-\x08\x0b\x0c\x0e-\x1f]/g;

/** A cell whose text is only ever text: an apostrophe stands before what might be a formula, U+FFFD for controls. */
export function harmless(cell: string): string {
  const shown = cell.replace(controls, '\ufffd');
  return quote(formula.test(shown) ? `'${shown}` : shown);
}

// Neither types nor tags have white space, so tags stand in one cell with blanks between them.
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

/** For programs: every cell to the letter. */
export const rawCsvFormat: EventFormat = { ...facts, isLossless: true, item: (event) => row(event, quote) };
