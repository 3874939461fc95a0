// Time to resolve over time: a point per incident, and the median of each period.

import { spellDuration } from '@anthracite/protocol/core';
import type { Range } from '../../report/intervals';
import type { SpanBar } from '../../report/pictures';
import type { PeriodPart } from '../../report/report';
import { Figure } from '../figure';
import { severityName } from '../severity-badge';
import { durationTicks, placeBetween, timeTicks } from './axis';
import { Chart, ChartLink, maxTimeTicks, TimePlot, timePlace } from './chart';
import { BarCells, barTitle } from './span-lanes';

const height = 200;
const edge = 14;
const radius = 8;

/** The chart of the incidents that started in a range and are resolved. */
export function RepairTimes({
  bars,
  periods,
  range,
  zone,
}: {
  readonly bars: readonly SpanBar[];
  readonly periods: readonly PeriodPart[];
  readonly range: Range;
  readonly zone: string;
}) {
  const points = bars.flatMap((bar) => {
    const ms = bar.timeToResolve;
    return ms === null || bar.scale !== 'incident' || bar.begin < range.fromMs ? [] : [{ bar, ms }];
  });
  const medians = periods.flatMap(({ name, fromMs, untilMs, incidents }) => {
    const ms = incidents.timeToResolve.medianMs;
    return ms === null ? [] : [{ name, fromMs, untilMs, ms }];
  });
  const ticks = points.length === 0 ? [] : durationTicks(points.map(({ ms }) => ms));
  const [least, greatest] = [ticks[0]?.value ?? 1, ticks.at(-1)?.value ?? 1];
  const yOf = (ms: number): number => {
    const place = placeBetween(Math.log(Math.max(1, ms)), Math.log(least), Math.log(greatest));
    return Number((height - edge - place * (height - 2 * edge)).toFixed(2));
  };
  return (
    <Chart
      title="Time to resolve"
      about="Each point is an incident at its start, with the number of its severity. The higher the point, the longer it took to resolve the incident; the scale is logarithmic. Dashed lines are medians."
      legend={[{ paint: 'median', name: 'median per period' }]}
      table={
        <table class="figures">
          <thead>
            <tr>
              <th scope="col">severity</th>
              <th scope="col">title</th>
              <th scope="col">start</th>
              <th scope="col">time to resolve</th>
            </tr>
          </thead>
          <tbody>
            {points.map(({ bar, ms }) => (
              <tr key={bar.id}>
                <BarCells bar={bar} zone={zone} />
                <td>
                  <Figure value={ms} measure="duration" />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      }
    >
      {points.length === 0 ? (
        <p class="none">No resolved incidents that started in this range.</p>
      ) : (
        <TimePlot
          range={range}
          ticks={timeTicks(range, zone, maxTimeTicks)}
          levels={ticks.map(({ value, text }) => ({ y: yOf(value), text }))}
          height={height}
        >
          {medians.map(({ name, fromMs, untilMs, ms }) => (
            <g key={name}>
              <title>{`${name}: median ${spellDuration(ms)}`}</title>
              <line
                class="median"
                x1={timePlace(fromMs, range)}
                x2={timePlace(untilMs, range)}
                y1={yOf(ms)}
                y2={yOf(ms)}
              />
            </g>
          ))}
          {points.map(({ bar, ms }) => (
            <ChartLink
              key={bar.id}
              href={`/spans/${bar.id}`}
              title={`${barTitle(bar, zone)}; time to resolve ${spellDuration(ms)}`}
            >
              <circle
                class={`point ${severityName(bar.scale, bar.severity)}`}
                cx={timePlace(bar.begin, range)}
                cy={yOf(ms)}
                r={radius}
              />
              <text
                class="digit"
                x={timePlace(bar.begin, range)}
                y={yOf(ms)}
                dy="0.35em"
                text-anchor="middle"
              >
                {bar.severity ?? '?'}
              </text>
            </ChartLink>
          ))}
        </TimePlot>
      )}
    </Chart>
  );
}
