// Variables in lists: several values become several items.

import { interpolateList } from '../src/query/interpolation';

const values: Readonly<Record<string, unknown>> = {
  one: 'a',
  many: ['a', 'b,c'],
  more: ['1', '2'],
  none: [],
  empty: '',
};
const replace = (text: string, format: (value: unknown) => string): string =>
  text.replace(/\$(\w+)/g, (whole, name: string) => (name in values ? format(values[name]) : whole));

test.each([
  [['x'], ['x']],
  [['$one'], ['a']],
  [['$many'], ['a', 'b,c']],
  [['host=$many'], ['host=a', 'host=b,c']],
  [['!$many'], ['!a', '!b,c']],
  [['$many-$more'], ['a-1', 'a-2', 'b,c-1', 'b,c-2']],
  [['$none', '$empty', '!$empty', 'x'], ['x']],
  [['$unknown'], ['$unknown']],
])('expands %j', (list, expected) => {
  expect(interpolateList(list, replace)).toEqual(expected);
});
