// A chart of the time before the start of a span, with a row per suspect.

import { titleOf } from '@anthracite/protocol/core';
import type { Suspects } from '../../formats/told-suspects';
import { timeTicks } from '../chart/axis';
import { ChartLink, TimePlot, timePlace, timeWidth } from '../chart/chart';
import { offsetText } from './span-facts';
import { addressOf } from './suspect-list';

const rowHeight = 22;
const radius = 6;
const leastMs = 30 * 60_000;
/** The share of the width that shows the span itself. */
const afterShare = 0.12;

/** The chart; suspects are ordered by rank. The list of suspects has the same data as text. */
export function SuspectChart({
  told,
  zone,
  now,
}: {
  readonly told: Suspects;
  readonly zone: string;
  readonly now: number;
}) {
  const { span, suspects } = told;
  const earliest = Math.min(span.begin - leastMs, ...suspects.map(({ first }) => first));
  const before = (span.begin - earliest) * 1.05;
  const range = {
    fromMs: span.begin - before,
    untilMs: span.begin + before * (afterShare / (1 - afterShare)),
  };
  const height = suspects.length * rowHeight;
  return (
    <TimePlot
      range={range}
      ticks={timeTicks(range, zone, 12)}
      levels={suspects.map((_, i) => ({ y: (i + 0.5) * rowHeight, text: `${i + 1}.`, isLane: true }))}
      height={height}
    >
      <rect
        class="lasting"
        x={timePlace(span.begin, range)}
        width={timeWidth(span.begin, span.end ?? now, range)}
        y="0"
        height={height}
      />
      <line
        class="begin"
        x1={timePlace(span.begin, range)}
        x2={timePlace(span.begin, range)}
        y1="0"
        y2={height}
      />
      {suspects.map((suspect, i) => {
        const y = (i + 0.5) * rowHeight;
        const [from, to] = [timePlace(suspect.first, range), timePlace(suspect.last, range)];
        return (
          <ChartLink
            key={suspect.event.id}
            href={addressOf(suspect)}
            title={`${i + 1}. ${titleOf(suspect.event.description)}, ${offsetText(suspect.last, span.begin)}`}
          >
            <line class="reach" x1={to} x2={timePlace(span.begin, range)} y1={y} y2={y} />
            <line class="change" x1={from} x2={to} y1={y} y2={y} />
            <circle class="change" cx={to} cy={y} r={radius} />
          </ChartLink>
        );
      })}
    </TimePlot>
  );
}
