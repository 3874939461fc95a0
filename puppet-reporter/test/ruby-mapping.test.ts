// The Ruby of the module says what the TypeScript says, to the byte: on Ruby, and on the JRuby of puppetserver.

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { mappingOptionNames, mappingOptions } from '../src';
import { temporaryFolder } from './folders';
import { goldenCases, packageFolder, pathOf } from './golden';
import { hasProgram, needs, run } from './peers';

const scripts = join(packageFolder, 'test', 'ruby');
const vectorFile = join(packageFolder, '..', 'protocol', 'vectors', 'change-text.json');

// A JRuby that has just started takes half a minute to read all that YAML: it gets what there is as JSON.
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
  const { exitCode, stdout, stderr } = await run(engine, [join(scripts, script)], {
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
      const lines = (await ruby(engine, 'map.rb', entries)) as (string | null)[];
      expect(lines).toHaveLength(cases.length);
      for (const [i, { file, settings, event }] of cases.entries()) {
        expect([file, settings, lines[i]]).toEqual([file, settings, event]);
      }
    },
    300_000,
  );

  needs(engine, isThere)(
    'makes of texts what the vectors say, in any locale',
    async () => {
      const vectors = JSON.parse(readFileSync(vectorFile, 'utf8')) as Record<string, unknown[][]>;
      const { about: _about, ...expected } = vectors;
      const made = (await ruby(engine, 'vectors.rb', vectors, { LC_ALL: 'C' })) as Record<string, unknown[]>;
      expect(Object.keys(made).sort()).toEqual(Object.keys(expected).sort());
      for (const [name, rows] of Object.entries(expected)) {
        expect([name, made[name]]).toEqual([name, rows.map((row) => row.at(-1))]);
      }
    },
    120_000,
  );
});

describe('settings', () => {
  const test = needs('ruby', hasProgram('ruby', '-v'));
  const folder = temporaryFolder();
  const read = async (text: string | null): Promise<Record<string, unknown>> => {
    const file = join(folder, text === null ? 'missing.yaml' : 'anthracite.yaml');
    if (text !== null) writeFileSync(file, text);
    const { stdout } = await run('ruby', [join(scripts, 'settings.rb'), file]);
    return JSON.parse(stdout) as Record<string, unknown>;
  };

  test('of the mapping are the same as in TypeScript, with the same defaults', async () => {
    const defaults = await read(null);
    for (const name of mappingOptionNames)
      expect([name, defaults[name]]).toEqual([name, mappingOptions[name].default]);
  });

  test('may be strings or symbols, lists or words with commas', async () => {
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

  test('that are wrong are told by name, value and rule, without the token', async () => {
    for (const [text, error] of [
      ['hots: x', 'the setting "hots" is unknown; there are enabled, host'],
      ['port: 99999', 'the setting port is 99999; expected a port number'],
      ['send: everything', 'the setting send is "everything"; expected changed, failed and noop'],
      ['timeout: 3600', 'the setting timeout is 3600; expected seconds, up to 30'],
      ['- a', 'holds no settings'],
      ['a: [', 'is not YAML'],
      ['a: !ruby/object:Object {}', 'is not YAML'],
    ] as const) {
      expect((await read(text))['error']).toContain(error);
    }
    const { error } = await read('token: [hunter2]');
    expect(error).toBe('the setting token is not one; expected a token');
  });
});
