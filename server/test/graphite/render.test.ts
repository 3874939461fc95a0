// Points over time: none lost or doubled, none too many, and no count asked for twice.

import fc from 'fast-check';
import { render } from '../../src/graphite/render';
import { ask, type Curve, points } from './curves';

test('without noNullPoints every second is there', async () => {
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

test('several targets, and group, come in their order; a metric is no series', async () => {
  const curves = await ask(['group(events("run"), events("deploy"))', 'servers.*.load', ' ', 'events("*")']);
  expect(curves.map((curve) => curve.target)).toEqual(['events("run")', 'events("deploy")', 'events("*")']);
});

test('consolidation loses and doubles no event, and moves no point before the first second', async () => {
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

test('the edges of consolidated points stay where they are while the range moves on', async () => {
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

test('an answer of too many points is refused before it is made', async () => {
  await expect(ask('events("a")', { noNullPoints: false, untilSeconds: 1_000_101 })).rejects.toThrow(
    'would have 1000001 points, more than 1000000; give maxDataPoints',
  );
  const century = { fromSeconds: -2e9, untilSeconds: 2e9, maxDataPoints: 100, noNullPoints: false };
  expect((await points('summarize(events("*"), "1s")', century)).flat().length).toBeLessThanOrEqual(100);
});

test('counts that were asked for once are not asked for again', async () => {
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
