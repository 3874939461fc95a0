// A server on PostgreSQL answers as a server on SQLite, byte for byte: with texts that PostgreSQL refuses, and with days in zones
// whose law changed.

import { join } from 'node:path';
import { hasPostgres, postgresSchema, temporaryFolder } from '@anthracite/testing';
import { start, type TestServer } from '../../start';

const describeWithPostgres = hasPostgres ? describe : describe.skip;
const now = Date.UTC(2026, 11, 31);
// Their law changed in 2026: PostgreSQL and Node have data of different ages.
const zones = [
  'America/Vancouver',
  'America/Edmonton',
  'America/Inuvik',
  'America/Winnipeg',
  'Africa/Casablanca',
  'America/Havana',
  'Australia/Lord_Howe',
];

interface NewEvent {
  readonly time: number;
  readonly type: string;
  readonly tags: readonly string[];
  readonly description: string;
}

const at = (hour: number): number => Date.UTC(2026, 0, 1) + hour * 3_600_000;
const long = 'w'.repeat(3_000);
const lines: readonly NewEvent[] = Array.from({ length: 8_760 / 5 }, (_, i) => ({
  time: at(5 * i) + (i % 7) * 1_001,
  type: ['deploy_web', 'puppet', 'incident_sev2_start', 'incident_sev2_end'][i % 4] as string,
  tags: [`host=web${i % 3}`, `incident=${Math.floor(i / 4)}`, `service=shop${i % 2}`],
  description: `event ${i}\nof the year`,
}));
const odd: readonly NewEvent[] = [
  ['nul', ['a\0b'], 'before\0after'],
  ['a\u0001b\0', ['\u0001=\u0001\u0001', '\0=\0'], '\u0001\u0002 \0\u0001'],
  ['words', ['x'], `${long} ${long}x ${long}y end`],
  ['vector', ['x'], Array.from({ length: 100_000 }, (_, i) => `word${i}`).join(' ')],
  ['series', Array.from({ length: 128 }, (_, i) => `${i}=${'s'.repeat(1_000)}`), 'a series of 128 kB'],
  ['percent_%', ['100%', 'under_score', 'back\\slash', "quote's"], "it's a \\ and a ' and a \""],
  ['é', ['naïve=ß', '😀=😀'], 'CAFÉ 😀 日本語'],
  ['star*', ['*=*'], '*'],
].map(([type, tags, description], i) => ({
  time: at(100 * i),
  type: type as string,
  tags: tags as string[],
  description: description as string,
}));

const everything = 'from=20260101&until=20270101';
const searches = [
  'event',
  'event 17',
  'ev*',
  '-event',
  'before',
  'after -event',
  long,
  `${long}x`,
  `${long}z`,
  `-${long} end`,
  'w*',
  'word77777',
  'word7777*',
  '"word5 word6"',
  'café',
  '😀',
  '日本',
  "it's",
  '*',
];
const filters = [
  'type=nul',
  'type=percent_%25',
  'type=percent_*',
  'type=*_*',
  'type=!puppet&type=!deploy_*',
  'any=100%25',
  'any=under_score',
  'any=back%5Cslash',
  'any=back%5C*',
  'any=*%5C*',
  "any=quote's",
  'any=a%00b',
  'any=a%00*',
  'any=%01*',
  'any=*%00*',
  'all=host=*&all=service=shop1',
  'any=127=*',
  'any=na%C3%AFve=*',
  'some=host=web1%20host=web2&none=service=*1',
];
const lists = [...searches.map((text) => `q=${encodeURIComponent(text)}`), ...filters];
const paths = [
  ...lists.flatMap((query) => [
    `/events/json?${everything}&${query}`,
    `/events/counts?${everything}&${query}&interval=1d`,
  ]),
  ...zones.flatMap((zone) => {
    const range = `${everything}&tz=${encodeURIComponent(zone)}`;
    return [
      `/events/counts?${range}&interval=1d&by=type`,
      `/events/counts?${range}&interval=1mon`,
      `/events/counts?${range}&interval=1w&by=host`,
      `/report?${range}`,
      `/report/csv?${range}`,
    ];
  }),
  ...['json', 'raw', 'ndjson', 'csv', 'xml', 'atom', 'ics', 'html', 'get_data'].flatMap((format) => [
    `/events/${format}?${everything}&limit=300`,
    `/events/${format}?${everything}&order=ascending&limit=10`,
  ]),
  '/spans?from=20260101&until=20270101&limit=1000',
  '/spans/ics?from=20260101&until=20260201',
  '/spans/3/suspects',
  '/spans/3',
  '/events/1/followers',
  `/events/json?${everything}&group=service`,
  `/events/timeline?${everything}`,
  '/types',
  '/tags',
  '/tags?prefix=host',
  '/events/1',
  '/events/2/history',
  '/events/5/history',
  '/events/1760/history',
  '/rejects',
  `/render?target=events(%22puppet%22)&from=-1d&format=json`,
  ...['puppet%20host=web1', 'host=web1%20never', 'a%00*%20x'].flatMap((words) =>
    ['union', 'intersection'].map((set) => `/events/get_data?tags=${words}&set=${set}&${everything}`),
  ),
  '/api/annotations?limit=50',
  '/api/annotations/tags',
];

async function fill(server: TestServer): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const send = async (path: string, method: string, body: unknown): Promise<unknown> => {
    const response = await server.fetch(path, { method, headers, body: JSON.stringify(body) });
    if (!response.ok) throw new Error(`${method} ${path}: ${await response.text()}`);
    return response.json();
  };
  await send('/events', 'POST', lines);
  for (const event of odd) await send('/events', 'POST', event);
  await send('/events/2', 'PATCH', { description: 'edited\0' });
  await send('/events/5', 'PATCH', { tags: ['host=web0'] });
  await server.fetch('/events/9', { method: 'DELETE' });
  await server.fetch('/events/1760', { method: 'DELETE' });
  await server.fetch('/events/1760/restore', { method: 'POST' });
  await server.send('not an event\n');
}

// Texts that differ with the server and the moment, not with the database.
function withoutPorts(text: string, { url }: TestServer): string {
  return text
    .replaceAll(url, 'URL')
    .replaceAll(new URL(url).host, 'HOST')
    .replace(/"received":"[^"]+"/, 'RECEIVED')
    .replace(/127\.0\.0\.1:\d+/g, 'PEER');
}

describeWithPostgres('a server on PostgreSQL', () => {
  let postgres: TestServer;
  let sqlite: TestServer;
  beforeAll(async () => {
    postgres = await start({ database: await postgresSchema() }, () => now);
    sqlite = await start({ database: join(temporaryFolder(), 'same.db') }, () => now);
    await fill(postgres);
    await fill(sqlite);
  }, 120_000);

  test.each(paths)('answers %s as one on SQLite', async (path) => {
    const answers = [];
    for (const server of [postgres, sqlite]) {
      const response = await server.fetch(path);
      const type = response.headers.get('content-type');
      answers.push([response.status, type, withoutPorts(await response.text(), server)]);
    }
    expect(answers[0]).toEqual(answers[1]);
    expect(answers[0]?.[0]).toBe(200);
  });
});
