// Writes durations for people, rounded. Pure. Show exact values next to them where they matter.

const units = [
  { short: 'd', word: 'day', ms: 86_400_000 },
  { short: 'h', word: 'hour', ms: 3_600_000 },
  { short: 'min', word: 'minute', ms: 60_000 },
  { short: 's', word: 'second', ms: 1_000 },
  { short: 'ms', word: 'millisecond', ms: 1 },
] as const;
const [, , , second, millisecond] = units;
const finest = units.indexOf(second);
const maxShortUnits = 3;
const maxWords = 2;
// From this number on, a sentence has only the largest unit.
const manyInWords = 10;
// Longer durations are shown in whole seconds.
const fractionsBelowMs = 10_000;

/** `short` for figures and tables, `words` for sentences. */
export type DurationForm = 'short' | 'words';

/**
 * A duration of `ms` milliseconds (not negative) in its largest units, rounded to the last unit. Short: at most three units,
 * such as `250 ms`, `1.25 s`, `16 d 2 h 24 min`. In words: two units, or one from ten on, such as `1 hour 5 minutes`, `12 minutes`.
 */
export function spellDuration(ms: number, form: DurationForm = 'short'): string {
  const whole = Math.round(ms);
  if (whole > 0 && whole < second.ms) return formatUnit(whole, millisecond, form);
  if (whole < fractionsBelowMs) return formatUnit(Number((whole / second.ms).toFixed(2)), second, form);
  const first = units.findIndex((unit) => whole >= unit.ms);
  const last = units[Math.min(first + unitsAfter(whole, first, form), finest)] ?? second;
  let rest = Math.round(whole / last.ms) * last.ms;
  const parts: string[] = [];
  // Rounding up may give a whole number of the next larger unit.
  for (const unit of units) {
    const count = Math.floor(rest / unit.ms);
    rest -= count * unit.ms;
    if (count > 0) parts.push(formatUnit(count, unit, form));
  }
  return parts.join(' ');
}

// The number of units after the first one.
function unitsAfter(ms: number, first: number, form: DurationForm): number {
  if (form === 'short') return maxShortUnits - 1;
  return ms >= manyInWords * (units[first]?.ms ?? 0) ? 0 : maxWords - 1;
}

function formatUnit(count: number, { short, word }: (typeof units)[number], form: DurationForm): string {
  if (form === 'short') return `${count} ${short}`;
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}
