// Variables in lists: several values become several items, or the alternatives of one item.

import { patternOfAll } from '../src/query/all-values';
import { interpolateAlternatives, interpolateList, type Variables } from '../src/query/interpolation';

const values: Readonly<Record<string, unknown>> = {
  one: 'a',
  many: ['a', 'b,c'],
  more: ['1', '2'],
  none: [],
  empty: '',
  spaced: 'a b',
  all: ['a', 'b', 'c'],
  repeated: 'b',
};
const patterns: Readonly<Record<string, string>> = { all: 'web*', repeated: 'web*', star: 'web*' };
const variables: Variables = {
  replace: (text, format) =>
    text.replace(/\$(\w+)/g, (whole, name: string) => {
      // Grafana replaces All with its custom value, without calling the format.
      if (name === 'star') return '*';
      return name in values ? format(values[name]) : whole;
    }),
  patternOfAll: (name) => patterns[name] ?? null,
};

test.each([
  [['x'], ['x']],
  [['$one'], ['a']],
  [['$many'], ['a', 'b,c']],
  [['host=$many'], ['host=a', 'host=b,c']],
  [['!$many'], ['!a', '!b,c']],
  [['$many-$more'], ['a-1', 'a-2', 'b,c-1', 'b,c-2']],
  [['$none', '$empty', '!$empty', 'x'], ['x']],
  [['$unknown'], ['$unknown']],
  [
    ['$all', '!$star', '$repeated'],
    ['web*', '!web*', 'b'],
  ],
])('expands %j', (list, expected) => {
  expect(interpolateList(list, variables)).toEqual(expected);
});

test.each([
  [['x'], ['x']],
  [['host=$one'], ['host=a']],
  [
    ['host=$many', 'env=prod'],
    ['host=a host=b,c', 'env=prod'],
  ],
  [['$many=$more'], ['a=1 a=2 b,c=1 b,c=2']],
  [['env=prod env=$more'], ['env=prod env=1 env=2']],
  // A tag has no space, so it matches nothing.
  [['host=$spaced'], ['host=a\u00a0b']],
  [['$none', '  ', 'x  x'], ['x']],
  [
    ['host=$all', 'host=$star', 'host=$repeated'],
    ['host=web*', 'host=web*', 'host=b'],
  ],
])('makes the values in %j alternatives', (list, expected) => {
  expect(interpolateAlternatives(list, variables)).toEqual(expected);
});

const type = 'anthracite-events-datasource';
const all = {
  type: 'query',
  current: { value: ['$__all'] },
  datasource: { type },
  query: { refId: 'Var', kind: 'types', pattern: 'deploy_*' },
  allValue: '*',
};

test.each([
  ['the pattern of the variable', all, 'deploy_*'],
  ['its pattern without a custom value', { ...all, allValue: null }, 'deploy_*'],
  ['every value without a pattern', { ...all, query: { kind: 'tagValues', key: 'host' } }, '*'],
  ['its pattern for a single value', { ...all, current: { value: '$__all' } }, 'deploy_*'],
  ['nothing if other values are selected', { ...all, current: { value: ['deploy_web'] } }, null],
  ['nothing for a custom value that is not *', { ...all, allValue: 'puppet' }, null],
  ['nothing if a regular expression narrows the list', { ...all, allValue: '', regex: '/web/' }, null],
  ['nothing for the listed open incidents', { ...all, allValue: '', query: { kind: 'openIncidents' } }, null],
  ['nothing for another datasource', { ...all, datasource: { type: 'graphite' } }, null],
  ['nothing for another kind of variable', { ...all, type: 'custom' }, null],
  ['nothing for a query that is a text', { ...all, query: 'deploy_*' }, null],
  ['nothing for an unknown variable', undefined, null],
])('asks for All by %s', (_, variable, expected) => {
  expect(patternOfAll(variable, type)).toBe(expected);
});
