// Imports from other sources: the original's database and documents, and files that are damaged, truncated or unusual.

import { join } from 'node:path';
import { Readable } from 'node:stream';
import { temporaryFolder } from '@anthracite/testing';
import { command, startServer } from '../in-process';
import { Sqlite as BetterSqlite3 } from '../sqlite';
import { eventsOf, type ListedEvent, type ListedReject, manyLines, rejectsOf } from './stored';

let url: string;
beforeEach(async () => {
  url = await startServer();
});

const folder = temporaryFolder();

const listed = (): Promise<ListedEvent[]> => eventsOf(url);
const rejects = (): Promise<ListedReject[]> => rejectsOf(url);

function originalDatabase(name: string, count: number): string {
  const file = join(folder, name);
  const db = new BetterSqlite3(file);
  db.exec(`CREATE TABLE event_types (type_id integer primary key autoincrement, name varchar(255));
    CREATE TABLE events (type_id int, time int, desc text);
    INSERT INTO event_types (name) VALUES ('deploy_vimeo.com'), ('puppet'), ('two words')`);
  const insert = db.prepare('INSERT INTO events VALUES (?, ?, ?)');
  db.transaction(() => {
    for (let i = 0; i < count; i++) insert.run((i % 2) + 1, 1_467_844_481 + i, `event ${i} é <b>bold</b>`);
    insert.run(
      1,
      1_400_000_000,
      '"deploy e8e5e4 initiated by Nicolas -- github.com/Vimeo/main/compare/foobar..e8e5e4"',
    );
    insert.run(2, 1_400_000_001, 'first line\nsecond line');
    insert.run(3, 1_400_000_002, 'of a type with a blank');
    insert.run(9, 1_400_000_003, 'of no type');
  })();
  db.close();
  return file;
}

test("imports the original's database completely, keeps invalid events as rejected lines, and only duplicates the second time", async () => {
  const file = originalDatabase('anthracite.db', 12_000);
  const first = await command(url, ['import', file]);
  expect(first.stdout.toString()).toBe('stored=12002 duplicate=0 rejected=2\n');
  expect(first.exitCode).toBe(1);
  expect(first.stderr).toContain('item 3: the type "two words" contains white space; use _ or - instead');
  expect(first.stderr).toContain('anthracite rejects');
  expect(await rejects()).toEqual([
    expect.objectContaining({ door: 'import', code: 'WHITE_SPACE_IN_TYPE' }),
    expect.objectContaining({ door: 'import', code: 'BAD_FIELD' }),
  ]);
  const again = await command(url, ['import', file]);
  expect(again.stdout.toString()).toBe('stored=0 duplicate=12002 rejected=2\n');
  const events = await listed();
  expect(events).toHaveLength(12_002);
  expect(events.slice(0, 3)).toEqual([
    {
      time: 1_400_000_000_000,
      type: 'deploy_vimeo.com',
      tags: [],
      description: 'deploy e8e5e4 initiated by Nicolas -- github.com/Vimeo/main/compare/foobar..e8e5e4',
    },
    { time: 1_400_000_001_000, type: 'puppet', tags: [], description: 'first line\nsecond line' },
    { time: 1_467_844_481_000, type: 'deploy_vimeo.com', tags: [], description: 'event 0 é <b>bold</b>' },
  ]);
});

test('can correct and submit rejected lines', async () => {
  await command(url, ['import', originalDatabase('mended.db', 0)]);
  const line = '1400000002 two_words of a type with a blank';
  expect((await command(url, ['rejects', '--resubmit', '1', '--line', line])).exitCode).toBe(0);
  const json = '{"time": 1400000003000, "type": "no_type", "description": "of no type", "tags": []}';
  expect((await command(url, ['rejects', '--resubmit', '2', '--line', json])).exitCode).toBe(0);
  expect((await listed()).map(({ type }) => type)).toEqual(expect.arrayContaining(['two_words', 'no_type']));
  expect(await rejects()).toEqual([]);
});

const document = {
  date: '2013-03-20T20:41:16',
  desc: 'site <b>down</b>\nby a cable',
  tags: ['incident', 'outage=cable', 'author=jo doe'],
  ticket: 12,
  note: 'two\nlines',
};
const fromDocument: ListedEvent = {
  time: 1_363_812_076_000,
  type: 'incident',
  tags: ['outage=cable', 'author=jo_doe', 'ticket=12'],
  description: 'site <b>down</b>\nby a cable\nnote: two\nlines',
};
const hit = { _index: 'anthracite', _type: 'event', _id: 'PZ1su5w5', _source: document };

