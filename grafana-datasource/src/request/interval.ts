// Intervals for counts. Pure.

const dayMs = 86_400_000;
const unitsMs = { s: 1_000, min: 60_000, h: 3_600_000 } as const;
// Common intervals. Days and weeks are those of the calendar, so that they begin at midnight in the dashboard's time zone.
const steps: readonly (readonly [name: string, ms: number])[] = [
  ['1s', 1_000],
  ['5s', 5_000],
  ['10s', 10_000],
  ['30s', 30_000],
  ['1min', 60_000],
  ['2min', 120_000],
  ['5min', 300_000],
  ['10min', 600_000],
  ['15min', 900_000],
  ['30min', 1_800_000],
  ['1h', 3_600_000],
  ['2h', 7_200_000],
  ['3h', 10_800_000],
  ['6h', 21_600_000],
  ['12h', 43_200_000],
  ['1d', dayMs],
];
const longest = '1w';

/** Maximum number of points: more than any screen has, and browsers still draw it quickly. */
const maxPoints = 50_000;

/** The length of an interval such as `5min` in milliseconds; null for calendar intervals and invalid texts. */
export function intervalMilliseconds(interval: string): number | null {
  const [, digits, unit] = /^(\d{1,6})(s|min|h)$/.exec(interval) ?? [];
  return digits === undefined ? null : Number(digits) * unitsMs[unit as keyof typeof unitsMs];
}

/** Throws an error if an interval is too short for a range. */
export function checkInterval(interval: string, rangeMs: number): void {
  const points = Math.ceil(rangeMs / (intervalMilliseconds(interval) ?? dayMs));
  if (points <= maxPoints) return;
  const [asked, most] = [points, maxPoints].map((count) => count.toLocaleString('en'));
  throw new Error(
    `The interval ${interval} makes ${asked} points for this range; the maximum is ${most}. Choose a longer interval or a shorter range.`,
  );
}

/** The shortest common interval that is not shorter than the panel's interval. */
export function intervalFor(panelIntervalMs: number): string {
  return steps.find(([, ms]) => ms >= panelIntervalMs)?.[0] ?? longest;
}

/** An interval in the server's format: Grafana's variables use `m` for minutes, and several days or weeks. */
export function serverInterval(text: string): string {
  const [, digits = '', unit = ''] = /^(\d+)(ms|m|d|w)$/.exec(text.trim()) ?? [];
  const count = Number(digits);
  if (unit === 'ms') return `${Math.max(1, Math.round(count / 1_000))}s`;
  if (unit === 'm') return `${count}min`;
  if (unit === 'd' && count === 7) return '1w';
  if ((unit === 'd' || unit === 'w') && count > 1) return `${count * (unit === 'd' ? 24 : 168)}h`;
  return text.trim();
}
