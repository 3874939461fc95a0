// Checks XML and Atom with a validating parser and the schemas of the docs.

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { needs } from '@anthracite/testing';
import fc from 'fast-check';
import { entryId } from '../../src/formats/atom';
import { storedEvent, written } from './samples';

const schemas = join(__dirname, '../../../../docs/schemas');
const hasXmllint = spawnSync('xmllint', ['--version']).status === 0;
const hasPython = spawnSync('python3', ['--version']).status === 0;
const events = fc.array(storedEvent, { maxLength: 10 });

function validate(xml: string, ...schema: string[]): { status: number | null; stderr: string } {
  const { status, stderr } = spawnSync('xmllint', ['--noout', '--nonet', ...schema, '-'], {
    input: xml,
    encoding: 'utf8',
  });
  return { status, stderr };
}

const xsd = ['--schema', join(schemas, 'events.xsd')];
const rng = ['--relaxng', join(schemas, 'atom.rng')];
const withXmllint = needs('xmllint', hasXmllint);

for (const [format, schema] of [
  ['xml', xsd],
  ['atom', rng],
] as const) {
  withXmllint(`${format} is valid, whatever the events`, () => {
    fc.assert(
      fc.property(events, fc.constantFrom(null, '1_2'), (list, next) => {
        const { status, stderr } = validate(written(format, list, next), ...schema);
        expect(stderr.trim()).toBe('- validates');
        expect(status).toBe(0);
      }),
      { numRuns: 40 },
    );
  });

  withXmllint(`${format} that is wrong is found to be: the test above can fail`, () => {
    const good = written(format, [{ id: 1, time: 0, type: 'x', tags: [], description: 'y' }]);
    expect(validate(good, ...schema).status).toBe(0);
    expect(validate(good.replace('1970-01-01T00:00:00.000Z', '1970-01-01'), ...schema).status).not.toBe(0);
    expect(validate(good.replace('>y<', '>\u0001<'), ...schema).status).not.toBe(0);
  });
}

const textsInPython = `
import json, sys
import xml.etree.ElementTree as tree
text = lambda one: json.loads(one.text) if one.get('encoding') == 'json' else one.text
read = lambda event: [int(event.get('time')), text(event.find('type')), [text(tag) for tag in event.findall('tag')],
                      text(event.find('description'))]
json.dump([read(event) for event in tree.parse(sys.stdin.buffer).getroot()], sys.stdout)
`;

needs('python3', hasPython)('lets another parser read the exact texts of xml', () => {
  fc.assert(
    fc.property(events, (list) => {
      const input = written('xml', list);
      const { stdout, stderr } = spawnSync('python3', ['-c', textsInPython], { input, encoding: 'utf8' });
      expect(stderr).toBe('');
      expect(JSON.parse(stdout)).toEqual(
        list.map(({ time, type, tags, description }) => [time, type, tags, description]),
      );
    }),
    { numRuns: 40 },
  );
});

test('keeps the id of an entry when its text changes and gives each event a unique id', () => {
  const idOf = (xml: string): string | undefined => /<entry>\n<id>([^<]*)/.exec(xml)?.[1];
  const event = { id: 7, time: 1_467_844_481_250, type: 'x', tags: [], description: 'y' };
  const id = idOf(written('atom', [event]));
  expect(id).toBe('urn:uuid:0155c259-50e2-8000-8000-000000000007');
  expect(idOf(written('atom', [{ ...event, type: 'z', description: 'other' }]))).toBe(id);
  fc.assert(
    fc.property(storedEvent, storedEvent, (one, other) => {
      fc.pre(one.id !== other.id || one.time !== other.time);
      expect(entryId(one.id, one.time)).not.toBe(entryId(other.id, other.time));
    }),
  );
});
