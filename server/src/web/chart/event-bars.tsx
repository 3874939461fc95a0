// Events over time as stacked bars of the most frequent types.

import type { CalendarUnit } from '@anthracite/protocol';
import type { Range } from '../../report/intervals';
import { withParameters } from '../address';
import { Figure } from '../figure';
import { localDay } from '../instant';
import { type Chosen, listRange } from '../links';
import { countText } from '../measure';
import { countTicks, timeTicks } from './axis';
import { type BinCounts, largestNames, mergeBins, totalsOf } from './bin-counts';
import { Chart, ChartLink, maxTimeTicks, TimePlot, timePlace, timeWidth } from './chart';

const maxTypes = 6;
const height = 180;
const top = 12;
const dayMs = 86_400_000;
const others = 'others';

/** The chart; `chosen` are the filter parameters of its events. */
export function EventBars({
  counts,
  range,
  zone,
  chosen,
}: {
  readonly counts: BinCounts;
  readonly range: Range;
  readonly zone: string;
  readonly chosen: Chosen;
}) {
  const unit = unitOf(range);
  const { bins, names, counts: rows } = largestNames(mergeBins(counts, unit, zone), maxTypes, others);
  const totals = totalsOf({ bins, names, counts: rows });
  const ticks = countTicks(Math.max(0, ...totals), 4);
  const greatest = ticks.at(-1) ?? 1;
  const yOf = (count: number): number => height - 1 - (count / greatest) * (height - 1 - top);
  // Adds the type only if the filter has no types: it must not replace them.
  const isOfTypes = (chosen['type'] ?? []).length > 0;
  const hrefOf = (bin: Range, name?: string): string =>
    withParameters('/events/', {
      ...listRange(bin),
      ...chosen,
      ...(name !== undefined && name !== others && !isOfTypes && { type: name }),
    });
  return (
    <Chart
      title="Events by type"
      about={`Events per ${unit}, by type. The most frequent type is at the bottom of each bar.`}
      legend={names.map((name, place) => ({ paint: paintOf(name, place), name }))}
      table={<CountTable bins={bins} names={names} rows={rows} totals={totals} zone={zone} hrefOf={hrefOf} />}
    >
      <TimePlot
        range={range}
        ticks={timeTicks(range, zone, maxTimeTicks)}
        levels={ticks.map((count) => ({ y: yOf(count), text: countText(count) }))}
        height={height}
      >
        {bins.map((bin, i) => {
          let below = 0;
          return names.map((name, place) => {
            const count = rows[i]?.[place] ?? 0;
            if (count === 0) return null;
            const [bottom, ceiling] = [yOf(below), yOf(below + count)];
            below += count;
            return (
              <ChartLink
                key={`${i} ${name}`}
                href={hrefOf(bin, name)}
                title={`${localDay(bin.fromMs, zone)}: ${countText(count)} ${name}`}
              >
                <rect
                  class={`part ${paintOf(name, place)}`}
                  x={timePlace(bin.fromMs, range)}
                  width={timeWidth(bin.fromMs, bin.untilMs, range)}
                  y={ceiling.toFixed(2)}
                  height={(bottom - ceiling).toFixed(2)}
                />
              </ChartLink>
            );
          });
        })}
      </TimePlot>
    </Chart>
  );
}

function CountTable({
  bins,
  names,
  rows,
  totals,
  zone,
  hrefOf,
}: {
  readonly bins: readonly Range[];
  readonly names: readonly string[];
  readonly rows: BinCounts['counts'];
  readonly totals: readonly number[];
  readonly zone: string;
  readonly hrefOf: (bin: Range) => string;
}) {
  return (
    <table class="figures">
      <thead>
        <tr>
          <th scope="col">start</th>
          <th scope="col">total</th>
          {names.map((name) => (
            <th key={name} scope="col">
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {bins.map((bin, i) => (
          <tr key={bin.fromMs}>
            <th scope="row">
              <a href={hrefOf(bin)}>{localDay(bin.fromMs, zone)}</a>
            </th>
            <td>
              <Figure value={totals[i] ?? 0} measure="count" />
            </td>
            {names.map((name, place) => (
              <td key={name}>
                <Figure value={rows[i]?.[place] ?? 0} measure="count" />
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function unitOf({ fromMs, untilMs }: Range): CalendarUnit {
  const days = (untilMs - fromMs) / dayMs;
  return days <= 62 ? 'day' : days <= 400 ? 'week' : days <= 40 * 366 ? 'month' : 'year';
}

function paintOf(name: string, place: number): string {
  return name === others ? 'series-others' : `series-${place}`;
}
