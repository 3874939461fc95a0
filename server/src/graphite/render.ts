// Evaluates the targets of /render and writes the answer. Independent of HTTP and the store: counts are passed in.

import { asciiJson } from '../formats/ascii';
import { Arguments } from './arguments';
import { type Expression, parseTarget } from './expression';
import { graphiteFunctions, type Range } from './functions';
import { RenderError } from './render-error';
import { consolidate, everyStep, type Series } from './series';

/** A request. Times are whole seconds since the epoch, the end exclusive. */
export interface RenderRequest {
  readonly targets: readonly string[];
  readonly fromSeconds: number;
  readonly untilSeconds: number;
  /** Maximum number of points per series; 0 for no limit. */
  readonly maxDataPoints: number;
  /** Leaves out points that are null, and series without points. */
  readonly noNullPoints: boolean;
}

/** Events by whole second in [from, until), of those that have all the words; `*` for all events. */
export type CountEvents = (
  tags: readonly string[] | '*',
  fromSeconds: number,
  untilSeconds: number,
) => Promise<ReadonlyMap<number, number>>;

/** The answer in pieces of JSON, produced as fast as they are read, or why it failed. */
export type Rendered =
  | { readonly ok: true; readonly value: Iterable<string> }
  | { readonly ok: false; readonly message: string };

const maxCalls = 256;
const maxSeconds = 1_000_000;
const maxPoints = 1_000_000;
const pointsPerPiece = 4_096;
// The years 1 to 9999: a range outside of them has no events.
const maxSecond = 253_402_300_800;

/** Renders all targets, in their order. Rejects when the counts cannot be read. */
export async function render(request: RenderRequest, count: CountEvents): Promise<Rendered> {
  const range = { from: request.fromSeconds, until: request.untilSeconds };
  const evaluation = new Evaluation(count);
  try {
    const all: Series[] = [];
    for (const target of request.targets) {
      if (target.trim() === '') continue;
      const parsed = parseTarget(target);
      if (!parsed.ok) throw new RenderError(parsed.message);
      all.push(...(await evaluation.evaluate(parsed.value, range)));
    }
    const curves = all.map((series) => ({
      // Consolidated steps may start before the series; no point is shown there.
      notBefore: series.start,
      series: consolidate(series, request.maxDataPoints),
    }));
    refuseTooManyPoints(curves, request.noNullPoints);
    return { ok: true, value: writeCurves(curves, request.noNullPoints) };
  } catch (error) {
    if (error instanceof RenderError) return { ok: false, message: error.message };
    throw error;
  }
}

class Evaluation {
  readonly #count: CountEvents;
  readonly #known = new Map<string, ReadonlyMap<number, number>>();
  #calls = 0;
  #seconds = 0;

  constructor(count: CountEvents) {
    this.#count = count;
  }

  async evaluate(expression: Expression, range: Range): Promise<readonly Series[]> {
    if (expression.kind === 'path') return []; // Anthracite has no metrics
    if (expression.kind !== 'call') throw new RenderError('a target is a function such as events("deploy")');
    const { name } = expression;
    const called = Object.hasOwn(graphiteFunctions, name) ? graphiteFunctions[name] : undefined;
    if (!called) throw new RenderError(`Received request for unknown function: ${name.slice(0, 60)}`);
    if (++this.#calls > maxCalls) throw new RenderError(`there are more than ${maxCalls} calls`);
    const given = new Arguments(name, called.params, expression.arguments);
    const shift = called.shift?.(given) ?? 0;
    const moved = { from: range.from + shift, until: range.until + shift };
    for (const [param, expressions] of given.expressions) {
      const series: Series[] = [];
      for (const one of expressions) series.push(...(await this.evaluate(one, moved)));
      given.setSeries(param, series);
    }
    return called.run(given, { ...range, countEvents: (tags) => this.#countEvents(tags, range) });
  }

  async #countEvents(
    tags: readonly string[] | '*',
    { from, until }: Range,
  ): Promise<ReadonlyMap<number, number>> {
    if (Math.abs(from) > maxSecond || Math.abs(until) > maxSecond) return new Map();
    const key = JSON.stringify([tags, from, until]);
    const known = this.#known.get(key);
    if (known) return known;
    const counts = await this.#count(tags, from, until);
    this.#known.set(key, counts);
    this.#seconds += counts.size;
    if (this.#seconds <= maxSeconds) return counts;
    throw new RenderError(`events in more than ${maxSeconds} different seconds; ask for a shorter range`);
  }
}

interface Curve {
  readonly notBefore: number;
  readonly series: Series;
}

function refuseTooManyPoints(curves: readonly Curve[], noNullPoints: boolean): void {
  const points = curves.reduce(
    (sum, { series }) => sum + (noNullPoints && series.rest === null ? series.points.size : series.length),
    0,
  );
  if (points <= maxPoints) return;
  throw new RenderError(
    `the answer would have ${points} points, more than ${maxPoints}; give maxDataPoints, noNullPoints=1 or a shorter range`,
  );
}

function* writeCurves(curves: readonly Curve[], noNullPoints: boolean): Generator<string> {
  const kept = noNullPoints
    ? curves.filter(({ series }) => series.points.size > 0 || series.rest !== null)
    : curves;
  yield '[';
  for (const [index, { series, notBefore }] of kept.entries()) {
    const opening = index === 0 ? '' : ', ';
    yield `${opening}{"target": ${asciiJson(series.name)}, "tags": ${asciiJson(series.tags)}, "datapoints": [`;
    let piece: string[] = [];
    let separator = '';
    for (const [second, value] of noNullPoints && series.rest === null ? series.points : everyStep(series)) {
      if (noNullPoints && value === null) continue;
      piece.push(`[${value}, ${Math.max(second, notBefore)}]`);
      if (piece.length < pointsPerPiece) continue;
      yield separator + piece.join(', ');
      separator = ', ';
      piece = [];
    }
    yield `${piece.length > 0 ? separator : ''}${piece.join(', ')}]}`;
  }
  yield ']';
}
