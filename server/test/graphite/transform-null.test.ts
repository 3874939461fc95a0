// transformNull: nulls become a value, also where the steps without events are never written out.

import fc from 'fast-check';
import { render } from '../../src/graphite/render';
import { ask, type Curve, points } from './curves';

const everySecond = { noNullPoints: false, fromSeconds: 101, untilSeconds: 104 };

test.each([
  ['transformNull(events("deploy"))', 'transformNull(events("deploy"),0)', [0, 2, 0]],
  ['transformNull(events("deploy"), -1.5)', 'transformNull(events("deploy"),-1.5)', [-1.5, 2, -1.5]],
  [
    'transformNull(events("deploy"), default=1234567)',
    'transformNull(events("deploy"),1.23457e+06)',
    [1_234_567, 2, 1_234_567],
  ],
  [
    'transformNull(transformNull(events("run"), 7), 9)',
    'transformNull(transformNull(events("run"),7),9)',
    [7, 1, 7],
  ],
  [
    'sumSeries(transformNull(events("deploy"), 1), transformNull(events("run"), 10), events("*"))',
    'sumSeries(transformNull(events("deploy"),1),transformNull(events("run"),10),events("*"))',
    [11, 6, 11],
  ],
])('%s', async (target, name, values) => {
  const [curve] = await ask(target, everySecond);
  expect(curve?.target).toBe(name);
  expect(curve?.datapoints.map(([value]) => value)).toEqual(values);
});

test('adds its value to the tags, as text', async () => {
  const [curve] = await ask('transformNull(events("deploy"), 0.5)', everySecond);
  expect(curve?.tags).toEqual({ name: 'events("deploy")', transformNull: '0.5' });
});

test('leaves no null in a series of a type without events, with and without noNullPoints', async () => {
  const zeros = [
    [0, 105],
    [0, 106],
  ];
  const quiet = { fromSeconds: 105, untilSeconds: 107 };
  expect(await points('transformNull(events("deploy"))', { ...quiet, noNullPoints: false })).toEqual([zeros]);
  expect(await points('transformNull(events("deploy"))', quiet)).toEqual([zeros]);
});

test('keeps the null of an interval that starts at the end of the range, as Graphite does, unless it comes last', async () => {
  const range = { noNullPoints: false, fromSeconds: 100, untilSeconds: 110 };
  const inner = 'transformNull(events("deploy"), 1)';
  expect(await points(`summarize(${inner}, "5s")`, range)).toEqual([
    [
      [6, 100], // 2 and four times 1
      [5, 105],
      [null, 110],
    ],
  ]);
  expect(await points('transformNull(summarize(events("deploy"), "5s"))', range)).toEqual([
    [
      [2, 100],
      [1, 105],
      [0, 110],
    ],
  ]);
});

test.each(['sum', 'average', 'max', 'min', 'last', 'count', 'median'])(
  'combines values and replaced nulls by %s as if each second were written out',
  async (func) => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: 59 }), { maxLength: 40 }),
        fc.integer({ min: 0, max: 30 }),
        fc.integer({ min: 1, max: 60 }),
        fc.integer({ min: 1, max: 25 }),
        fc.integer({ min: -3, max: 3 }),
        async (offsets, from, length, step, value) => {
          const counts = new Map<number, number>();
          for (const offset of [...offsets].sort((a, b) => a - b))
            if (offset < length) counts.set(from + offset, (counts.get(from + offset) ?? 0) + 1);
          const rendered = await render(
            {
              targets: [`summarize(transformNull(events("*"), ${value}), "${step}s", "${func}")`],
              fromSeconds: from,
              untilSeconds: from + length,
              maxDataPoints: 0,
              noNullPoints: false,
            },
            async () => counts,
          );
          if (!rendered.ok) throw new Error(rendered.message);
          const [curve] = JSON.parse([...rendered.value].join('')) as Curve[];
          for (const [found, start] of curve?.datapoints ?? []) {
            const values = Array.from({ length: step }, (_, i) => start + i)
              .filter((second) => second >= from && second < from + length)
              .map((second) => counts.get(second) ?? value);
            if (values.length === 0) expect(found).toBeNull();
            else expect(found).toBeCloseTo(combine(func, values), 9);
          }
        },
      ),
    );
  },
);

function combine(func: string, values: readonly number[]): number {
  const sum = values.reduce((a, b) => a + b, 0);
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const [lower = 0, upper = 0] = [sorted[middle - 1], sorted[middle]];
  const results: Record<string, number> = {
    sum,
    average: sum / values.length,
    max: Math.max(...values),
    min: Math.min(...values),
    last: values.at(-1) ?? 0,
    count: values.length,
    median: sorted.length % 2 === 1 ? upper : (lower + upper) / 2,
  };
  return results[func] ?? Number.NaN;
}

test('answers for a century at once, because the seconds without events are not written out', async () => {
  const century = { fromSeconds: -2e9, untilSeconds: 2e9, maxDataPoints: 100, noNullPoints: false };
  const [datapoints = []] = await points('transformNull(events("*"))', century);
  expect(datapoints.length).toBeLessThanOrEqual(100);
  expect(datapoints.reduce((sum, [value]) => sum + (value ?? Number.NaN), 0)).toBe(5);
});

test('combines steps by an interval that they do not divide evenly, and refuses too many of them', async () => {
  const target = 'summarize(transformNull(summarize(events("deploy"), "2s"), 1), "5s")';
  expect(await points(target, { noNullPoints: false, fromSeconds: 100, untilSeconds: 109 })).toEqual([
    [
      [4, 100], // 100: 1, 102: 2, 104: 1
      [2, 105], // 106 and 108
      [null, 110],
    ],
  ]);
  await expect(ask(target, { untilSeconds: 1e6 })).rejects.toThrow(
    'steps of 2 s cannot be combined for more than 10000 steps',
  );
});
