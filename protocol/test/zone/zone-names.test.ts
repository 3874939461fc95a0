// Which names are taken for time zones, and what is suggested instead of others.

import { canonicalZone, explainZone, isTimeZone } from '../../src';

test.each([
  ...['UTC', 'GMT', 'Zulu', 'EST5EDT', 'CET', 'MET', 'EET', 'WET', 'Japan', 'Cuba', 'Eire', 'Egypt', 'EST'],
  ...['Europe/Paris', 'europe/paris', 'America/Argentina/Ushuaia', 'Etc/GMT+3', 'US/Pacific'],
])('%s is a time zone', (name) => {
  expect(isTimeZone(name)).toBe(true);
  expect(canonicalZone(name)).not.toBeNull();
  expect(explainZone(name)).toBeUndefined();
});

test.each([
  ['BST', 'Europe/London'],
  ['IST', 'Asia/Kolkata'],
  ['AST', 'America/Halifax'],
  ['PST', 'America/Los_Angeles'],
  ['CEST', 'Europe/Berlin'],
  ['amsterdam', 'Europe/Amsterdam'],
  ['New York', 'America/New_York'],
  ['GMT+3', 'Etc/GMT-3'],
  ['UTC-03:00', 'Etc/GMT+3'],
  ['+02:00', 'Etc/GMT-2'],
])('%s is refused; %s is suggested', (name, meant) => {
  expect(isTimeZone(name)).toBe(false);
  expect(canonicalZone(name)).toBeNull();
  expect(explainZone(name)).toBe(`${name} is not an IANA name; do you mean ${meant}?`);
  expect(isTimeZone(meant)).toBe(true);
});

test.each([
  'ACT',
  'ECT',
  'SST',
  'NST',
  'MIT',
  'CNT',
  'Factory',
  'localtime',
  'posixrules',
  'posix/Europe/Paris',
])('%s is refused', (name) => {
  expect(isTimeZone(name)).toBe(false);
  expect(canonicalZone(name)).toBeNull();
});

test.each([
  '',
  'Mars',
  'CET-1CEST',
  'right/Europe/Paris',
  '../Europe/Paris',
  'Europe//Paris',
  'Europe/../UTC',
  'a/'.repeat(99),
])('%p is refused without a suggestion', (name) => {
  expect(isTimeZone(name)).toBe(false);
  expect(canonicalZone(name)).toBeNull();
  expect(explainZone(name)).toBeUndefined();
});
