// The Ruby of the module gives exactly the results of the TypeScript: on Ruby, and on the JRuby of puppetserver.

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatLine } from '@anthracite/protocol';
import { hasProgram, needs, runProgram, temporaryFolder } from '@anthracite/testing';
import fc from 'fast-check';
import { mappingOptionNames, mappingOptions, mapReportBody } from '../src';
import { goldenCases, optionsOf, packageFolder, pathOf } from './golden';

const scripts = join(packageFolder, 'test', 'ruby');
const vectorFile = join(packageFolder, '..', 'protocol', 'vectors', 'change-text.json');

// JRuby needs half a minute after its start to read all this YAML, so it gets JSON where it exists.
const inJson = goldenCases.flatMap((golden) => {
  const file = golden.file.replace('.yaml', '.json');
  return file.endsWith('.json') && existsSync(pathOf(file)) ? [{ ...golden, file }] : [];
});
const engines = [
  ['ruby', goldenCases],
  ['jruby', inJson],
] as const;

async function ruby(
  engine: string,
  script: string,
  input: unknown,
  env: NodeJS.ProcessEnv = {},
): Promise<unknown> {
  const { exitCode, stdout, stderr } = await runProgram(engine, [join(scripts, script)], {
    input: JSON.stringify(input),
    env: { ...process.env, ...env },
  });
  if (exitCode !== 0) throw new Error(`${engine} ${script} ended with ${exitCode}: ${stderr}`);
  return JSON.parse(stdout);
}

describe.each(engines)('%s', (engine, cases) => {
  const isThere = hasProgram(engine, '-v');

  needs(engine, isThere)(
    'gives the golden events',
    async () => {
      const entries = cases.map(({ file, settings }) => ({ file: pathOf(file), settings }));
      const mapped = (await ruby(engine, 'map.rb', entries)) as unknown[];
      expect(mapped).toHaveLength(cases.length);
      for (const [i, { file, settings, event: line, run }] of cases.entries()) {
        expect([file, settings, mapped[i]]).toEqual([file, settings, { line, run }]);
      }
    },
    600_000,
  );

  needs(engine, isThere)(
    'gives the results of the text vectors in any locale',
    async () => {
      const vectors = JSON.parse(readFileSync(vectorFile, 'utf8')) as Record<string, unknown[][]>;
      const { about: _about, ...expected } = vectors;
      const made = (await ruby(engine, 'vectors.rb', vectors, { LC_ALL: 'C' })) as Record<string, unknown[]>;
      expect(Object.keys(made).sort()).toEqual(Object.keys(expected).sort());
      for (const [name, rows] of Object.entries(expected)) {
        expect([name, made[name]]).toEqual([name, rows.map((row) => row.at(-1))]);
      }
    },
    600_000,
  );
});

// Unusual texts: from all planes of Unicode, and with the patterns of the mapping.
const oddText = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 40 }),
  fc.string({ unit: 'binary', maxLength: 40 }).map((text) => text.toWellFormed()),
  fc
    .array(
      fc.constantFrom(
        'password',
        'PASS=',
        'ſecret: ',
        'to\u212aen=',
        '"',
        "'",
        '\\',
        ' ',
        '=>',
        '\n',
        '\u0000',
        '\u001b[1m',
        '\u2028',
        '\u202e',
        '://a:b@c',
        '--api-key ',
        'Bearer abcdefgh1',
        "change from 'a' to 'b' failed: ",
        "Could not set 'x' on ensure: ",
        "'/bin/sh' returned 3",
        ' got "x"',
        'Invalid value "x"',
        '/etc/a',
        '/',
        '1',
        '2',
        '09',
        '10',
        '[',
        ']',
        ';',
        'é',
        '😀',
        'x'.repeat(90),
        '\ufffd\ufffd',
        ' on node web01',
        'Server Error: ',
        'role::',
        'web01.example.com',
        '/tmp/x9',
        'htpasswd -b f a ',
        'Exec[a -p b]',
        'returned 1: out',
        '/bin/sh: 1: x: not found',
        ' | chpasswd',
        '\\"',
      ),
      { maxLength: 12 },
    )
    .map((parts) => parts.join('')),
);
const oddTime = fc.oneof(
  fc
    .date({ min: new Date('1970-01-02'), max: new Date('2100-01-01'), noInvalidDate: true })
    .map((date) => date.toISOString()),
  fc.constantFrom(
    '2026-02-31T10:00:00.1234567+05:30',
    '2026-11-22 07:00:00 -0100',
    '2026-11-22T07:00:00Z',
    '2026-13-01T00:00:00Z',
    'now',
    null,
    5,
  ),
);
const oddEvent = fc.record({
  property: fc.oneof(fc.constantFrom(null, 'ensure', 'returns', 'content'), oddText),
  name: fc.oneof(fc.constantFrom('refresh', 'file_created', 'x_9'), oddText),
  status: fc.constantFrom('success', 'failure', 'noop', 'audit'),
  message: oddText,
  corrective_change: fc.boolean(),
  time: oddTime,
});
const oddResource = fc.record(
  {
    title: oddText,
    resource_type: fc.oneof(fc.constantFrom('File', 'Exec', 'Cron', 'Notify'), oddText),
    file: fc.oneof(fc.constantFrom(null, '/a/modules/m/manifests/b/c.pp'), oddText),
    line: fc.constantFrom(null, 7, 1.5, 'x'),
    tags: fc.array(oddText, { maxLength: 3 }),
    changed: fc.boolean(),
    failed: fc.boolean(),
    failed_to_restart: fc.boolean(),
    corrective_change: fc.boolean(),
    events: fc.array(oddEvent, { maxLength: 3 }),
  },
  { requiredKeys: ['changed', 'events'] },
);
const oddReport = fc.record({
  host: fc.oneof(
    oddText.filter((text) => text !== ''),
    fc.constant('web01.example.com'),
  ),
  environment: oddText,
  configuration_version: fc.oneof(oddText, fc.integer()),
  transaction_uuid: oddText,
  status: fc.constantFrom('changed', 'failed', 'unchanged', ':failed'),
  transaction_completed: fc.boolean(),
  noop: fc.boolean(),
  noop_pending: fc.boolean(),
  cached_catalog_status: fc.constantFrom('not_used', 'on_failure'),
  time: oddTime,
  metrics: fc.record({
    time: fc.record({
      values: fc.array(
        fc.tuple(
          fc.constantFrom('total', 'startup_time'),
          fc.constant('x'),
          fc.oneof(fc.double({ min: -1, max: 20_000, noNaN: true }), fc.constant('1')),
        ),
        { maxLength: 2 },
      ),
    }),
    resources: fc.record({
      values: fc.array(fc.tuple(fc.constant('skipped'), fc.constant('x'), fc.nat(9)), { maxLength: 1 }),
    }),
  }),
  logs: fc.array(
    fc.record({
      level: fc.constantFrom('err', ':err', 'notice'),
      message: fc.oneof(
        oddText,
        fc.constant('Caught TERM; exiting'),
        fc.constant('Could not retrieve catalog; skipping run'),
      ),
      source: fc.constantFrom('Puppet', 'Facter'),
      time: oddTime,
    }),
    { maxLength: 3 },
  ),
  resource_statuses: fc.dictionary(
    oddText.map((text) => `File[${text}]`),
    oddResource,
    { maxKeys: 6 },
  ),
});
const oddSettings = fc.constantFrom(
  {},
  { send: 'changed,failed,noop', ignore_resources: '', role_pattern: '*', tags: 'a;b c,\\' },
  { send: 'noop,failed', show_titles: 'false', ignore_resources: 'Fi*,*[?x*]' },
  { show_output: 'true', max_length: '10000', max_resources: '100' },
  { max_length: '80', max_resources: '3', report_url: 'https://b/%h/%e/%u/%c/%s/%x' },
);

