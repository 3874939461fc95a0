// Readable durations. Pure.

const units = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1_000],
] as const;

/** A duration in its two largest units: `1 h 30 min`, `12 s`, `250 ms`. */
export function formatDuration(ms: number): string {
  const first = units.findIndex(([, unitMs]) => ms >= unitMs);
  if (first < 0) return `${Math.round(ms)} ms`;
  const [name, unitMs] = units[first] ?? ['ms', 1];
  const [nextName, nextMs] = units[first + 1] ?? ['ms', 1];
  const count = Math.floor(ms / unitMs);
  const rest = first + 1 < units.length ? Math.floor((ms - count * unitMs) / nextMs) : 0;
  return rest > 0 ? `${count} ${name} ${rest} ${nextName}` : `${count} ${name}`;
}
