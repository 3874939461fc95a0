// Files of other kinds are refused before anything is sent; byte order marks and separators of other programs are accepted.

import { gzipSync } from 'node:zlib';
import { command, startServer } from '../in-process';
import { eventsOf, manyLines, rejectsOf } from './stored';

const longLine = `${'x '.repeat(250_000)}\n`;

// For refused files only: they leave no trace.
let url: string;
beforeAll(async () => {
  url = await startServer();
});

test.each([
  ['a calendar', 'BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n', 'a calendar (iCalendar)'],
  ['RSS', '<?xml version="1.0"?>\n<rss version="2.0"><channel></channel></rss>', 'an RSS feed'],
  ['a web page', '\ufeff<!DOCTYPE html>\n<html><br></html>', 'a web page (HTML)'],
  ['a spreadsheet', Buffer.from('PK\x03\x04\x14\0'), 'Office file'],
  ['UTF-16', Buffer.from('\ufefftime,type,description\n', 'utf16le'), 'text in UTF-16'],
  ['a program', Buffer.from('\x7fELF\x02\x01\0\0'), 'a binary file'],
  ['a script', '#!/bin/sh\necho hello\n', 'a script'],
  ['a single line of prose', 'No event at all\n', 'the only item is not an event'],
  ['a short text', '\n\nDear all,\nthis is no event.\n', 'none of the 2 items is an event'],
  ['one item of JSON', '{"name": 1}', 'the only item is not an event'],
  ['three long lines', longLine.repeat(3), 'none of the 3 items is an event'],
  ['/etc/passwd', 'root:x:0:0:root:/root:/bin/bash\n'.repeat(25), 'none of the first 20 items is an event'],
  [
    'prose',
    Array.from({ length: 30 }, (_, i) => `Line ${i} of a log file\n`).join(''),
    'none of the first 20',
  ],
  ['other CSV', `time,type,description\n${'soon,a,b\n'.repeat(20)}`, 'none of the first 20'],
  [
    'other JSON',
    `${JSON.stringify(Array.from({ length: 20 }, (_, i) => ({ name: i })))}\n`,
    'none of the first 20',
  ],
])('refuses to import %s, names the format, and rejects no lines of it', async (_name, bytes, what) => {
  const { exitCode, stdout, stderr } = await command(url, ['import', '-'], bytes);
  expect(stderr).toContain(what);
  expect(stderr).toContain('nothing was sent');
  expect(stderr).not.toContain('--skip');
  expect([exitCode, stdout.toString()]).toEqual([1, 'stored=0 duplicate=0 rejected=0\n']);
  expect(await rejectsOf(url)).toEqual([]);
});

test.each([
  ['an Atom feed', '<feed xmlns="http://www.w3.org/2005/Atom"></feed>'],
  ['a web page (HTML)', '<!doctype html>\n<html></html>'],
])('recognizes %s after a long prologue of comments', async (what, document) => {
  const prologue = `<?xml version="1.0"?>\n<?xml-stylesheet href="a.xsl"?>\n${'<!-- a --> '.repeat(5_000)}`;
  const { exitCode, stderr } = await command(url, ['import', '-'], prologue + document);
  expect(stderr).toContain(`this is ${what}, which cannot be imported; nothing was sent`);
  expect(exitCode).toBe(1);
});

// As much as is checked: fast when the work grows with the length, minutes or more when it grows faster.
test.each([
  ['comments', `${'<!---->'.repeat(9_300)}<a>`],
  ['declarations', `<?xml${' '.repeat(65_000)}>`],
  ['a comment without an end', `<!--${'<!--'.repeat(16_000)}`],
  ['brackets', `{"a":"${'x'.repeat(1_000_000)}","b":${'['.repeat(200_000)}`],
])('refuses a file of only %s quickly', async (_name, bytes) => {
  const start = performance.now();
  const { exitCode, stdout } = await command(url, ['import', '-'], bytes);
  expect(performance.now() - start).toBeLessThan(10_000);
  expect([exitCode, stdout.toString()]).toEqual([1, 'stored=0 duplicate=0 rejected=0\n']);
});

test('imports a file whose 20th item is an event, and keeps wrong items before it', async () => {
  const own = await startServer();
  const text = `${'no event\n'.repeat(19)}1467844481 a x\n`;
  const { stdout } = await command(own, ['import', '-'], text);
  expect(stdout.toString()).toBe('stored=1 duplicate=0 rejected=19\n');
  expect(await rejectsOf(own)).toHaveLength(19);
});

