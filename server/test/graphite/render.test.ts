// Points over time: counts are exact, their number is limited, and counts are cached.

import fc from 'fast-check';
import { render } from '../../src/graphite/render';
import { ask, type Curve, points } from './curves';

test('returns every second without noNullPoints', async () => {
  const [datapoints] = await points('events("deploy")', {
    noNullPoints: false,
    fromSeconds: 101,
    untilSeconds: 104,
  });
  expect(datapoints).toEqual([
    [null, 101],
    [2, 102],
    [null, 103],
  ]);
});

test('returns several targets and group in order, and no series for a metric', async () => {
  const curves = await ask(['group(events("run"), events("deploy"))', 'servers.*.load', ' ', 'events("*")']);
  expect(curves.map((curve) => curve.target)).toEqual(['events("run")', 'events("deploy")', 'events("*")']);
});

test('keeps the sum of events in consolidated points, none of them before the first second', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 0, max: 4_999 }), { maxLength: 200 }),
      fc.integer({ min: 0, max: 1_000_000 }),
      fc.integer({ min: 1, max: 5_000 }),
      fc.integer({ min: 1, max: 300 }),
      async (offsets, fromSeconds, length, maxDataPoints) => {
        const counts = new Map<number, number>();
        const inside = offsets.filter((offset) => offset < length).sort((a, b) => a - b);
        for (const offset of inside)
          counts.set(fromSeconds + offset, (counts.get(fromSeconds + offset) ?? 0) + 1);
        const rendered = await render(
          {
            targets: ['events("*")'],
            fromSeconds,
            untilSeconds: fromSeconds + length,
            maxDataPoints,
            noNullPoints: false,
          },
          async () => counts,
        );
        if (!rendered.ok) throw new Error(rendered.message);
        const [curve] = JSON.parse([...rendered.value].join('')) as Curve[];
        const datapoints = curve?.datapoints ?? [];
        expect(datapoints.length).toBeLessThanOrEqual(maxDataPoints);
        expect(datapoints.reduce((sum, [value]) => sum + (value ?? 0), 0)).toBe(inside.length);
        const seconds = datapoints.map(([, second]) => second);
        expect(Math.min(...seconds)).toBeGreaterThanOrEqual(fromSeconds);
        expect(seconds).toEqual([...new Set(seconds)].sort((a, b) => a - b));
      },
    ),
  );
});

test('keeps the boundaries of consolidated points while the range moves', async () => {
  const secondsFrom = async (fromSeconds: number) =>
    (
      await points('events("*")', {
        fromSeconds,
        untilSeconds: fromSeconds + 1_000,
        maxDataPoints: 11,
        noNullPoints: false,
      })
    )
      .flat()
      .map(([, second]) => second)
      .slice(1);
  expect(await secondsFrom(5_010)).toEqual(await secondsFrom(5_090));
});

test('refuses a query with too many points before it computes them', async () => {
  await expect(ask('events("a")', { noNullPoints: false, untilSeconds: 1_000_101 })).rejects.toThrow(
    'would have 1000001 points, more than 1000000; give maxDataPoints',
  );
  const century = { fromSeconds: -2e9, untilSeconds: 2e9, maxDataPoints: 100, noNullPoints: false };
  expect((await points('summarize(events("*"), "1s")', century)).flat().length).toBeLessThanOrEqual(100);
});

test('does not count the same events twice', async () => {
  let asked = 0;
  await render(
    {
      targets: Array(5).fill('events("a")'),
      fromSeconds: 0,
      untilSeconds: 9,
      maxDataPoints: 0,
      noNullPoints: true,
    },
    async () => {
      asked++;
      return new Map();
    },
  );
  expect(asked).toBe(1);
});
