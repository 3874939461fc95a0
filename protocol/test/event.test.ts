import { bodyOf, checkEvent, eventLimits, titleOf } from '../src';

const good = { time: 1_467_844_481_250, type: 'deploy', tags: ['env=prod'], description: 'e8e5e4' };

test('accepts a valid event unchanged', () => {
  expect(checkEvent(good)).toEqual({ ok: true, value: good });
});

test.each([
  ['a fraction of a millisecond', { time: 0.5 }, 'TIMESTAMP_OUT_OF_RANGE'],
  ['not a number', { time: Number.NaN }, 'TIMESTAMP_OUT_OF_RANGE'],
  ['the year 10000', { time: eventLimits.maxTimeMs + 1 }, 'TIMESTAMP_OUT_OF_RANGE'],
  ['the year 0', { time: eventLimits.minTimeMs - 1 }, 'TIMESTAMP_OUT_OF_RANGE'],
  ['no type', { type: '' }, 'EMPTY_TYPE'],
  ['a space in the type', { type: 'a b' }, 'WHITE_SPACE_IN_TYPE'],
  ['half a surrogate pair in the type', { type: 'a\ud83d' }, 'LONE_SURROGATE'],
  ['an empty tag', { tags: ['a', ''] }, 'EMPTY_TAG'],
  ['a line break in a tag', { tags: ['a\nb'] }, 'WHITE_SPACE_IN_TAG'],
  ['half a surrogate pair in a tag', { tags: ['\udc00'] }, 'LONE_SURROGATE'],
  ['no description', { description: '' }, 'EMPTY_DESCRIPTION'],
  ['half a surrogate pair in the description', { description: 'a\ud83d' }, 'LONE_SURROGATE'],
  ['a description beyond its limit', { description: 'é'.repeat(524_289) }, 'DESCRIPTION_TOO_LONG'],
])('refuses %s', (_name, change, code) => {
  expect(checkEvent({ ...good, ...change })).toMatchObject({ ok: false, problem: { code } });
});

test('accepts a description of exactly the maximum length', () => {
  expect(checkEvent({ ...good, description: 'é'.repeat(524_288) }).ok).toBe(true);
});

test('treats -0 and 0 as the same instant', () => {
  const checked = checkEvent({ ...good, time: -0 });
  expect(checked.ok && Object.is(checked.value.time, 0)).toBe(true);
});

test('splits a text into the first line as title and the rest as body', () => {
  expect([titleOf('a\nb\nc'), bodyOf('a\nb\nc')]).toEqual(['a', 'b\nc']);
  expect([titleOf('a'), bodyOf('a')]).toEqual(['a', '']);
  expect([titleOf('\nb'), bodyOf('\nb')]).toEqual(['', 'b']);
});
