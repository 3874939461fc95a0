// Checks CSV with other programs: a spreadsheet library finds no formula, and both it and Python read every cell.

import { spawnSync } from 'node:child_process';
import { needs } from '@anthracite/testing';
import fc from 'fast-check';
import { type ParsingOptions, read, utils } from 'xlsx';
import { storedEvent, written } from './samples';

const hasPython = spawnSync('python3', ['--version']).status === 0;
const events = fc.array(storedEvent, { minLength: 1, maxLength: 10 });

// The expected cells: control characters are visible, and a possible formula starts with an apostrophe.
function shown(text: string): string {
  const visible = text.replace(/[\0-\x08\x0b\x0c\x0e-\x1f]/g, '\ufffd');
  return /^[\s\ufeff]*[=+\-@＝＋－＠]|^[\t\r\n]/.test(visible) ? `'${visible}` : visible;
}

type Cell = { readonly f?: string } | undefined;

function sheetOf(csv: string, options: ParsingOptions) {
  const { Sheets, SheetNames } = read(csv, { type: 'string', cellFormula: true, ...options });
  const sheet = Sheets[SheetNames[0] ?? ''];
  if (sheet === undefined) throw new Error('the library finds no sheet');
  return sheet;
}

// The cells that the library takes for formulas.
function formulasOf(csv: string): string[] {
  return Object.entries(sheetOf(csv, {}))
    .filter(([place, cell]) => !place.startsWith('!') && (cell as Cell)?.f !== undefined)
    .map(([place]) => place);
}

test('lets a spreadsheet library find every event and no formula', () => {
  fc.assert(
    fc.property(events, (list) => {
      const csv = written('csv', list);
      expect(formulasOf(csv)).toEqual([]);
      // Its detection of numbers and dates is off: it does not depend on the file.
      const rows = utils.sheet_to_json<string[]>(sheetOf(csv, { raw: true }), { header: 1, defval: '' });
      expect(rows[0]).toEqual(['id', 'time', 'type', 'tags', 'description']);
      expect(rows.slice(1).map(([id, , type]) => [String(id), type])).toEqual(
        list.map(({ id, type }) => [String(id), shown(type)]),
      );
    }),
  );
});

test('finds formulas without the protection: the test above can fail', () => {
  const list = [{ id: 1, time: 0, type: 'x', tags: [], description: '=1+1' }];
  expect(formulasOf(written('rawCsv', list))).toEqual(['E2']);
  expect(formulasOf(written('csv', list))).toEqual([]);
});

const cellsInPython = `
import csv, io, json, sys
csv.field_size_limit(10**7)
text = io.TextIOWrapper(sys.stdin.buffer, encoding='utf-8', newline='')
json.dump(list(csv.reader(text, strict=True)), sys.stdout)
`;

for (const [format, expected] of [
  ['csv', shown],
  ['rawCsv', (text: string) => text],
] as const) {
  needs('python3', hasPython)(`${format} has the same cells in Python`, () => {
    fc.assert(
      fc.property(events, (list) => {
        const input = written(format, list);
        const { stdout, stderr } = spawnSync('python3', ['-c', cellsInPython], { input, encoding: 'utf8' });
        expect(stderr).toBe('');
        const rows = JSON.parse(stdout) as string[][];
        expect(rows.slice(1).map(([id, , ...cells]) => [id, ...cells])).toEqual(
          list.map(({ id, type, tags, description }) => [
            String(id),
            ...[type, tags.join(' '), description].map(expected),
          ]),
        );
      }),
      { numRuns: 20 },
    );
  });
}
