// Cumulative uptime over a range, and the uptime of each period.

import { shareLeft } from '../../report/affected-time';
import type { Coverage } from '../../report/coverage';
import type { Range } from '../../report/intervals';
import type { TakenTime } from '../../report/pictures';
import type { PeriodPart } from '../../report/report';
import { withParameters } from '../address';
import { Figure } from '../figure';
import { type Chosen, reportRange } from '../links';
import { shareText } from '../measure';
import { placeBetween, shareTicks, timeTicks } from './axis';
import { Chart, ChartLink, maxTimeTicks, TimePlot, timePlace, timeWidth } from './chart';

const height = 180;
const edge = 12;
/** Width of the line's coordinate system, which is stretched to the plot. */
const across = 1_000;

/** The chart; `chosen` are the filter parameters of the report. */
export function UptimeLine({
  taken,
  coverage,
  periods,
  range,
  zone,
  chosen,
}: {
  readonly taken: readonly TakenTime[];
  readonly coverage: Coverage;
  readonly periods: readonly PeriodPart[];
  readonly range: Range;
  readonly zone: string;
  readonly chosen: Chosen;
}) {
  const last = taken.at(-1);
  const countedMs = coverage.knownMs - coverage.maintenanceMs;
  const least = Math.min(
    1,
    shareLeft(last?.ms ?? 0, countedMs) ?? 1,
    ...periods.map(({ incidents }) => incidents.uptime ?? 1),
  );
  const ticks = shareTicks(least, 4);
  const yOf = (share: number): number =>
    Number((edge + placeBetween(1 - share, 0, 1 - (ticks.at(-1) ?? 0)) * (height - 2 * edge)).toFixed(2));
  const pathOf = (msOf: (one: TakenTime) => number): string =>
    taken
      .map((one, i) => {
        const x = (placeBetween(one.time, range.fromMs, range.untilMs) * across).toFixed(1);
        return `${i === 0 ? 'M' : 'L'}${x} ${yOf(shareLeft(msOf(one), countedMs) ?? 1)}`;
      })
      .join('');
  const hrefOf = (part: PeriodPart): string => withParameters('/report', { ...reportRange(part), ...chosen });
  return (
    <Chart
      title="Uptime"
      about="The line starts at 100 % where the data starts, falls with each incident and ends at the uptime of the range. The bars are the uptime of each period. Time without data is grey."
      legend={[
        { paint: 'line', name: 'uptime of the range' },
        { paint: 'line weighted', name: 'weighted by severity or impact' },
        { paint: 'period', name: 'uptime per period' },
      ]}
      table={
        <table class="figures">
          <thead>
            <tr>
              <th scope="col">period</th>
              <th scope="col">uptime</th>
              <th scope="col">weighted</th>
              <th scope="col">downtime</th>
            </tr>
          </thead>
          <tbody>
            {periods.map((part) => (
              <tr key={part.name}>
                <th scope="row">
                  <a href={hrefOf(part)}>{part.name}</a>
                </th>
                <td>
                  <Figure value={part.incidents.uptime} measure="share" />
                </td>
                <td>
                  <Figure value={part.incidents.weightedUptime} measure="share" />
                </td>
                <td>
                  <Figure value={part.incidents.downMs} measure="duration" />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      }
    >
      {coverage.fromMs === null ? (
        <p class="none">No data in this range.</p>
      ) : (
        <TimePlot
          range={range}
          ticks={timeTicks(range, zone, maxTimeTicks)}
          levels={ticks.map((share) => ({ y: yOf(share), text: shareText(share) }))}
          height={height}
        >
          {coverage.fromMs > range.fromMs && (
            <rect
              class="no-data"
              x={timePlace(range.fromMs, range)}
              width={timeWidth(range.fromMs, coverage.fromMs, range)}
              y="0"
              height={height}
            >
              <title>no data</title>
            </rect>
          )}
          {periods.map((part) => {
            const { uptime } = part.incidents;
            if (uptime === null) return null;
            return (
              <ChartLink
                key={part.name}
                href={hrefOf(part)}
                title={`${part.name}: uptime ${shareText(uptime)}`}
              >
                <line
                  class="period"
                  x1={timePlace(part.coverage.fromMs ?? part.fromMs, range)}
                  x2={timePlace(part.untilMs, range)}
                  y1={yOf(uptime)}
                  y2={yOf(uptime)}
                />
              </ChartLink>
            );
          })}
          <svg
            aria-hidden="true"
            width="100%"
            height={height}
            viewBox={`0 0 ${across} ${height}`}
            preserveAspectRatio="none"
          >
            <path class="line weighted" d={pathOf(({ weightedMs }) => weightedMs)} />
            <path class="line" d={pathOf(({ ms }) => ms)} />
          </svg>
        </TimePlot>
      )}
    </Chart>
  );
}
