// Whole exports, read back by programs of others: each finds the same events, with the same times, types and tags.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hasProgram, needs, runProgram, temporaryFolder } from '@anthracite/testing';
import { rounds } from './faults/rounds';
import { run, type Served, serve } from './program';

const python = '/usr/bin/python3';
const withReaders = needs(
  'jq, awk, Miller, sqlite3, xmllint and Python with icalendar, feedparser and pandas',
  ['jq', 'awk', 'mlr', 'sqlite3', 'xmllint'].every((name) => hasProgram('sh', '-c', `command -v ${name}`)) &&
    hasProgram(python, '-c', 'import icalendar, feedparser, pandas'),
);

const count = rounds(2_000, 100_000);
const start = Date.UTC(2026, 0, 1);
// Whole and fractional seconds, no tags, several tags, and values that programs take for something else.
const tagLists = [[], ['host=web1'], ['env=prod', 'release=007'], ['rollback', 'url=http://x/?a=b&c=<d>']];
const texts = [
  'release 42',
  'NULL',
  '=1+1',
  '"quoted", with a comma',
  'first line\r\nsecond line',
  'Größe 10 µm',
];

/** An event as one line: time in milliseconds, type, tags. */
type Row = string;

const rows: readonly Row[] = Array.from({ length: count }, (_, i) => {
  const time = start + i * 60_000 + (i % 2) * 123;
  return [time, `deploy_${i % 7}`, (tagLists[i % tagLists.length] as string[]).join(' ')].join('\t');
});
// Calendars know whole seconds only.
const inSeconds = (row: Row): Row => row.replace(/^\d+/, (time) => `${time.slice(0, -3)}000`);

let server: Served;
beforeAll(async () => {
  server = await serve(join(temporaryFolder(), 'anthracite.db'));
  const ndjson = rows.map((row, i) => {
    const [time, type, tags = ''] = row.split('\t');
    const description = texts[i % texts.length];
    return JSON.stringify({ time: Number(time), type, tags: tags.split(' ').filter(Boolean), description });
  });
  const file = join(temporaryFolder(), 'events.ndjson');
  writeFileSync(file, `${ndjson.join('\n')}\n`);
  const imported = await run(['import', file, '--server', server.url]);
  expect([imported.exitCode, imported.stderr]).toEqual([0, expect.any(String)]);
}, 600_000);

/** A program that prints the events of the file `$1`, one row a line. */
interface Reader {
  readonly format: string;
  readonly name: string;
  readonly command: readonly string[];
}

const fromPython = (format: string, name: string, script: string): Reader => ({
  format,
  name,
  command: [python, '-c', `import sys\n${script}`],
});
const fromShell = (format: string, name: string, script: string): Reader => ({
  format,
  name,
  command: ['sh', '-c', script, 'sh'],
});

const jqRow = '[(.time | tostring), .type, (.tags | join(" "))] | join("\\t")';
// xmllint writes one element a line.
const joinElements = String.raw`awk -F '[<>]' '
  function row() { if (time != "") print time "\t" type "\t" tags }
  /^ *<event / { row(); sub(/.* time="/, ""); sub(/".*/, ""); time = $0; type = ""; tags = "" }
  $2 == "type" { type = $3 }
  $2 == "tag" { tags = tags (tags == "" ? "" : " ") $3 }
  END { row() }'`;

