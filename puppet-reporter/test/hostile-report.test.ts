// Hostile bodies: each gets a clean answer, from the mapping and from its thread.

import { MappingThread } from '@anthracite/protocol/bridge';
import fc from 'fast-check';
import {
  defaultMappingOptions,
  isPlainlyUnchanged,
  type Mapped,
  type MappingOptions,
  mappingScript,
  mapReportBody,
} from '../src';
import { readFixture } from './golden';

const head =
  '--- !ruby/object:Puppet::Transaction::Report\nhost: web01\nstatus: changed\ntime: 2026-11-22T07:00:00Z\n';
const bomb = Array.from(
  { length: 9 },
  (_, i) =>
    `b${i + 1}: &b${i + 1} [${Array(9)
      .fill(i === 0 ? 'x' : `*b${i}`)
      .join(', ')}]`,
).join('\n');
const deep = (open: string, close: string, depth: number) =>
  `${head}logs: ${open.repeat(depth)}${close.repeat(depth)}\n`;

const bodies: readonly (readonly [string, string | Uint8Array, Mapped['kind']])[] = [
  ['nothing', '', 'bad'],
  ['a page', '<html><body>502 Bad Gateway</body></html>', 'bad'],
  ['a number', '42', 'bad'],
  ['half a report', readFixture('20-agent-changed.yaml').subarray(0, 5_000), 'bad'],
  ['half a report in JSON', readFixture('20-agent-changed.json').subarray(0, 5_000), 'bad'],
  [
    'an alias bomb in the message of a log',
    `${bomb}\n${head.replace('--- !ruby/object:Puppet::Transaction::Report\n', '')}resource_statuses: {}\nlogs: [{level: err, message: *b9, time: *b9}]\n`,
    'skipped',
  ],
  ['an alias bomb as the host', `${bomb}\nhost: *b9\nstatus: failed\n`, 'bad'],
  [
    'a report within itself',
    '&a\nhost: web01\nstatus: failed\nlogs: *a\nresource_statuses: *a\ntime: 2026-11-22T07:00:00Z\n',
    'event',
  ],
  ['lists 200 000 deep', deep('[', ']', 200_000), 'bad'],
  ['mappings 200 000 deep', deep('{a: ', '}', 200_000), 'bad'],
  [
    'JSON 100 000 deep',
    `{"host":"a","status":"failed","logs":${'['.repeat(100_000)}${']'.repeat(100_000)}}`,
    'bad',
  ],
  ['a class that is not from Puppet', '--- !ruby/object:Gem::Installer\ni: x\n', 'bad'],
  ['a JavaScript function', '--- !!js/function "function(){ throw 1 }"\n', 'bad'],
  [
    'fields of every object',
    '{"__proto__": {"host": "x", "status": "failed"}, "constructor": 1, "hasOwnProperty": 2}',
    'bad',
  ],
  ['two documents', `${head}--- a\n`, 'bad'],
  ['a key twice', `${head}host: web02\n`, 'bad'],
  [
    'NUL bytes and bytes that are not UTF-8',
    Buffer.concat([Buffer.from(head), Buffer.from([0, 255, 254])]),
    'bad',
  ],
  ['numbers where texts belong', '{"host": 5, "status": "failed"}', 'bad'],
  [
    'lists where mappings belong',
    '{"host": "a", "status": "failed", "metrics": [1], "logs": {"a": 1}, "resource_statuses": [[]], "time": "2026-11-22T07:00:00Z"}',
    'event',
  ],
  ['a time that no calendar has', '{"host": "a", "status": "failed", "time": "2026-13-45T99:00:00Z"}', 'bad'],
];

test.each(bodies)('%s', async (_what, body, kind) => {
  const bytes = Buffer.from(body as Uint8Array);
  expect(mapReportBody(bytes, defaultMappingOptions).kind).toBe(kind);
  const thread = new MappingThread<MappingOptions, Mapped>(mappingScript);
  expect((await thread.map(bytes, defaultMappingOptions)).kind).toBe(kind);
  await thread.close();
});

test('never quotes the body in a reason', () => {
  for (const body of [
    '--- hunter2: [',
    '--- *hunter2',
    '--- !hunter2 x',
    '{"hunter2"',
    '--- "hunter2',
    '--- {hunter2: 1, hunter2: 2}',
  ]) {
    const mapped = mapReportBody(Buffer.from(body), defaultMappingOptions);
    expect(mapped).toMatchObject({ kind: 'bad' });
    expect(JSON.stringify(mapped)).not.toContain('hunter2');
  }
});

test('does not report a changed report as unchanged because of its texts', () => {
  const forged = `${head}logs:\n- level: err\n  message: "x"\nstatus: unchanged\nnoop_pending: false\ncached_catalog_status: not_used\n`;
  expect(isPlainlyUnchanged(Buffer.from(forged))).toBe(false);
  const real = readFixture('25-agent-cached-on-failure.yaml');
  expect(
    isPlainlyUnchanged(Buffer.from(real.toString().replace('status: changed', 'status: unchanged'))),
  ).toBe(false);
});

test('gives a clean answer for any JSON', () => {
  const fields = [
    'host',
    'status',
    'time',
    'logs',
    'metrics',
    'resource_statuses',
    'noop_pending',
    'cached_catalog_status',
  ];
  const value = fc.oneof(
    fc.constantFrom('changed', 'failed', 'unchanged', 'on_failure', '2026-11-22T07:00:00Z', true, null, 7),
    fc.jsonValue({ maxDepth: 4 }),
    fc.dictionary(fc.constantFrom('File[/a]', '[', 'x'), fc.jsonValue()),
  );
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom(...fields), value), (report) => {
      const mapped = mapReportBody(
        Buffer.from(JSON.stringify({ host: 'web01', status: 'changed', ...report })),
        defaultMappingOptions,
      );
      expect(['event', 'skipped', 'bad']).toContain(mapped.kind);
    }),
    { numRuns: 500 },
  );
});
