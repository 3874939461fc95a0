// The result of each of Graphite's functions, and the messages for invalid arguments.

import { describeFunctions } from '../../src/graphite/functions';
import { ask } from './curves';

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
    'sumSeries(events("run"),events("deploy"))',
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

test('keeps the tags of a series and adds those of functions', async () => {
  const [curve] = await ask('alias(drawAsInfinite(summarize(events("deploy"), "5s")), "x")');
  expect(curve?.tags).toEqual({
    name: 'events("deploy")',
    summarize: '5s',
    summarizeFunction: 'sum',
    drawAsInfinite: '1',
  });
});

test.each([
  ['foo(events("a"))', 'Received request for unknown function: foo'],
  ['toString()', 'Received request for unknown function: toString'],
  ['events()', "Missing required parameter 'tags' for function events"],
  ['events(5)', 'events: tags is "5"; expected text in quotes'],
  ['alias(events("a"))', "Missing required parameter 'newName' for function alias"],
  ['alias(events("a"), "b", "c")', 'alias: too many arguments, at most 2 are expected'],
  ['alias(events("a"), name="b")', 'alias: unknown parameter "name"'],
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
])('refuses %s with a message', async (target, message) => {
  await expect(ask(target)).rejects.toThrow(message);
});

test('describes every function like Graphite does', () => {
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
