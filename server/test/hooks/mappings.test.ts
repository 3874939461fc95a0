// The rules of single kinds that no fixture shows, and the configuration of hooks.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@anthracite/testing';
import { loadConfig } from '../../src';
import { headerText, mapCloudEvents } from '../../src/hooks/cloudevents';
import { mapGithub } from '../../src/hooks/github';
import type { HookKind, HookOptions, MapHook } from '../../src/hooks/hook';
import { readHooks } from '../../src/hooks/hook-config';
import { timeOf } from '../../src/hooks/times';
import { nameWord, wordOfTag } from '../../src/hooks/words';
import { fixturesOf } from './fixtures';

const now = Date.parse('2026-11-24T12:00:00Z');

function optionsOf(kind: HookKind, options: Readonly<Record<string, unknown>> = {}): HookOptions {
  const read = readHooks({ x: { kind, ...options } });
  if (!read.ok) throw new Error(read.fault.why);
  return (read.hooks[0] as { options: HookOptions }).options;
}

function run(map: MapHook, kind: HookKind, json: unknown, headers = {}, options = {}) {
  const hook = { name: kind, kind, options: optionsOf(kind, options) };
  return map({ headers, path: '/hooks/x', json, text: JSON.stringify(json), hook, now });
}

test.each([
  ['2026-11-24T10:15:00.123456789+01:00', '2026-11-24T09:15:00.123Z'],
  ['2026-11-24 11:15:00 +0100', '2026-11-24T10:15:00.000Z'],
  ['2026-11-24 10:07:31 UTC', '2026-11-24T10:07:31.000Z'],
  ['2026-11-24T10:15:00.250+0000', '2026-11-24T10:15:00.250Z'],
  [1_795_515_300, '2026-11-24T10:15:00.000Z'],
  [1_795_515_300_250, '2026-11-24T10:15:00.250Z'],
  [1_795_515_300_250_000, '2026-11-24T10:15:00.250Z'],
  [1_795_515_300_250_000_000, '2026-11-24T10:15:00.250Z'],
  ['1795515300', '2026-11-24T10:15:00.000Z'],
  ['0001-01-01T00:00:00Z', null],
  [1_795_515, null],
  [Number.POSITIVE_INFINITY, null],
  [null, null],
  ['soon', null],
])('reads the time %s', (value, expected) => {
  const time = timeOf(value);
  expect(time === null ? null : new Date(time).toISOString()).toBe(expected);
});

test.each([
  ['kick_start', 'kick-start'],
  ['back_end', 'back-end'],
  ['my shop', 'my_shop'],
  ['weekend', 'weekend'],
])('writes the name %s so that it marks nothing', (name, word) => {
  expect(nameWord(name)).toBe(word);
});

test.each([
  ['env:prod', 'env=prod'],
  ['env : prod', 'env=prod'],
  ['équipe:web', 'équipe=web'],
  ['10:15', '10:15'],
  ['http://x/y', 'http://x/y'],
  ['a=b', 'a=b'],
  ['x:', 'x'],
  [':x', ''],
  ['two words', 'two_words'],
])('writes the tag %s', (tag, word) => {
  expect(wordOfTag(tag)).toBe(word);
});

test.each([
  ['Gr%C3%BC%C3%9Fe%20%22x%22%20100%25', 'Grüße "x" 100%'],
  [Buffer.from('Grüße "x" 100%').toString('latin1'), 'Grüße "x" 100%'],
  ['Gr\u00fc\u00dfe "x" 100%', 'Grüße "x" 100%'],
  ['100% of it', '100% of it'],
  ['"quoted"', 'quoted'],
  ['%FF%', '%FF%'],
  ['%FF', '%FF'],
])('reads the header %s of a CloudEvent', (value, text) => {
  expect(headerText(value)).toBe(text);
});

test('reads every recorded CloudEvent, whatever its encoding', () => {
  const events = fixturesOf('captured-hooks/cloudevents').flatMap(({ headers, body }) => {
    const lower = Object.fromEntries(headers.map(([name, value]) => [name.toLowerCase(), value]));
    const mapped = run(mapCloudEvents, 'cloudevents', JSON.parse(body.toString()), lower);
    expect(mapped.problems).toEqual([]);
    return mapped.events.map(({ event }) => event);
  });
  const subjects = events.map(({ tags }) => tags.find((tag) => tag.startsWith('subject=')));
  expect(subjects.filter((subject) => subject === 'subject=Grüße_"x"_100%')).toHaveLength(5);
  expect(events.filter(({ description }) => description === 'plain é')).toHaveLength(2);
});