test.each([
  ['with --force', ['--force'], 'no event\n'.repeat(3), 3],
  [
    'after events that were imported before',
    ['--skip', '2'],
    '1467844481 a x\n1467844481 a x\nno event\n',
    1,
  ],
  ['that are long, before an event', [], `${longLine.repeat(15)}1467844481 a x\n`, 15],
])('keeps wrong items %s', async (_name, args, text, count) => {
  const own = await startServer();
  const { exitCode, stdout } = await command(own, ['import', '-', ...args], text);
  expect(stdout.toString()).toMatch(new RegExp(` rejected=${count}\n$`));
  expect(exitCode).toBe(1);
  const { total } = (await (await fetch(`${own}/rejects`)).json()) as { readonly total: number };
  expect(total).toBe(count);
});

test('does not keep wrong items before a fault of the file when no item before it is valid', async () => {
  const { exitCode, stderr } = await command(url, ['import', '-'], '{"events": [{"name": 1}, {"name"');
  expect(stderr).toContain('the JSON is incomplete');
  expect(exitCode).toBe(1);
  expect(await rejectsOf(url)).toEqual([]);
});

test('reads lines before 1970 with control characters as lines, not as a binary file', async () => {
  const own = await startServer();
  const { exitCode, stdout } = await command(own, ['import', '-'], '-1000 a\0;k=\0 x\0\n1467844481 a x\n');
  expect([exitCode, stdout.toString()]).toEqual([0, 'stored=2 duplicate=0 rejected=0\n']);
});

test('refuses every export format that loses data, or marks it in the docs', async () => {
  const own = await startServer();
  await command(own, ['import', '-'], manyLines(30));
  for (const format of ['html', 'atom', 'ics', 'jsonp?callback=cb']) {
    const bytes = await (await fetch(`${own}/events/${format}`)).text();
    const { exitCode, stderr } = await command(own, ['import', '-'], bytes);
    expect(stderr).toContain('cannot be imported; nothing was sent');
    expect(exitCode).toBe(1);
  }
  expect(await rejectsOf(own)).toEqual([]);
});

test.each([
  ['raw', '1467844481 a;k=v café\n'],
  ['json', '{"events":[\n{"time":1467844481000,"type":"a","tags":["k=v"],"description":"café"}]}'],
  ['ndjson', '{"time":1467844481000,"type":"a","tags":["k=v"],"description":"café"}\n'],
  [
    'xml',
    '<events><event time="1467844481000"><type>a</type><tag>k=v</tag><description>café</description></event></events>',
  ],
  ['csv', 'time,type,tags,description\r\n2016-07-06T22:34:41Z,a,k=v,café\r\n'],
  ['csv of Excel in Europe', 'time;type;tags;description\r\n2016-07-06T22:34:41Z;a;k=v;"café"\r\n'],
  ['csv with tabs', 'time\ttype\ttags\tdescription\n2016-07-06T22:34:41Z\ta\tk=v\tcafé\n'],
])('skips a byte order mark before %s', async (name, text) => {
  const own = await startServer();
  const format = name.startsWith('csv') ? 'csv' : name;
  for (const args of [[], ['--format', format]]) {
    for (const bytes of [Buffer.from(`\ufeff${text}`), gzipSync(`\ufeff${text}`), Buffer.from(text)]) {
      const ended = await command(own, ['import', '-', ...args], bytes);
      expect(ended).toMatchObject({ exitCode: 0, stderr: '' });
    }
  }
  expect(await eventsOf(own)).toEqual([
    { time: 1_467_844_481_000, type: 'a', tags: ['k=v'], description: 'café' },
  ]);
});

test('exports CSV with a byte order mark for Excel on demand, and imports it again', async () => {
  const own = await startServer();
  await command(own, ['import', '-'], '1467844481 a;k=v café\n');
  const { stdout } = await command(own, ['export', '--format', 'csv', '--bom', '--raw-cells']);
  expect([...stdout.subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
  const plain = await command(own, ['export', '--format', 'csv']);
  expect(plain.stdout.toString().startsWith('id,time')).toBe(true);
  const again = await command(own, ['import', '-'], stdout);
  expect(again.stdout.toString()).toBe('stored=0 duplicate=1 rejected=0\n');
  expect((await fetch(`${own}/events/csv?bom=2`)).status).toBe(400);
});
