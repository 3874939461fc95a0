// How long something lasted, for people. Pure.

const unitsMs = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1_000],
] as const;

/** A time in milliseconds, exact to the second from a minute on: `0.25 s`, `30 min`, `34 d 21 h 30 min`. */
export function spellDuration(ms: number): string {
  if (ms < 59_995) return `${Number((ms / 1_000).toFixed(2))} s`;
  let left = Math.round(ms / 1_000) * 1_000;
  const parts: string[] = [];
  for (const [unit, unitMs] of unitsMs) {
    const count = Math.floor(left / unitMs);
    left -= count * unitMs;
    if (count > 0) parts.push(`${count} ${unit}`);
  }
  return parts.join(' ');
}