const readers: readonly Reader[] = [
  fromShell('json', 'jq', `jq -r '.events[] | ${jqRow}' "$1"`),
  fromPython(
    'json',
    'Python',
    `import json
for e in json.load(open(sys.argv[1], encoding='utf-8'))['events']: print(e['time'], e['type'], ' '.join(e['tags']), sep='\\t')`,
  ),
  fromShell('ndjson', 'jq', `jq -r '${jqRow}' "$1"`),
  fromPython(
    'ndjson',
    'pandas',
    `import pandas
for e in pandas.read_json(sys.argv[1], lines=True, convert_dates=False).itertuples(): print(e.time, e.type, ' '.join(e.tags), sep='\\t')`,
  ),
  fromShell(
    'raw',
    'awk',
    String.raw`awk '{ n = split($2, part, ";"); tags = ""; for (i = 2; i <= n; i++) tags = tags (i > 2 ? " " : "") part[i]
      printf "%.0f\t%s\t%s\n", $1 * 1000, part[1], tags }' "$1"`,
  ),
  fromPython(
    'raw',
    'Python',
    `from decimal import Decimal
for line in open(sys.argv[1], encoding='utf-8', newline='\\n'):
    time, type, _ = line.split(' ', 2)
    type, *tags = type.split(';')
    print(int(Decimal(time) * 1000), type, ' '.join(tags), sep='\\t')`,
  ),
  fromShell(
    'csv',
    'Miller',
    String.raw`mlr --icsv --ojsonl -S put '$ms = fmtnum(strptime($time, "%Y-%m-%dT%H:%M:%SZ") * 1000, "%.0lf")' "$1" |
      jq -r '[(.ms | tostring), .type, .tags] | join("\t")'`,
  ),
  fromPython(
    'csv',
    'pandas',
    `import pandas
for e in pandas.read_csv(sys.argv[1], parse_dates=['time'], keep_default_na=False).itertuples():
    print(e.time.value // 1_000_000, e.type, e.tags, sep='\\t')`,
  ),
  fromShell(
    'xml',
    'xmllint',
    `xmllint --huge --format "$1" | ${joinElements} | sed 's/&lt;/</g; s/&gt;/>/g; s/&amp;/\\&/g'`,
  ),
  fromPython(
    'xml',
    'Python',
    `from xml.etree import ElementTree
for e in ElementTree.parse(sys.argv[1]).getroot(): print(e.get('time'), e.findtext('type'), ' '.join(t.text for t in e.findall('tag')), sep='\\t')`,
  ),
  fromPython(
    'atom',
    'feedparser',
    `import feedparser, calendar
for e in feedparser.parse(sys.argv[1]).entries:
    type, *tags = [t.term for t in e.tags]
    print(calendar.timegm(e.published_parsed) * 1000 + int(e.published[20:23]), type, ' '.join(tags), sep='\\t')`,
  ),
  fromPython(
    'atom',
    'Python',
    `from datetime import datetime, timedelta, timezone
from xml.etree import ElementTree
atom, epoch = '{http://www.w3.org/2005/Atom}', datetime(1970, 1, 1, tzinfo=timezone.utc)
for e in ElementTree.parse(sys.argv[1]).getroot().findall(atom + 'entry'):
    type, *tags = [c.get('term') for c in e.findall(atom + 'category')]
    time = datetime.fromisoformat(e.findtext(atom + 'published').replace('Z', '+00:00'))
    print((time - epoch) // timedelta(milliseconds=1), type, ' '.join(tags), sep='\\t')`,
  ),
  fromPython(
    'ics',
    'icalendar',
    `import icalendar
for e in icalendar.Calendar.from_ical(open(sys.argv[1], 'rb').read()).walk('vevent'):
    type, *tags = [str(c) for c in e['categories'].cats]
    print(int(e['dtstart'].dt.timestamp()) * 1000, type, ' '.join(tags), sep='\\t')`,
  ),
  fromShell(
    'ics',
    'awk',
    // Unfolds lines, and undoes the escapes.
    String.raw`sed 's/\r$//' "$1" | awk '
      /^[ \t]/ { line = line substr($0, 2); next } { if (NR > 1) print line; line = $0 } END { print line }' |
      TZ=UTC awk -F: '
      /^DTSTART:/ { t = $2; time = mktime(substr(t, 1, 4) " " substr(t, 5, 2) " " substr(t, 7, 2) " " substr(t, 10, 2) " " substr(t, 12, 2) " " substr(t, 14, 2)) }
      /^CATEGORIES:/ { sub(/^CATEGORIES:/, ""); n = split($0, part, ","); tags = ""
        for (i = 2; i <= n; i++) tags = tags (i > 2 ? " " : "") part[i]
        gsub(/\\;/, ";", tags); printf "%d000\t%s\t%s\n", time, part[1], tags }'`,
  ),
  fromShell(
    'sqlite',
    'sqlite3',
    String.raw`sqlite3 -separator "$(printf '\t')" "$1" "SELECT events.time, events.type, event_list.tags FROM events JOIN event_list USING (id) ORDER BY 1"`,
  ),
  fromPython(
    'sqlite',
    'Python',
    `import json, sqlite3
for time, type, tags in sqlite3.connect(sys.argv[1]).execute('SELECT time, type, tags FROM events'): print(time, type, ' '.join(json.loads(tags)), sep='\\t')`,
  ),
];

const formats = [...new Set(readers.map(({ format }) => format))];

for (const format of formats) {
  withReaders(
    `lets two programs read all events of an export as ${format}`,
    async () => {
      const file = join(temporaryFolder(), `events.${format}`);
      const args = ['export', '--server', server.url, '--format', format, '--from', '2026-01-01', '-o', file];
      const exported = await run(args);
      expect([exported.exitCode, exported.stderr]).toEqual([0, expect.any(String)]);
      const expected = (format === 'ics' ? rows.map(inSeconds) : [...rows]).sort();
      for (const { name, command } of readers.filter((reader) => reader.format === format)) {
        const [program = '', ...rest] = command;
        const { stdout, stderr } = await runProgram(program, [...rest, file], {
          env: { ...process.env, LC_ALL: 'C.UTF-8', PYTHONIOENCODING: 'utf-8' },
        });
        const found = stdout.split('\n').filter(Boolean).sort();
        expect({ name, stderr, count: found.length }).toEqual({ name, stderr, count });
        expect(found.filter((row, i) => row !== expected[i]).slice(0, 3)).toEqual([]);
      }
    },
    rounds(60_000, 900_000),
  );
}
