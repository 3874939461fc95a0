import { bodyOf, checkEvent, eventLimits, titleOf } from '../src';

const good = { time: 1_467_844_481_250, type: 'deploy', tags: ['env=prod'], description: 'e8e5e4' };

test('a good event passes as it is', () => {
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
])('%s is refused', (_name, change, code) => {
  expect(checkEvent({ ...good, ...change })).toMatchObject({ ok: false, problem: { code } });
});

test('a description as long as its limit is kept', () => {
  expect(checkEvent({ ...good, description: 'é'.repeat(524_288) }).ok).toBe(true);
});

test('minus nought and nought are one instant', () => {
  const checked = checkEvent({ ...good, time: -0 });
  expect(checked.ok && Object.is(checked.value.time, 0)).toBe(true);
});

test('the first line is the title, the rest the body', () => {
  expect([titleOf('a\nb\nc'), bodyOf('a\nb\nc')]).toEqual(['a', 'b\nc']);
  expect([titleOf('a'), bodyOf('a')]).toEqual(['a', '']);
  expect([titleOf('\nb'), bodyOf('\nb')]).toEqual(['', 'b']);
});