test('reads id and time of a CDEvent from its context, in each version', () => {
  for (const { name, body } of fixturesOf('captured-hooks/cdevents')) {
    const data = JSON.parse(body.toString()) as { context: { id: string; timestamp: string } };
    const type = 'dev.cdevents.wrapped.by.library';
    const { events, problems } = run(mapCloudEvents, 'cloudevents', data, {
      ...{ 'ce-specversion': '0.3', 'ce-type': type, 'ce-id': 'of the wrapping', 'ce-source': '/x' },
    });
    expect([name, problems]).toEqual([name, []]);
    expect([name, events[0]?.key, events[0]?.event.time]).toEqual([
      ...[name, `/ci/shop ${data.context.id}`, Date.parse(data.context.timestamp)],
    ]);
  }
});

test('makes a span of a deployment of GitHub where that is wanted', () => {
  const fixture = fixturesOf('hooks/github').find(({ name }) => name.endsWith('status-success'));
  const json: unknown = JSON.parse(fixture?.body.toString() ?? '');
  const headers = { 'x-github-event': 'deployment_status' };
  const { events } = run(mapGithub, 'github', json, headers, { spans: true });
  expect(events.map(({ event, key }) => [event.type, event.tags[0], key])).toEqual([
    ['deploy_shop_start', 'span=5150', 'deployment:5150:start'],
    ['deploy_shop_end', 'span=5150', 'deployment:5150:success'],
  ]);
});

test.each([
  [{ conclusion: 'failure', head_branch: 'main' }, 1],
  [{ conclusion: 'failure', head_branch: 'topic' }, 0],
  [{ conclusion: null, head_branch: 'main' }, 0],
  [{ conclusion: 'skipped', head_branch: 'main' }, 0],
])('takes the run %j of GitHub as %i events', (changed, count) => {
  const json = {
    action: 'completed',
    workflow_run: {
      id: 5,
      run_attempt: 2,
      run_number: 7,
      updated_at: '2026-11-24T10:00:00Z',
      name: '',
      ...changed,
    },
    workflow: { name: 'test' },
    repository: { name: 'shop', default_branch: 'main' },
  };
  const { events, problems } = run(mapGithub, 'github', json, { 'x-github-event': 'workflow_run' });
  expect([events.length, problems]).toEqual([count, []]);
  if (count === 1) expect(events[0]).toMatchObject({ key: 'run:5.2', event: { type: 'ci_shop' } });
});

test.each([
  ['hooks: [github]', /names of hooks/],
  ['hooks:\n  Git Hub: {}', /line 2: hooks: Git Hub: expected a name/],
  ['hooks:\n  x: { kind: nosuch }', /line 2: hooks: x: kind: expected one of alertmanager.*, not "nosuch"/],
  ['hooks:\n  github:\n    tags: [a]\n    per: group', /line 4: hooks: github: per: a hook of kind github/],
  [
    'hooks:\n  github:\n    tgas: [a]',
    /line 3: hooks: github: tgas: unknown option; known are kind, secret-file, tags/,
  ],
  ['hooks:\n  alertmanager: { severities: { critical: 7 } }', /numbers from 1 to 4.*, not "\{/],
  ['hooks:\n  pagerduty: {}', /secret-file: it is missing/],
  ['hooks:\n  github: { secret-file: /nowhere }', /\/nowhere cannot be read/],
  ['hooks:\n  x: { kind: json, type: a }', /description: it is missing/],
  ['hooks:\n  x: { kind: json, type: "{__proto__.a}", description: b }', /"__proto__.a" is not a path/],
  ['hooks:\n  x: { kind: json, type: "{a", description: b }', /\{ without a \}/],
  ['hooks:\n  x: { kind: json, type: a, description: b, when: { c: { exists: 1 } } }', /exists: true/],
  ['hook:\n  github: {}', /unknown setting "hook"; did you mean hooks/],
])('refuses the configuration %j', (text, why) => {
  const file = join(temporaryFolder(), 'anthracite.yaml');
  writeFileSync(file, text);
  expect(() => loadConfig({ config: file }, {})).toThrow(why);
});

test('reads several secrets, and refuses a short one and an empty file', () => {
  const folder = temporaryFolder();
  const [config, secret] = [join(folder, 'anthracite.yaml'), join(folder, 'secret')];
  writeFileSync(config, `hooks:\n  github: { secret-file: ${secret} }\n`);
  writeFileSync(secret, '# new\nthe-new-secret-of-both\n\nthe-old-secret-of-both\n');
  expect(loadConfig({ config }, {}).hooks[0]?.secrets).toEqual([
    'the-new-secret-of-both',
    'the-old-secret-of-both',
  ]);
  writeFileSync(secret, 'short\n');
  expect(() => loadConfig({ config }, {})).toThrow('shorter than 12');
  writeFileSync(secret, '\n');
  expect(() => loadConfig({ config }, {})).toThrow('holds no secret');
});
