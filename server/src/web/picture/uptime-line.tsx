// Uptime over a range: what incidents took of it, as it added up, and the uptime of each period.

import { lengthOf, type Range, shareLeft } from '../../report/affected-time';
import type { TakenTime } from '../../report/pictures';
import type { PeriodPart } from '../../report/report';
import { withParameters } from '../address';
import { Figure } from '../figure';
import { type Chosen, reportRange } from '../links';
import { shareText } from '../measure';
import { placeBetween, shareTicks, timeTicks } from './axis';
import { Marked, Picture, TimePlot, timePlace } from './picture';

const height = 180;
const edge = 12;
/** Width of the line's own coordinates: it is stretched over the plot. */
const across = 1_000;

/** The picture; the report's events were `chosen` by these parameters. */
export function UptimeLine({
  taken,
  periods,
  range,
  zone,
  chosen,
}: {
  readonly taken: readonly TakenTime[];
  readonly periods: readonly PeriodPart[];
  readonly range: Range;
  readonly zone: string;
  readonly chosen: Chosen;
}) {
  const last = taken.at(-1);
  const least = Math.min(
    1,
    shareLeft(last?.ms ?? 0, range) ?? 1,
    ...periods.map(({ incidents }) => incidents.uptime ?? 1),
  );
  const ticks = shareTicks(least, 4);
  const yOf = (share: number): number =>
    Number((edge + placeBetween(1 - share, 0, 1 - (ticks.at(-1) ?? 0)) * (height - 2 * edge)).toFixed(2));
  const pathOf = (msOf: (one: TakenTime) => number): string =>
    taken
      .map((one, i) => {
        const x = (placeBetween(one.time, range.fromMs, range.untilMs) * across).toFixed(1);
        return `${i === 0 ? 'M' : 'L'}${x} ${yOf(shareLeft(msOf(one), range) ?? 1)}`;
      })
      .join('');
  const hrefOf = (part: PeriodPart): string => withParameters('/report', { ...reportRange(part), ...chosen });
  return (
    <Picture
      title="Uptime"
      about="The line begins at 100 % and loses what incidents take of the whole range; it ends at the uptime of the range. The bars are the uptime of each period for itself."
      legend={[
        { paint: 'line', name: 'all that is not up' },
        { paint: 'line weighted', name: 'weighted by severity or impact' },
        { paint: 'period', name: 'a period for itself' },
      ]}
      table={
        <table class="figures">
          <thead>
            <tr>
              <th scope="col">period</th>
              <th scope="col">uptime</th>
              <th scope="col">weighted</th>
              <th scope="col">down</th>
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
      {lengthOf(range) === 0 ? (
        <p class="none">The range is empty.</p>
      ) : (
        <TimePlot
          range={range}
          ticks={timeTicks(range, zone, 12)}
          levels={ticks.map((share) => ({ y: yOf(share), text: shareText(share) }))}
          height={height}
        >
          {periods.map((part) => {
            const { uptime } = part.incidents;
            if (uptime === null) return null;
            return (
              <Marked key={part.name} href={hrefOf(part)} title={`${part.name}: uptime ${shareText(uptime)}`}>
                <line
                  class="period"
                  x1={timePlace(part.fromMs, range)}
                  x2={timePlace(part.untilMs, range)}
                  y1={yOf(uptime)}
                  y2={yOf(uptime)}
                />
              </Marked>
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
    </Picture>
  );
}
