// Incidents and gains as bars over time, in a lane for each severity.

import { type Severity, spellDuration } from '@anthracite/protocol/core';
import type { Range } from '../../report/affected-time';
import type { SpanBar } from '../../report/pictures';
import { Figure } from '../figure';
import { Grade, gradeName } from '../grade';
import { Instant, localText } from '../instant';
import { placeBetween, timeTicks } from './axis';
import { type Level, Marked, Picture, TimePlot, timePlace, timeWidth } from './picture';

const rowHeight = 18;
const barHeight = 14;
const laneGap = 10;
const maxRows = 8;
/** A bar is drawn no narrower, as a share of the width, when it is decided whether it has room beside another. */
const leastWidth = 0.006;

interface Placed {
  readonly bar: SpanBar;
  readonly y: number;
}

/** The picture of the bars of a range; `moreBars` are not among them. */
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
    <Picture
      title="Incidents and gains"
      about={`From begin to end, in a lane for each severity. One that is open goes on to the end.${
        moreBars > 0 ? ` The ${bars.length} gravest are drawn, and ${moreBars} are not.` : ''
      }`}
      table={
        <table class="figures">
          <thead>
            <tr>
              <th scope="col">severity</th>
              <th scope="col">what</th>
              <th scope="col">begin</th>
              <th scope="col">length</th>
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
        <p class="none">There were none.</p>
      ) : (
        <TimePlot range={range} ticks={timeTicks(range, zone, 12)} levels={levels} height={height}>
          {placed.map(({ bar, y }) => (
            <Marked key={bar.id} href={`/spans/${bar.id}`} title={barTitle(bar, zone)}>
              <rect
                class={`bar ${gradeName(bar.scale, bar.severity)}${bar.end === null ? ' open' : ''}`}
                x={timePlace(bar.begin, range)}
                width={timeWidth(bar.begin, bar.end ?? range.untilMs, range)}
                y={y}
                height={barHeight}
                rx="2"
              />
            </Marked>
          ))}
        </TimePlot>
      )}
    </Picture>
  );
}

/** What the table beside a picture says first of a bar: how grave, which, since when. */
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
        <Grade scale={scale} severity={severity} />
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

/** A span in words: `sev1: the shop is down, 1 h from 2026-01-10 10:00`. */
export function barTitle({ scale, severity, title, begin, end }: SpanBar, zone: string): string {
  const length = end === null ? 'open' : spellDuration(end - begin);
  return `${gradeName(scale, severity)}: ${title}, ${length} from ${localText(begin, zone).slice(0, 16)}`;
}

// Each bar in the first row of its lane that is free.
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
      levels.push({ y: y + height / 2 - 2, text: gradeName(scale, severity), isLane: true });
      y += height + laneGap;
    }
  }
  return { placed, levels, height: y };
}
