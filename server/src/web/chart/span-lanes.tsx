// Incidents and gains as bars over time, one lane per severity.

import { type Severity, spellDuration } from '@anthracite/protocol/core';
import type { Range } from '../../report/intervals';
import type { SpanBar } from '../../report/pictures';
import { Figure } from '../figure';
import { Instant, localText } from '../instant';
import { SeverityBadge, severityName } from '../severity-badge';
import { placeBetween, timeTicks } from './axis';
import { Chart, ChartLink, type Level, maxTimeTicks, TimePlot, timePlace, timeWidth } from './chart';

const rowHeight = 18;
const barHeight = 14;
const laneGap = 10;
const maxRows = 8;
/** The minimum width of a bar, as a share of the width, when rows are assigned. */
const leastWidth = 0.006;

interface Placed {
  readonly bar: SpanBar;
  readonly y: number;
}

/** The chart of the bars of a range; `moreBars` is the number of bars that are not included. */
export function SpanLanes({
  bars,
  moreBars,
  range,
  zone,
}: {
  readonly bars: readonly SpanBar[];
  readonly moreBars: number;
  readonly range: Range;
  readonly zone: string;
}) {
  const { placed, levels, height } = layOut(bars, range);
  return (
    <Chart
      title="Incidents and gains"
      about={`Bars from start to end, one lane per severity. Bars of open spans reach the end of the range.${
        moreBars > 0 ? ` The ${bars.length} most severe are shown; ${moreBars} are not.` : ''
      }`}
      table={
        <table class="figures">
          <thead>
            <tr>
              <th scope="col">severity</th>
              <th scope="col">title</th>
              <th scope="col">start</th>
              <th scope="col">duration</th>
            </tr>
          </thead>
          <tbody>
            {bars.map((bar) => (
              <tr key={bar.id}>
                <BarCells bar={bar} zone={zone} />
                <td>
                  {bar.end === null ? 'open' : <Figure value={bar.end - bar.begin} measure="duration" />}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      }
    >
      {bars.length === 0 ? (
        <p class="none">No incidents or gains in this range.</p>
      ) : (
        <TimePlot range={range} ticks={timeTicks(range, zone, maxTimeTicks)} levels={levels} height={height}>
          {placed.map(({ bar, y }) => (
            <ChartLink key={bar.id} href={`/spans/${bar.id}`} title={barTitle(bar, zone)}>
              <rect
                class={`bar ${severityName(bar.scale, bar.severity)}${bar.end === null ? ' open' : ''}`}
                x={timePlace(bar.begin, range)}
                width={timeWidth(bar.begin, bar.end ?? range.untilMs, range)}
                y={y}
                height={barHeight}
                rx="2"
              />
            </ChartLink>
          ))}
        </TimePlot>
      )}
    </Chart>
  );
}

/** The first cells of a bar in a chart's table: severity, title and start. */
export function BarCells({
  bar: { id, title, scale, severity, begin },
  zone,
}: {
  readonly bar: SpanBar;
  readonly zone: string;
}) {
  return (
    <>
      <td class="word">
        <SeverityBadge look={scale} severity={severity} />
      </td>
      <th scope="row">
        <a href={`/spans/${id}`}>{title}</a>
      </th>
      <td>
        <Instant time={begin} zone={zone} />
      </td>
    </>
  );
}

/** The text of a span: `sev1: the shop is down, 1 h from 2026-01-10 10:00`. */
export function barTitle({ scale, severity, title, begin, end }: SpanBar, zone: string): string {
  const length = end === null ? 'open' : spellDuration(end - begin);
  return `${severityName(scale, severity)}: ${title}, ${length} from ${localText(begin, zone).slice(0, 16)}`;
}

// Places each bar in the first free row of its lane.
function layOut(
  bars: readonly SpanBar[],
  { fromMs, untilMs }: Range,
): { placed: Placed[]; levels: Level[]; height: number } {
  const placed: Placed[] = [];
  const levels: Level[] = [];
  let y = laneGap / 2;
  for (const scale of ['incident', 'gain'] as const) {
    for (const severity of [1, 2, 3, 4, null] as readonly (Severity | null)[]) {
      const lane = bars.filter((bar) => bar.scale === scale && bar.severity === severity);
      if (lane.length === 0) continue;
      const ends: number[] = [];
      for (const bar of lane) {
        const begin = placeBetween(bar.begin, fromMs, untilMs);
        const end = placeBetween(bar.end ?? untilMs, fromMs, untilMs);
        const free = ends.findIndex((taken) => taken <= begin);
        const row = free !== -1 ? free : Math.min(ends.length, maxRows - 1);
        ends[row] = Math.max(ends[row] ?? 0, end, begin + leastWidth);
        placed.push({ bar, y: y + row * rowHeight });
      }
      const height = ends.length * rowHeight;
      levels.push({ y: y + height / 2 - 2, text: severityName(scale, severity), isLane: true });
      y += height + laneGap;
    }
  }
  return { placed, levels, height: y };
}
