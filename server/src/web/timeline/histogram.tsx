// Counts of events over time. On the server each bar is a link to its interval; in the browser users drag over the bars to select
// a range.

import { localText } from '../instant';
import type { Bin, BinInterval, TimeRange } from './bins';

const width = 1_000;
const height = 100;
// A single event must be visible next to thousands.
const leastHeight = 4;

/** The bars. `linkTo` makes the address of an interval; without it the bars are not links. */
export function Histogram({
  bins,
  range: { fromMs, untilMs },
  zone,
  linkTo,
}: {
  readonly bins: readonly Bin[];
  readonly range: TimeRange;
  readonly zone: string;
  readonly linkTo?: (bin: Bin) => string;
}) {
  const most = Math.max(1, ...bins.map(({ count }) => count));
  const placeOf = (time: number): number =>
    ((Math.min(untilMs, Math.max(fromMs, time)) - fromMs) / (untilMs - fromMs)) * width;
  return (
    // biome-ignore lint/a11y/noSvgWithoutTitle: each bar has a title, and a summary follows the image.
    <svg
      class="bars"
      viewBox={`0 0 ${width} ${height}`}
      preserveAspectRatio="none"
      {...(linkTo === undefined
        ? { 'aria-hidden': 'true' }
        : { role: 'group', 'aria-label': 'Events over time' })}
    >
      {bins
        .filter(({ count }) => count > 0)
        .map((bin) => {
          const left = placeOf(bin.fromMs);
          const tall = Math.max(leastHeight, (bin.count / most) * height);
          const place = { x: round(left), width: round(Math.max(1, (placeOf(bin.untilMs) - left) * 0.86)) };
          const bar =
            bin.parts === undefined ? (
              <rect {...place} y={round(height - tall)} height={round(tall)} />
            ) : (
              <Stack bin={bin} place={place} tall={tall} />
            );
          if (linkTo === undefined) return bar;
          const told = `${localText(bin.fromMs, zone)}: ${countText(bin.count)}`;
          return (
            <a key={bin.fromMs} href={linkTo(bin)} aria-label={told}>
              <title>{told}</title>
              {bar}
            </a>
          );
        })}
    </svg>
  );
}

function Stack({
  bin: { parts = [], count: total },
  place,
  tall,
}: {
  readonly bin: Bin;
  readonly place: { readonly x: number; readonly width: number };
  readonly tall: number;
}) {
  let below = 0;
  return (
    <>
      {parts.map(({ kind, count }) => {
        const top = height - ((below + count) / total) * tall;
        const rect = (
          <rect key={kind} class={kind} {...place} y={round(top)} height={round((count / total) * tall)} />
        );
        below += count;
        return rect;
      })}
    </>
  );
}

/** A summary of the bars as text. */
export function HistogramSummary({
  bins,
  interval,
}: {
  readonly bins: readonly Bin[];
  readonly interval: BinInterval;
}) {
  const total = bins.reduce((sum, { count }) => sum + count, 0);
  const most = Math.max(0, ...bins.map(({ count }) => count));
  return (
    <>
      <strong>{countText(total)}</strong>
      {total > 0 && `, up to ${grouped(most)} per ${intervalNames[interval]}`}
    </>
  );
}

/** `1 event`, `12 345 events`. */
export function countText(count: number): string {
  return `${grouped(count)} ${count === 1 ? 'event' : 'events'}`;
}

/** A number with thin spaces between the thousands. */
export function grouped(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, '\u202f');
}

const intervalNames: Readonly<Record<BinInterval, string>> = {
  '1s': 'second',
  '5s': '5 seconds',
  '15s': '15 seconds',
  '1min': 'minute',
  '5min': '5 minutes',
  '15min': '15 minutes',
  '1h': 'hour',
  '3h': '3 hours',
  '6h': '6 hours',
  '1d': 'day',
  '1w': 'week',
  '1mon': 'month',
  '1q': 'quarter',
  '1y': 'year',
};

const round = (value: number): number => Math.round(value * 100) / 100;
