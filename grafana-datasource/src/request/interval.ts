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