needs('ruby', hasProgram('ruby', '-v'))(
  'gives the same results in Ruby and TypeScript for unusual reports, too',
  async () => {
    const entries = fc.sample(fc.record({ report: oddReport, settings: oddSettings }), {
      numRuns: 600,
      seed: 20_261_125,
    });
    const ours = entries.map(({ report, settings }) => {
      const mapped = mapReportBody(Buffer.from(JSON.stringify(report)), optionsOf(settings));
      return {
        line: mapped.kind === 'event' ? formatLine(mapped.event) : null,
        run: mapped.kind === 'bad' ? null : mapped.run,
      };
    });
    const theirs = (await ruby('ruby', 'map.rb', entries)) as unknown[];
    expect(ours.filter(({ line }) => line !== null).length).toBeGreaterThan(200);
    expect(ours.filter(({ run }) => run?.failure).length).toBeGreaterThan(50);
    for (const [i, mapped] of ours.entries()) expect(theirs[i]).toEqual(mapped);
  },
  600_000,
);

describe('settings', () => {
  const test = needs('ruby', hasProgram('ruby', '-v'));
  const folder = temporaryFolder();
  const read = async (text: string | null): Promise<Record<string, unknown>> => {
    const file = join(folder, text === null ? 'missing.yaml' : 'anthracite.yaml');
    if (text !== null) writeFileSync(file, text);
    const { stdout } = await runProgram('ruby', [join(scripts, 'settings.rb'), file]);
    return JSON.parse(stdout) as Record<string, unknown>;
  };

  test('of the mapping are the same as in TypeScript, with the same defaults', async () => {
    const defaults = await read(null);
    for (const name of mappingOptionNames)
      expect([name, defaults[name]]).toEqual([name, mappingOptions[name].default]);
  });

  test('can be strings or symbols, lists or words with commas', async () => {
    const settings = await read(
      ':host: db01\n"port": 2105\n:send: failed\ntags: [a, "dc=ams"]\nhosts: "web*, !web9"\nshow_titles: false\n',
    );
    expect(settings).toMatchObject({
      host: 'db01',
      port: 2105,
      send: ['failed'],
      tags: ['a', 'dc=ams'],
      hosts: ['web*', '!web9'],
      show_titles: false,
    });
    expect(await read('')).toMatchObject({ port: 2005 });
  });

  test('with faults are reported by name, value and rule, without the token', async () => {
    for (const [text, error] of [
      ['hots: x', 'unknown setting "hots"; known settings: enabled, host'],
      ['port: 99999', 'the setting port is 99999; expected a port number'],
      ['send: everything', 'the setting send is "everything"; expected changed, failed and noop'],
      ['timeout: 3600', 'the setting timeout is 3600; expected seconds, up to 30'],
      ['- a', 'contains no settings'],
      ['a: [', 'is not YAML'],
      ['a: !ruby/object:Object {}', 'is not YAML'],
    ] as const) {
      expect((await read(text))['error']).toContain(error);
    }
    const { error } = await read('token: [hunter2]');
    expect(error).toBe('the setting token is not valid; expected a token');
  });
});
