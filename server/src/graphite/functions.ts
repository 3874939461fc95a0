// Defines the functions of /render that are useful for events: name, parameters, implementation. Pure.

import { parseOffset } from '@anthracite/protocol';
import type { Arguments, Parameter } from './arguments';
import { formatFloat, formatShort } from './python-numbers';
import { RenderError } from './render-error';
import { type Aggregation, aggregations, regroup, type Series, withoutNulls } from './series';
import { substitute } from './substitution';

/** Seconds since the epoch; the end is exclusive. */
export interface Range {
  readonly from: number;
  readonly until: number;
}

/** The context of a call. */
export interface RenderContext extends Range {
  /** Events in each second that had any, of those with all tags; `*` for all events. */
  countEvents(tags: readonly string[] | '*'): Promise<ReadonlyMap<number, number>>;
}

/** One function of Graphite. */
export interface GraphiteFunction {
  readonly group: string;
  readonly description: string;
  readonly params: readonly Parameter[];
  /** Seconds by which the range of its series is moved before they are read. */
  readonly shift?: (given: Arguments) => number;
  readonly run: (given: Arguments, context: RenderContext) => Promise<readonly Series[]> | readonly Series[];
}

const seriesList: Parameter = { name: 'seriesList', type: 'seriesList', required: true };
const lists: Parameter = { name: 'seriesLists', type: 'seriesList', required: true, multiple: true };

export const graphiteFunctions: Readonly<Record<string, GraphiteFunction>> = {
  events: {
    group: 'Special',
    description:
      'The number of events in each second that have all the tags, type included; "*" counts all events.',
    params: [{ name: 'tags', type: 'string', required: true, multiple: true }],
    run: async (given, { from, until, countEvents }) => {
      const tags = given.texts('tags');
      const name = `events(${tags.map((tag) => `"${tag}"`).join(', ')})`;
      const points = await countEvents(tags.length === 1 && tags[0] === '*' ? '*' : tags);

      return [
        {
          name,
          expression: name,
          tags: { name },
          start: from,
          step: 1,
          length: until - from,
          points,
          rest: null,
          consolidation: 'sum',
        },
      ];
    },
  },
  constantLine: {
    group: 'Special',
    description: 'A horizontal line at a value.',
    params: [{ name: 'value', type: 'float', required: true }],
    run: (given, { from, until }) => {
      const value = given.number('value');
      const name = formatFloat(value);
      const step = Math.max(1, Math.floor((until - from) / 2));
      const seconds = [from, from + step, from + 2 * step].filter((second) => second <= until);
      return [
        {
          name,
          expression: `constantLine(${name})`,
          tags: { name },
          start: from,
          step,
          length: seconds.length,
          points: new Map(seconds.map((second) => [second, value])),
          rest: null,
          consolidation: 'average',
        },
      ];
    },
  },
  alias: {
    group: 'Alias',
    description: 'Renames the series.',
    params: [seriesList, { name: 'newName', type: 'string', required: true }],
    run: (given) => given.series('seriesList').map((series) => ({ ...series, name: given.text('newName') })),
  },
  aliasSub: {
    group: 'Alias',
    description: 'Replaces the matches of a regular expression (RE2 syntax) in the names of the series.',
    params: [
      seriesList,
      { name: 'search', type: 'string', required: true },
      { name: 'replace', type: 'string', required: true },
    ],
    run: (given) =>
      given.series('seriesList').map((series) => {
        const name = substitute(series.name, given.text('search'), given.text('replace'));
        if (!name.ok) throw new RenderError(`aliasSub: ${name.message}`);
        return { ...series, name: name.value };
      }),
  },
  summarize: {
    group: 'Transform',
    description: 'Combines the points of each interval; intervals start at multiples of their length.',
    params: [
      seriesList,
      { name: 'intervalString', type: 'interval', required: true },
      { name: 'func', type: 'aggFunc', default: 'sum', options: Object.keys(aggregations) },
      { name: 'alignToFrom', type: 'boolean', default: false },
    ],
    run: (given) => given.series('seriesList').map((series) => summarize(series, given)),
  },
  transformNull: {
    group: 'Transform',
    description: 'Replaces null, such as seconds without events, by a value. Alert rules need it.',
    params: [seriesList, { name: 'default', type: 'float', default: 0 }],
    run: (given) => {
      const value = given.number('default');
      return given.series('seriesList').map((series) => {
        const name = `transformNull(${series.name},${formatShort(value)})`;
        // The default is an integer in Graphite.
        const tags = { ...series.tags, transformNull: value === 0 ? '0' : formatFloat(value) };
        return { ...withoutNulls(series, value), name, expression: name, tags };
      });
    },
  },
  sumSeries: sumOf('sumSeries', 'Adds up all series, second by second.'),
  sum: sumOf('sumSeries', 'Short for sumSeries.'),
  group: {
    group: 'Combine',
    description: 'Combines several lists of series into one.',
    params: [lists],
    run: (given) => given.series('seriesLists'),
  },
  timeShift: {
    group: 'Transform',
    description: 'Shows the data from an earlier (1d) or later (+1d) time at the times of the graph.',
    params: [seriesList, { name: 'timeShift', type: 'interval', required: true }],
    shift: shiftOf,
    run: (given) => {
      const shift = shiftOf(given);
      const text = given.text('timeShift');
      const written = /^\d/.test(text) ? `-${text}` : text;
      return given.series('seriesList').map((series) => ({
        ...series,
        name: `timeShift(${series.name}, "${written}")`,
        tags: { ...series.tags, timeShift: written },
        start: series.start - shift,
        points: new Map([...series.points].map(([second, value]) => [second - shift, value])),
      }));
    },
  },
  drawAsInfinite: {
    group: 'Graph',
    description: 'Draws the series as vertical lines.',
    params: [seriesList],
    run: (given) =>
      given.series('seriesList').map((series) => ({
        ...series,
        name: `drawAsInfinite(${series.name})`,
        tags: { ...series.tags, drawAsInfinite: '1' },
      })),
  },
};

