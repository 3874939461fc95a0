// Intervals for counts. Pure.

const unitsMs = { s: 1_000, min: 60_000, h: 3_600_000 } as const;
// Common intervals.
const steps = [
  '1s',
  '5s',
  '10s',
  '30s',
  '1min',
  '2min',
  '5min',
  '10min',
  '15min',
  '30min',
  '1h',
  '2h',
  '3h',
  '6h',
  '12h',
  '24h',
  '168h',
] as const;

/** The length of an interval such as `5min` in milliseconds; null for calendar intervals and invalid texts. */
export function intervalMilliseconds(interval: string): number | null {
  const [, digits, unit] = /^(\d{1,6})(s|min|h)$/.exec(interval) ?? [];
  return digits === undefined ? null : Number(digits) * unitsMs[unit as keyof typeof unitsMs];
}

/** Maximum number of points: more than any screen has, and browsers still draw it quickly. */
const maxPoints = 50_000;
const dayMs = 86_400_000;
const calendarSteps: Readonly<Record<string, (midnight: Date) => number>> = {
  '1d': (day) => day.getTime() + dayMs,
  '1w': (day) => day.getTime() + 7 * dayMs,
  '1mon': (day) => Date.UTC(day.getUTCFullYear(), day.getUTCMonth() + 1, day.getUTCDate()),
  '1q': (day) => Date.UTC(day.getUTCFullYear(), day.getUTCMonth() + 3, day.getUTCDate()),
  '1y': (day) => Date.UTC(day.getUTCFullYear() + 1, day.getUTCMonth(), day.getUTCDate()),
};

/**
 * The starts of calendar intervals, in milliseconds: the known starts, and those between them. They are in the server's time zone:
 * midnight is derived from the previous known start, so it can be an hour off in the night of a clock change.
 */
export function calendarTimes(known: readonly number[], interval: string): number[] {
  const step = calendarSteps[interval];
  if (step === undefined) return [...known];
  return known.flatMap((time, i) => {
    const times = [time];
    const next = known[i + 1] ?? time;
    // Local midnight is some hours before or after midnight in UTC: the first day of a month shows which of them it belongs to.
    const before = Math.floor(time / dayMs) * dayMs;
    const midnight = new Date(before + dayMs).getUTCDate() === 1 ? before + dayMs : before;
    for (let day = step(new Date(midnight)); ; day = step(new Date(day))) {
      const between = day + time - midnight;
      if (between > next - dayMs / 2) return times;
      times.push(between);
    }
  });
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
  return (
    steps.find((step) => (intervalMilliseconds(step) ?? 0) >= panelIntervalMs) ??
    steps[steps.length - 1] ??
    '24h'
  );
}

/** An interval in the server's format: Grafana's variables use `m` for minutes, and several days or weeks. */
export function serverInterval(text: string): string {
  const [, digits = '', unit = ''] = /^(\d+)(ms|m|d|w)$/.exec(text.trim()) ?? [];
  const count = Number(digits);
  if (unit === 'ms') return `${Math.max(1, Math.round(count / 1_000))}s`;
  if (unit === 'm') return `${count}min`;
  if ((unit === 'd' || unit === 'w') && count > 1) return `${count * (unit === 'd' ? 24 : 168)}h`;
  return text.trim();
}
