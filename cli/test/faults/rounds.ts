// The length of the fault tests: quick by default, long with ANTHRACITE_TEST_FAULTS=long.

export const isLong = process.env['ANTHRACITE_TEST_FAULTS'] === 'long';

/** The number for this run. */
export function rounds(quick: number, long: number): number {
  return isLong ? long : quick;
}
