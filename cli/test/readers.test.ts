// Other programs read the exported files: every command of "Read it with" runs as written, and finds all events.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hasProgram, needs, runProgram, temporaryFolder } from '@anthracite/testing';
import { paste } from './pasted-page';
import { type Served, serve } from './program';

const python = '/usr/bin/python3';
const programs = ['bash', 'curl', 'jq', 'sqlite3', 'mlr', 'soffice'];
const withReaders = needs(
  'jq, sqlite3, Miller, LibreOffice and pandas',
  programs.every((program) => hasProgram('sh', '-c', `command -v ${program}`)) &&
    hasProgram(python, '-c', 'import pandas'),
);
const withCalendars = needs(
  'khal and python3-icalendar',
  hasProgram('khal', '--version') && hasProgram(python, '-c', 'import icalendar'),
);
const withFeeds = needs('python3-feedparser', hasProgram(python, '-c', 'import feedparser'));

const count = 60;

async function startWithEvents(): Promise<Served> {
  const server = await serve(join(temporaryFolder(), 'anthracite.db'));
  const now = Date.now() / 1000 - 7_200;
  // Whole and fractional seconds, one and several tags, texts that tools misread.
  const texts = ['release 42', 'NULL', '007', '"line one\\r\\nline two"', '=1+1', 'a "quoted", comma'];
  const lines = Array.from({ length: count }, (_, i) => {
    const time = (now + i * 60).toFixed(i % 2 === 0 ? 0 : 3);
    return `${time} deploy_${i % 3};host=web${i}${i % 4 === 0 ? ';env=prod' : ''} ${texts[i % texts.length]}`;
  });
  await server.send(`${lines.join('\n')}\n`);
  return server;
}

withReaders('finds every event with the commands of "Read it with"', async () => {
  const blocks = await paste('formats.md', await startWithEvents());
  const seen = (program: string): string =>
    blocks.find(({ commands }) => commands.includes(program) && !commands.startsWith('curl'))?.seen ?? '';
  expect(seen('jq ').trim().split('\n')).toHaveLength(count);
  expect(seen('sqlite3 ').trim().split('\n')).toEqual(['deploy_0|20', 'deploy_1|20', 'deploy_2|20']);
  expect(seen('mlr ')).toMatch(/deploy_1 +20/);
  expect(seen('import csv')).toContain(`${count} events`);
  expect(seen('import pandas')).toContain(`${count} events datetime64[ns, UTC]`);
  expect(seen('soffice ')).toContain('events.xlsx');
});

const save = async (server: Served, path: string, file: string): Promise<string> => {
  const target = join(temporaryFolder(), file);
  const response = await fetch(server.url + path);
  expect(response.status).toBe(200);
  writeFileSync(target, Buffer.from(await response.arrayBuffer()));
  return target;
};

withCalendars('shows every event in calendars, with a length of zero', async () => {
  const server = await startWithEvents();
  const file = await save(server, '/events/ics?limit=all', 'events.ics');
  const script = `
import sys, icalendar
events = [e for e in icalendar.Calendar.from_ical(open(sys.argv[1], newline='').read()).walk('vevent')]
print(len(events), {str(e['duration'].dt) for e in events}, sum('\\r' in e['summary'] for e in events))
`;
  expect((await runProgram(python, ['-c', script, file])).stdout.trim()).toBe(`${count} {'0:00:00'} 0`);
  const configuration = join(temporaryFolder(), 'khal.conf');
  const formats = ['date', 'longdate'].map((name) => `${name}format = %Y-%m-%d`);
  const times = ['datetime', 'longdatetime'].map((name) => `${name}format = %Y-%m-%d %H:%M:%S`);
  const calendars = ['[calendars]', '[[events]]', `path = ${temporaryFolder()}`, '[locale]'];
  writeFileSync(configuration, [...calendars, 'timeformat = %H:%M:%S', ...formats, ...times, ''].join('\n'));
  const khal = await runProgram(
    'khal',
    ['-c', configuration, 'printics', '-f', '{start-time-full}={end-time-full}|', file],
    { env: { ...process.env, LC_ALL: 'C.UTF-8' } },
  );
  const entries = khal.stdout.split('\n').filter((line) => line.includes('|'));
  expect({ exitCode: khal.exitCode, count: entries.length }).toEqual({ exitCode: 0, count });
  for (const entry of entries) expect(entry).toMatch(/^(\S+)=\1\|/);
});

withFeeds('has absolute links in feeds, of the feed, its page and every entry', async () => {
  const server = await startWithEvents();
  const file = await save(server, '/events/atom?limit=all', 'events.atom');
  const hrefs = [...readFileSync(file, 'utf8').matchAll(/ href="([^"]*)"/g)].map(([, href = '']) => href);
  expect(hrefs.length).toBeGreaterThan(count);
  for (const href of hrefs) expect(href.startsWith(`${server.url}/`)).toBe(true);
  const script = `
import sys, feedparser
feed = feedparser.parse(sys.argv[1], resolve_relative_uris=False)
links = [l.href for l in feed.feed.links] + [e.link for e in feed.entries]
print(len(feed.entries), all(l.startswith(sys.argv[2]) for l in links), feed.bozo)
`;
  const { stdout } = await runProgram(python, ['-c', script, file, server.url]);
  expect(stdout.trim()).toBe(`${count} True False`);
});
