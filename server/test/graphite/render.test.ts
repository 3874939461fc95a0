import fc from 'fast-check';
import { describeFunctions } from '../../src/graphite/functions';
import { type RenderRequest, render } from '../../src/graphite/render';

interface Curve {
  readonly target: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly datapoints: readonly (readonly [number | null, number])[];
}

// Deploys at 102 (two) and 109, puppet runs at 102 and 104.
const deploys = [
  [102, 2],
  [109, 1],
] as const;
const runs = [
  [102, 1],
  [104, 1],
] as const;

async function count(tags: readonly string[] | '*', from: number, until: number) {
  const all =
    tags === '*'
      ? [[102, 3] as const, [104, 1] as const, [109, 1] as const]
      : tags[0] === 'deploy'
        ? deploys
        : runs;
  return new Map(all.filter(([second]) => second >= from && second < until));
}

async function ask(targets: string | string[], more: Partial<RenderRequest> = {}): Promise<Curve[]> {
  const rendered = await render(
    {
      targets: [targets].flat(),
      fromSeconds: 100,
      untilSeconds: 110,
      maxDataPoints: 0,
      noNullPoints: true,
      ...more,
    },
    count,
  );
  if (!rendered.ok) throw new Error(rendered.message);
  return JSON.parse([...rendered.value].join('')) as Curve[];
}

async function points(target: string, more: Partial<RenderRequest> = {}) {
  return (await ask(target, more)).map((curve) => curve.datapoints);
}

test.each([
  [
    'events("deploy")',
    'events("deploy")',
    [
      [2, 102],
      [1, 109],
    ],
  ],
  [
    "events('deploy','x')",
    'events("deploy", "x")',
    [
      [2, 102],
      [1, 109],
    ],
  ],
  [
    'events("*")',
    'events("*")',
    [
      [3, 102],
      [1, 104],
      [1, 109],
    ],
  ],
  [
    'constantLine(100)',
    '100.0',
    [
      [100, 100],
      [100, 105],
      [100, 110],
    ],
  ],
  [
    'constantLine(0.25)',
    '0.25',
    [
      [0.25, 100],
      [0.25, 105],
      [0.25, 110],
    ],
  ],
  [
    'alias(events("deploy"), "Deploys \u00e9")',
    'Deploys \u00e9',
    [
      [2, 102],
      [1, 109],
    ],
  ],
  [
    'aliasSub(events("deploy"), "(^.*$)", "\\1 A")',
    'events("deploy") A',
    [
      [2, 102],
      [1, 109],
    ],
  ],
  [
    'aliasSub(events("deploy"), "events\\(.(?P<tag>\\w+).*", "\\g<tag>")',
    'deploy',
    [
      [2, 102],
      [1, 109],
    ],
  ],
  [
    'summarize(events("deploy"), "5s")',
    'summarize(events("deploy"), "5s", "sum")',
    [
      [2, 100],
      [1, 105],
    ],
  ],
  ['summarize(events("*"), "1h", "max")', 'summarize(events("*"), "1h", "max")', [[3, 0]]],
  [
    'summarize(events("*"), "1min", "avg", true)',
    'summarize(events("*"), "1min", "avg", true)',
    [[5 / 3, 100]],
  ],
  ['summarize(events("*"), "1min", func="count")', 'summarize(events("*"), "1min", "count")', [[3, 60]]],
  ['summarize(events("*"), "1min", "median")', 'summarize(events("*"), "1min", "median")', [[1, 60]]],
  [
    'drawAsInfinite(events("deploy"))',
    'drawAsInfinite(events("deploy"))',
    [
      [2, 102],
      [1, 109],
    ],
  ],
  [
    'sumSeries(events("run"), events("deploy"))',
    'sumSeries(events("deploy"),events("run"))',
    [
      [3, 102],
      [1, 104],
      [1, 109],
    ],
  ],
  ['timeShift(events("deploy"), "5s")', 'timeShift(events("deploy"), "-5s")', [[2, 107]]],
  ['timeShift(events("deploy"), "+5s")', 'timeShift(events("deploy"), "+5s")', [[1, 104]]],
])('%s', async (target, name, datapoints) => {
  expect(await ask(target)).toEqual([expect.objectContaining({ target: name, datapoints })]);
});

test('a series keeps its tags, and functions add theirs', async () => {
  const [curve] = await ask('alias(drawAsInfinite(summarize(events("deploy"), "5s")), "x")');
  expect(curve?.tags).toEqual({
    name: 'events("deploy")',
    summarize: '5s',
    summarizeFunction: 'sum',
    drawAsInfinite: '1',
  });
});

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

test.each([
  ['foo(events("a"))', 'Received request for unknown function: foo'],
  ['toString()', 'Received request for unknown function: toString'],
  ['events()', "Missing required parameter 'tags' for function events"],
  ['events(5)', 'events: tags is "5"; expected text in quotes'],
  ['alias(events("a"))', "Missing required parameter 'newName' for function alias"],
  ['alias(events("a"), "b", "c")', 'alias: too many arguments, at most 2 are expected'],
  ['alias(events("a"), name="b")', 'alias: there is no parameter "name"'],
  ['alias(events("a"), "b", newName="c")', 'alias: newName is given twice'],
  ['alias("a", "b")', 'alias: seriesList is "a"; expected a series such as events("deploy")'],
  ['summarize(events("a"), "1x")', "Invalid offset unit 'x'"],
  ['summarize(events("a"), "0s")', 'shorter than a second'],
  ['summarize(events("a"), "-1h")', 'shorter than a second'],
  [
    'summarize(events("a"), "1h", "mode")',
    'func is "mode"; expected the name of an aggregation in quotes (one of sum,',
  ],
  ['aliasSub(events("a"), "(", "b")', 'missing closing )'],
  ['aliasSub(events("a"), "a", "\\9")', 'Group index out of bounds: 9'],
  ['aliasSub(events("a"), "(a{99}){99}", "b")', 'the pattern cannot be used'],
  ['"a"', 'a target is a function such as events("deploy")'],
  [`group(${Array(300).fill('events("a")').join(',')})`, 'there are more than 256 calls'],
])('%s is refused with a sentence', async (target, message) => {
  await expect(ask(target)).rejects.toThrow(message);
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

test('every function is described as Graphite describes its own', () => {
  const described = describeFunctions();
  expect(described['events']).toMatchObject({
    name: 'events',
    group: 'Special',
    function: 'events(*tags)',
    params: [{ name: 'tags', type: 'string', required: true, multiple: true }],
  });
  expect(described['summarize']?.function).toBe(
    "summarize(seriesList, intervalString, func='sum', alignToFrom=False)",
  );
  for (const { description } of Object.values(described)) expect(description).toMatch(/\.$/);
});