test.each([
  [
    'a search answer',
    JSON.stringify({ took: 3, _shards: { total: 5 }, hits: { total: 1, max_score: null, hits: [hit] } }),
  ],
  ['the same, indented', JSON.stringify({ took: 3, hits: { total: 1, hits: [hit] } }, null, 2)],
  ['hits, one a line', `${JSON.stringify(hit)}\n`],
  ['the bulk format', `{"index":{"_id":"PZ1"}}\n${JSON.stringify(document)}\n`],
  ['its own JSON list', JSON.stringify({ events: [{ ...document, date: 1_363_812_076, id: 'PZ1su5w5' }] })],
])("imports the original's documents from Elasticsearch: %s", async (_name, text) => {
  expect(await command(url, ['import', '-'], text)).toMatchObject({ exitCode: 0, stderr: '' });
  expect(await listed()).toEqual([fromDocument]);
});

test("reads the first version's JSON, with type and seconds", async () => {
  const text = JSON.stringify({ events: [{ time: 1_467_844_481, type: 'puppet', desc: 'x' }] });
  expect((await command(url, ['import', '-'], text)).exitCode).toBe(0);
  expect(await listed()).toEqual([{ time: 1_467_844_481_000, type: 'puppet', tags: [], description: 'x' }]);
});

test("reads Graphite's JSON, including titles of several lines", async () => {
  const text = '[{"when": 1467844481, "what": "a\\nb", "data": "c", "tags": ["x", "y"], "id": 7}]';
  expect((await command(url, ['import', '-'], text)).exitCode).toBe(0);
  expect(await listed()).toEqual([
    { time: 1_467_844_481_000, type: 'x', tags: ['y'], description: 'a\nb\nc' },
  ]);
});

test.each([
  [
    'json',
    '{"events": [{"id":1,"time":1000,"type":"a","description":"x"}, {"id":2,"time":2000,"type":"b"',
    'it ends within an item',
  ],
  [
    'json',
    '{"events": [{"id":1,"time":1000,"type":"a","description":"x"}]]',
    'around the events is not valid',
  ],
  [
    'xml',
    '<events><event id="1" time="1000"><type>a</type><description>x</description></event><event',
    'well-formed',
  ],
  [
    'xml',
    '<events><event id="1" time="1000"><type>a</type><description>x</description></event>&bad;</events>',
    'well-formed',
  ],
  ['csv', 'id,time,type,tags,description\r\n1,1970-01-01T00:00:01Z,a,,x\r\n2,"unclosed', 'not valid CSV'],
])(
  'stores the items of a damaged %s before the damage, and sets the exit code',
  async (_format, text, words) => {
    const { exitCode, stderr } = await command(url, ['import', '-'], text);
    expect(exitCode).toBe(1);
    expect(stderr).toContain(words);
    expect(stderr).toContain('--skip 1');
    expect((await listed()).map(({ description }) => description)).toEqual(['x']);
  },
);

test('reads no entities of a document: neither files nor bombs', async () => {
  const text = `<!DOCTYPE events [<!ENTITY file SYSTEM "file:///etc/passwd"><!ENTITY a "aaaa">]>
    <events><event id="1" time="1000"><type>a</type><description>&file;</description></event></events>`;
  expect((await command(url, ['import', '-'], text)).exitCode).toBe(1);
  expect(await listed()).toEqual([]);
});

test('never repairs bytes that are not UTF-8', async () => {
  const line = Buffer.concat([Buffer.from('1467844481 a caf'), Buffer.from([0xe9, 10])]);
  expect((await command(url, ['import', '-', '--format', 'raw', '--force'], line)).exitCode).toBe(1);
  const csv = Buffer.concat([
    Buffer.from('time,type,description\n1467844481,a,caf'),
    Buffer.from([0xe9, 10]),
    Buffer.from('1467844482,a,good\n'),
  ]);
  expect((await command(url, ['import', '-'], csv)).stdout.toString()).toBe(
    'stored=1 duplicate=0 rejected=1\n',
  );
  expect((await listed()).map(({ description }) => description)).toEqual(['good']);
  expect((await rejects()).map(({ code }) => code)).toEqual(['NOT_UTF8', 'NOT_UTF8']);
});

test('does not date an event without a time to now', async () => {
  for (const item of [
    '{"type":"a","description":"x"}',
    '{"what":"x"}',
    '{"desc":"x"}',
    '{"time":"-1d","type":"a","description":"x"}',
  ]) {
    expect((await command(url, ['import', '-'], `${item}\n`)).exitCode).toBe(1);
  }
  expect(await listed()).toEqual([]);
});

test.each(['json', 'raw', 'xml'])('reports a truncated %s list', async (format) => {
  await command(url, ['import', '-'], '1467844481 a x\n1467844482 a y\n');
  const cut = await (await fetch(`${url}/events/${format}?limit=1`)).text();
  const { stdout, stderr } = await command(url, ['import', '-', '--json'], cut);
  expect(JSON.parse(stdout.toString())).toMatchObject({ duplicate: 1, rejected: 0, truncated: true });
  expect(stderr).toContain('marked as truncated');
});