/** A function as Graphite's /functions describes it. */
export interface FunctionDescription {
  readonly name: string;
  readonly function: string;
  readonly description: string;
  readonly module: string;
  readonly group: string;
  readonly params: readonly Parameter[];
}

/** Describes all functions as Graphite's /functions does. */
export function describeFunctions(): Record<string, FunctionDescription> {
  return Object.fromEntries(
    Object.entries(graphiteFunctions).map(([name, { group, description, params }]) => [
      name,
      {
        name,
        function: `${name}(${params.map(writeParameter).join(', ')})`,
        description,
        module: 'graphite.render.functions',
        group,
        params,
      },
    ]),
  );
}

function writeParameter({ name, multiple, default: value }: Parameter): string {
  if (multiple) return `*${name}`;
  if (value === undefined) return name;
  if (typeof value === 'boolean') return `${name}=${value ? 'True' : 'False'}`; // as Python writes it
  return `${name}=${typeof value === 'string' ? `'${value}'` : value}`;
}

function summarize(series: Series, given: Arguments): Series {
  const text = given.text('intervalString');
  const step = intervalOf('summarize', text);
  if (step < 1) throw new RenderError(`summarize: the interval "${text}" is shorter than a second`);
  const func = given.text('func') as Aggregation;
  const isFromStart = given.flag('alignToFrom');
  const end = series.start + series.step * series.length;
  const start = isFromStart ? series.start : Math.floor(series.start / step) * step;
  // Graphite shows the interval that contains the end, even if it only starts there.
  const length = isFromStart ? Math.ceil((end - start) / step) : Math.floor((end - start) / step) + 1;
  const name = `summarize(${series.name}, "${text}", "${func}"${isFromStart ? ', true' : ''})`;
  return {
    ...regroup(series, { start, step, length }, func),
    name,
    expression: name,
    tags: { ...series.tags, summarize: text, summarizeFunction: func },
    consolidation: func === 'count' ? 'sum' : func,
  };
}

function sumOf(name: string, description: string): GraphiteFunction {
  return {
    group: 'Combine',
    description,
    params: [lists],
    run: (given) => {
      const all = given.series('seriesLists');
      const [first] = all;
      if (!first) return [];
      const step = all.reduce((least, series) => leastCommonMultiple(least, series.step), first.step);
      const start = Math.min(...all.map((series) => series.start));
      const end = Math.max(...all.map((series) => series.start + series.step * series.length));
      const length = Math.ceil((end - start) / step);
      const aligned = all.map((series) => regroup(series, { start, step, length }, series.consolidation));
      const expressions = [...new Set(all.map((series) => series.expression))];
      const expression = `${name}(${expressions.join(',')})`;
      return [
        {
          name: expression,
          expression,
          tags: { name: expression, aggregatedBy: 'sum' },
          start,
          step,
          length,
          ...addUp(aligned),
          consolidation: 'sum',
        },
      ];
    },
  };
}

/** The sum of series with the same steps. Null adds nothing; a sum of nulls is null. */
function addUp(all: readonly Series[]): Pick<Series, 'points' | 'rest'> {
  const rests = all.flatMap(({ rest }) => (rest === null ? [] : [rest]));
  const sum = rests.reduce((a, b) => a + b, 0);
  const totals = new Map<number, { value: number; addends: number }>();
  for (const { points, rest } of all) {
    for (const [second, value] of points) {
      const total = totals.get(second) ?? { value: sum, addends: rests.length };
      total.value += (value ?? 0) - (rest ?? 0);
      total.addends += Number(value !== null) - Number(rest !== null);
      totals.set(second, total);
    }
  }
  const points = [...totals]
    .map(([second, { value, addends }]) => [second, addends === 0 ? null : value] as const)
    .sort(([a], [b]) => a - b);
  return { points: new Map(points), rest: rests.length === 0 ? null : sum };
}

function leastCommonMultiple(a: number, b: number): number {
  let [x, y] = [a, b];
  while (y > 0) [x, y] = [y, x % y];
  return (a / x) * b;
}

// Graphite takes an interval without a sign as one into the past.
function shiftOf(given: Arguments): number {
  const text = given.text('timeShift');
  return intervalOf('timeShift', /^\d/.test(text) ? `-${text}` : text);
}

function intervalOf(name: string, text: string): number {
  const offset = parseOffset(text);
  if (!offset.ok) throw new RenderError(`${name}: ${offset.problem.message}`);
  return offset.value / 1000;
}
