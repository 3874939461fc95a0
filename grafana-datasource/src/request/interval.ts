// Intervals that the server counts by. Pure.

const unitsMs = { s: 1_000, min: 60_000, h: 3_600_000 } as const;
// Those that people divide time by.
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

/** The milliseconds of an interval such as `5min`; null for one of the calendar, or for what is none. */
export function intervalMilliseconds(interval: string): number | null {
  const [, digits, unit] = /^(\d{1,6})(s|min|h)$/.exec(interval) ?? [];
  return digits === undefined ? null : Number(digits) * unitsMs[unit as keyof typeof unitsMs];
}

/** More points than this are more than any screen has, and more than a browser likes to draw. */
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
 * The begins of intervals of the calendar, in milliseconds: those that are known, and those between them. The time zone is
 * the server's: its midnight is taken from the one that is known before, so that it may be an hour off in the night in
 * which the clocks change.
 */
export function calendarTimes(known: readonly number[], interval: string): number[] {
  const step = calendarSteps[interval];
  if (step === undefined) return [...known];
  return known.flatMap((time, i) => {
    const times = [time];
    const next = known[i + 1] ?? time;
    // A zone's midnight is some hours before or behind that of UTC: that of the first of a month tells which it belongs to.
    const before = Math.floor(time / dayMs) * dayMs;
    const midnight = new Date(before + dayMs).getUTCDate() === 1 ? before + dayMs : before;
    for (let day = step(new Date(midnight)); ; day = step(new Date(day))) {
      const between = day + time - midnight;
      if (between > next - dayMs / 2) return times;
      times.push(between);
    }
  });
}

/** Throws an error that says what to do where an interval is too short for a range. */
export function checkInterval(interval: string, rangeMs: number): void {
  const points = Math.ceil(rangeMs / (intervalMilliseconds(interval) ?? dayMs));
  if (points <= maxPoints) return;
  const [asked, most] = [points, maxPoints].map((count) => count.toLocaleString('en'));
  throw new Error(
    `The interval ${interval} makes ${asked} points of this range, and at most ${most} are drawn; choose a longer interval or less time.`,
  );
}

/** The interval to count by, of those that people divide time by: the first that is no shorter than a panel's own. */
export function intervalFor(panelIntervalMs: number): string {
  return (
    steps.find((step) => (intervalMilliseconds(step) ?? 0) >= panelIntervalMs) ??
    steps[steps.length - 1] ??
    '24h'
  );
}

/** An interval as the server writes it: Grafana's variables have `m` for minutes, and several days. */
export function serverInterval(text: string): string {
  const [, digits = '', unit = ''] = /^(\d+)(ms|m|d|w)$/.exec(text.trim()) ?? [];
  const count = Number(digits);
  if (unit === 'ms') return `${Math.max(1, Math.round(count / 1_000))}s`;
  if (unit === 'm') return `${count}min`;
  if ((unit === 'd' || unit === 'w') && count > 1) return `${count * (unit === 'd' ? 24 : 168)}h`;
  return text.trim();
}
