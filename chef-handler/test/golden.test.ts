// The same run is the same event, by Chef's data collector and by the handler: reviewed golden events for both.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatLine, parseLine } from '@anthracite/protocol';
import type { HostRun } from '@anthracite/protocol/change';
import { needs } from '@anthracite/testing';
import { defaultMappingOptions, type MappingOptions, mapMessage } from '../src';
import { askRuby, hasRuby, packageFolder } from './ruby';

/** A message, the options that differ from the defaults, and the line of its event. */
interface Golden {
  readonly message: string;
  readonly options: Partial<MappingOptions>;
  readonly line: string | null;
  /** The host in the message; null without one. */
  readonly run: HostRun | null;
}

const test_ = join(packageFolder, 'test');
const golden = JSON.parse(readFileSync(join(test_, 'golden/events.json'), 'utf8')) as readonly Golden[];
const read = (message: string): Buffer => readFileSync(join(test_, 'fixtures', `${message}.json`));

test.each(golden.map((one): [string, Golden] => [`${one.message} ${JSON.stringify(one.options)}`, one]))(
  '%s',
  (_name, { message, options, line, run }) => {
    const mapped = mapMessage(read(message), { ...defaultMappingOptions, ...options });
    expect(mapped.outcome === 'event' ? formatLine(mapped.event) : null).toBe(line);
    expect('run' in mapped ? mapped.run : null).toEqual(run);
  },
);

needs('ruby', hasRuby)('creates the same events with the gem', () => {
  const questions = golden.map(({ message, options }) => [JSON.parse(read(message).toString()), options]);
  const answers = askRuby('events.rb', questions) as unknown[];
  const isRun = ({ message }: Golden): boolean => !message.endsWith('run_start');
  for (const [i, one] of golden.entries()) {
    const { message, line, run } = one;
    expect([message, answers[i]]).toEqual([message, isRun(one) ? { line, run } : null]);
  }
});

test('has a golden event for every message, and can read every event back from its line', () => {
  const messages = readdirSync(join(test_, 'fixtures')).map((file) => file.replace(/\.json$/, ''));
  expect([...new Set(golden.map(({ message }) => message))].sort()).toEqual(messages.sort());
  for (const { line } of golden) {
    if (line === null) continue;
    const parsed = parseLine(line);
    expect(parsed.ok && formatLine(parsed.value)).toBe(line);
  }
});

test('shows no attribute, diff, command, password or control character in an event', () => {
  const secrets = [
    's3cret',
    'Tr0ub4dor',
    'hunter',
    'abc123secret',
    'dump.sql',
    'restarts.log',
    'begin output',
    'relation orders',
    'db01',
    'exit 3',
    'checksum',
    'harness',
  ];
  const fixtures = golden.map(({ message }) => read(message).toString()).join('\n');
  for (const secret of secrets) expect(fixtures.toLowerCase()).toContain(secret.toLowerCase());
  for (const { line } of golden) {
    for (const secret of secrets) expect(line?.toLowerCase() ?? '').not.toContain(secret.toLowerCase());
    expect(line ?? '').not.toMatch(/[\0-\x1f\x7f-\x9f\u2028\u202e]/);
  }
});
