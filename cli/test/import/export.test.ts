// Exports into files: complete or absent, counted, and never over another file by mistake.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { listFormatNames } from '@anthracite/server/core';
import { temporaryFolder } from '@anthracite/testing';
import { command, startServer } from '../in-process';

const folder = temporaryFolder();
let url: string;
beforeEach(async () => {
  url = await startServer();
});

test('gives an export its name when it is complete, and its format by the extension', async () => {
  await command(url, ['import', '-'], '1467844481 a;k=1 x\n1467844482 b y\n');
  for (const [ending, beginning] of [
    ['csv', 'id,time'],
    ['json', '{"events"'],
    ['txt', '1467844481 a'],
    ['db', 'SQLite format 3'],
    ['ics', 'BEGIN:VCALENDAR'],
  ]) {
    const file = join(folder, `out.${ending}`);
    expect((await command(url, ['export', '-o', file, '--type', 'a'])).exitCode).toBe(0);
    const text = readFileSync(file, 'latin1');
    expect(text.startsWith(beginning as string)).toBe(true);
    expect(existsSync(`${file}.part`)).toBe(false);
  }
});

test('reports the number of events of a file in every format, and overwrites a file only with --force', async () => {
  // Texts that look like the start of an event in some format.
  const odd = ['{"id":7', '<event id="1">', '<entry>', 'BEGIN:VEVENT', '<tr><td>', '# x', '"a""b'];
  const lines = odd.map(
    (text, i) => `${1_467_844_481 + i} a ${JSON.stringify(`${text}\n${text}\n"${text}`)}\n`,
  );
  expect((await command(url, ['import', '-'], lines.join(''))).exitCode).toBe(0);
  for (const format of listFormatNames.filter((name) => !['jsonp', 'sqlite'].includes(name))) {
    const file = join(folder, `counted-${format}`);
    const { stderr } = await command(url, ['export', '--format', format, '-o', file]);
    expect(stderr).toMatch(/^7 events, \d[\d ]* bytes written to /);
    const again = ['export', '--format', format, '-o', file, '--type', 'a'];
    const before = readFileSync(file);
    expect(await command(url, again)).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('exists; use --force'),
    });
    expect(readFileSync(file)).toEqual(before);
    expect(await command(url, [...again, '--force'])).toMatchObject({ exitCode: 0 });
  }
  const { stderr } = await command(url, [
    'export',
    '--format',
    'csv',
    '--type',
    'b',
    '-o',
    join(folder, 'none.csv'),
  ]);
  expect(stderr).toMatch(/^unknown type "b"\n0 events, /);
});
