// Writes numbers like Python, for the names and tags of series. Pure.

/** A number as Python writes a float: `100.0`, `0.25`. */
export function formatFloat(value: number): string {
  return Number.isInteger(value) && Math.abs(value) < 1e16 ? value.toFixed(1) : String(value);
}

/** A number with six significant digits, as Python's %g writes it: `0`, `0.5`, `1e+06`. */
export function formatShort(value: number): string {
  const [digits = '', exponent = '0'] = value.toExponential(5).split('e');
  const power = Number(exponent);
  if (power >= -4 && power < 6) return String(Number(value.toPrecision(6)));
  const sign = power < 0 ? '-' : '+';
  return `${Number(digits)}e${sign}${String(Math.abs(power)).padStart(2, '0')}`;
}
