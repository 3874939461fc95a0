// Lengths of time, shares and counts, as people read them. Pure text: exact values belong beside it.

const units = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1_000],
  ['ms', 1],
] as const;
const maxUnits = 3;
// What takes longer is not told to the millisecond.
const msFromMs = 10_000;
const digits = 4;
const counts = new Intl.NumberFormat('en-US');

/** A length of time in milliseconds in its three largest units, rounded to the last of them: `16 d 2 h 24 min`. */
export function durationText(ms: number): string {
  const whole = Math.round(ms);
  const first = units.findIndex(([, length]) => whole >= length);
  if (first === -1) return '0 s';
  const used = units.slice(first, first + maxUnits).filter(([name]) => name !== 'ms' || whole < msFromMs);
  const [, finest] = used.at(-1) as (typeof units)[number];
  let rest = Math.round(whole / finest) * finest;
  const parts: string[] = [];
  // What is rounded up may be a whole one of the next larger unit.
  for (const [name, length] of units.slice(Math.max(0, first - 1))) {
    const count = Math.floor(rest / length);
    rest -= count * length;
    if (count > 0) parts.push(`${counts.format(count)} ${name}`);
  }
  return parts.join(' ');
}

/** A share from 0 to 1 in per cent, with up to four decimals: `99.6991 %`. What is not all is never shown as `100 %`, nor something as `0 %`. */
export function shareText(share: number): string {
  const least = 10 ** -digits;
  const percent = share * 100;
  if (share > 0 && percent < least / 2) return `< ${least.toFixed(digits)} %`;
  if (share < 1 && percent > 100 - least / 2) return `> ${(100 - least).toFixed(digits)} %`;
  return `${Number(percent.toFixed(digits))} %`;
}

/** A count or a rate: `12,345`, `0.0444`. */
export function countText(count: number): string {
  return Number.isInteger(count) ? counts.format(count) : String(Number(count.toFixed(digits)));
}

/** So many of something: `1 event`, `12 events`. */
export function numberOf(count: number, one: string): string {
  return `${countText(count)} ${one}${count === 1 ? '' : 's'}`;
}