test('reports a truncated ndjson list of an older server, which marked it in the last line', async () => {
  const list =
    '{"id":1,"time":1467844481000,"type":"a","tags":[],"description":"x"}\n{"truncated":true,"next":"1"}\n';
  const { stdout, stderr } = await command(url, ['import', '-', '--json'], list);
  expect(JSON.parse(stdout.toString())).toMatchObject({ stored: 1, rejected: 0, truncated: true });
  expect(stderr).toContain('marked as truncated');
});

test('says where an interrupted import continues, and continues there', async () => {
  const lines = manyLines(20_000);
  const signals: { send?: () => void } = {};
  // The signal arrives in the middle of the file.
  const source = Readable.from(
    (function* () {
      for (let at = 0; at < lines.length; at += 40_000) {
        if (at === 400_000) signals.send?.();
        yield Buffer.from(lines.slice(at, at + 40_000));
      }
    })(),
  );
  const { exitCode, stderr } = await command(url, ['import', '-', '--format', 'raw'], source, signals);
  expect(exitCode).toBe(130);
  const done = Number(/--skip (\d+)/.exec(stderr)?.[1]);
  expect(done).toBeGreaterThan(0);
  expect(done).toBeLessThan(20_000);
  expect(await listed()).toHaveLength(done);
  const { stdout } = await command(url, ['import', '-', '--format', 'raw', '--skip', String(done)], lines);
  expect(stdout.toString()).toBe(`stored=${20_000 - done} duplicate=0 rejected=0\n`);
});

test('skips comments in any encoding and at any length', async () => {
  const lines = Buffer.from(
    `# caf\xe9\n1467800000 a b\n# ${'\xe9'.repeat(20_000_000)}\n1467800001 a c\n`,
    'latin1',
  );
  const { exitCode, stdout } = await command(url, ['import', '-', '--format', 'raw'], lines);
  expect([exitCode, stdout.toString()]).toEqual([0, 'stored=2 duplicate=0 rejected=0\n']);
});

test('sends less at once to a server with a small limit for bodies', async () => {
  url = await startServer({ 'max-body-bytes': '4096' });
  const long = `1467800000 long ${'x'.repeat(5_000)}\n`;
  const { exitCode, stdout, stderr } = await command(url, ['import', '-'], long + manyLines(500));
  expect(stdout.toString()).toBe('stored=500 duplicate=0 rejected=1\n');
  expect(stderr).toContain('larger than 4096 bytes');
  expect(exitCode).toBe(1);
});

test('counts thousands of bad items and keeps them within the maximum of rejected lines', async () => {
  const items = Array.from({ length: 3_000 }, (_, i) => `{"time":${i},"type":"a b","description":"x"}\n`);
  const { stdout, stderr } = await command(url, ['import', '-', '--force'], items.join(''));
  expect(stdout.toString()).toBe('stored=0 duplicate=0 rejected=3000\n');
  expect(stderr.split('\n').filter((line) => line.startsWith('item '))).toHaveLength(10);
  expect(stderr).toContain('... and 2 990 more');
  expect(((await (await fetch(`${url}/rejects`)).json()) as { total: number }).total).toBe(3_000);
});

test.each([
  [['import', '/nowhere/events.json'], 2, 'cannot be read'],
  [['import', '.'], 2, 'it is a folder'],
  [['import', '-', '--format', 'yaml'], 2, 'Allowed choices are json, ndjson'],
  [['import', '-', '--skip', 'x'], 2, 'expected a whole number'],
  [['export', '--format', 'jsonp'], 2, 'Allowed choices are'],
  [['export', '-o', 'events.unknown'], 2, 'unknown file extension in'],
  [['export', '-o', '/nowhere/events.csv'], 2, 'cannot be written'],
  [['export', '--format', 'json', '--raw-cells'], 2, '--raw-cells works only with --format csv'],
  [['export', '--format', 'sqlite', '--limit', '5'], 2, '--limit does not work with sqlite'],
  [['export', '--format', 'json', '--bom'], 2, '--bom works only with --format csv'],
  [['export', '--force'], 2, '--force works only with --output'],
  [['export', '--from', '2026-02', '--until', '2026-01'], 2, 'is after --until (2026-01-01T00:00:00Z)'],
])('ends %j with %d and the reason', async (args, code, words) => {
  const { exitCode, stderr } = await command(url, args);
  expect(stderr).toContain(words);
  expect(exitCode).toBe(code);
});

test("distinguishes a server's own database from a file of events, and another program's from both", async () => {
  const [own, foreign] = [join(folder, 'own.db'), join(folder, 'foreign.db')];
  await startServer({ database: own });
  expect((await command(url, ['import', own])).stderr).toContain(
    `${own} is the database of a server, which cannot be imported directly`,
  );
  const db = new BetterSqlite3(foreign);
  db.exec('CREATE TABLE events (a)');
  db.close();
  expect(await command(url, ['import', foreign])).toMatchObject({ exitCode: 1 });
});
