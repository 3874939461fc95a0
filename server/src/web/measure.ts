// Shares and counts as readable text. Show the exact value next to it.

const digits = 4;
const counts = new Intl.NumberFormat('en-US');

/** A share from 0 to 1 in percent, with up to four decimals: `99.6991 %`. A share below 1 is never `100 %`, a share above 0 never `0 %`. */
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

/** A count with its noun: `1 event`, `12 events`. */
export function numberOf(count: number, one: string): string {
  return `${countText(count)} ${one}${count === 1 ? '' : 's'}`;
}
